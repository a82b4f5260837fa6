// All that a test of the contract needs.
export * from './backend.mjs';
export * from './documents.mjs';
export { DIST, merchantPage } from './site.mjs';
export * from './waiting.mjs';
export { ENDS, STRIPE_JS, suite } from './world.mjs';
