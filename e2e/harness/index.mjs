// All that a test of the contract needs.
export * from './backend.mjs';
export { ENGINE, launch, openWithoutDriver } from './browser.mjs';
export * from './documents.mjs';
export { ENDS } from './hearing.mjs';
export { DIST, Site, merchantPage } from './site.mjs';
export { suite } from './suite.mjs';
export * from './waiting.mjs';
export { STRIPE_JS } from './world.mjs';
