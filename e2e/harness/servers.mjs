// The servers of whole stories, each a process of its own: the sandbox, relink-server, and whatever merchant's server is beside.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { DIST } from './site.mjs';
import { within } from './waiting.mjs';

const KEY = { authorization: 'Bearer sk_test_sandbox' };
/** What the sandbox signs its webhooks with. */
export const WEBHOOKS = 'whsec_test_sandbox';
/** What a server that speaks to the sandbox in Stripe's place is told. */
export const stripeKeys = (stripe) => ({
  STRIPE_API_BASE: stripe,
  STRIPE_SECRET_KEY: 'sk_test_sandbox',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
  STRIPE_WEBHOOK_SECRET: WEBHOOKS,
  STRIPE_JS_URL: `${stripe}/v3/`,
});
/** What a relink-server that speaks to the stand-in for Plaid is told besides. */
export const plaidKeys = (plaid) => ({
  RELINK_PLAID_CLIENT_ID: 'client_sandbox',
  RELINK_PLAID_SECRET: 'secret_sandbox',
  RELINK_PLAID_ENVIRONMENT: 'sandbox',
  RELINK_PLAID_API_BASE: plaid,
});
/** By name: payments by Stripe.js and by a page of the bank's own, and data from any number of accounts. */
const PROFILES = {
  payments: { path: '/relink', permissions: ['payment_method', 'balances'], limit: 1, handoff: 'stripe_js' },
  hosted: { path: '/relink-hosted', permissions: ['payment_method', 'balances'], limit: 1, handoff: 'hosted' },
  data: { path: '/relink-data', permissions: ['balances', 'transactions'], limit: null, handoff: 'stripe_js' },
};

/** How long a server may take to stop: relink-server lets a relink under way end within 40 seconds. */
const STOP_MS = 50_000;
/** The servers that run. None may outlive this process, which may be ended in the middle of a test. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** The program that the test command built and named. */
function program(variable) {
  const binary = process.env[variable];
  if (!binary) throw new Error(`${variable} names no program: cargo xtask test builds and names it`);
  return binary;
}

/** Starts a server that prints its address. `words` are its arguments. */
export async function start(variable, environment, words = []) {
  const child = spawn(program(variable), words, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const server = { child, log: [] };
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.stderr.setEncoding('utf8').on('data', (text) => server.log.push(text));
  const gone = once(child, 'exit').then(() => {
    throw new Error(`${variable} ended before it was ready: ${server.log.join('')}`);
  });
  gone.catch(() => {});
  const [line] = await Promise.race([once(child.stdout, 'data'), gone]);
  server.base = String(line).trim().split('\n')[0];
  return server;
}

/** Has relink-server do what an operator asks for, and answers what it prints. */
export async function operate(environment, words, input = '') {
  const child = spawn(program('SERVER_BIN'), words, { env: { ...process.env, ...environment }, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(input);
  const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  assert.equal(child.exitCode, 0, `relink-server ${words.join(' ')}`);
  return said.trim();
}

/** An address of this machine at which nothing listens yet: two servers that know each other need one beforehand. */
export async function freeAddress() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return `127.0.0.1:${port}`;
}

/** Stops a server, as an operator does. One that does not stop is killed, and that is a failure of the test. */
export async function stop(server) {
  if (!server || server.child.exitCode !== null || server.child.signalCode !== null) return;
  const ended = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  try {
    await within(STOP_MS, `stopping ${server.child.spawnfile}`, ended);
  } catch (error) {
    server.child.kill('SIGKILL');
    await ended;
    throw error;
  }
}

/** The sandbox on a free port. */
export function startSandbox() {
  return start('SANDBOX_BIN', { SANDBOX_LISTEN: '127.0.0.1:0', SANDBOX_WEBHOOK_SECRET: WEBHOOKS });
}

/** One of the sandbox's test helpers. */
export async function tellSandbox(sandbox, helper, parameters) {
  const answer = await fetch(`${sandbox.base}/v1/test_helpers/${helper}`, { method: 'POST', headers: KEY, body: new URLSearchParams(parameters) });
  assert.ok(answer.ok, `${helper}: ${answer.status} ${await answer.text()}`);
}

/** What relink-server is told: it listens at `listen`, pages of the origin `pages` may call it, its database is in `folder`. */
export const relinkServer = ({ listen, pages, stripe, folder }) => ({
  RELINK_LISTEN: listen,
  RELINK_PUBLIC_URL: `http://${listen}`,
  RELINK_ALLOWED_ORIGINS: pages,
  RELINK_SECRET: 'the secret of this story alone, for as long as it lasts',
  RELINK_PROFILES: JSON.stringify(PROFILES),
  MERCHANT_NAME: 'Pinegrove Market',
  SUPPORT_URL: 'https://pinegrove.example/help/bank-accounts',
  PRIVACY_URL: 'https://pinegrove.example/privacy',
  DATABASE_PATH: path.join(folder, 'relink.sqlite'),
  WIDGET_DIR: DIST,
  // No load balancer has to notice that it stops.
  RELINK_DRAIN_SECONDS: '0',
  ...stripeKeys(stripe),
});

/** What relink-server says of a customer's accounts to a merchant's server. */
export async function accountsOf(relink, key, customer) {
  const answer = await fetch(`${relink.base}/v1/accounts?customer=${customer}`, { headers: { authorization: `Bearer ${key}` } });
  assert.ok(answer.ok, `accounts: ${answer.status}`);
  return (await answer.json()).data;
}
