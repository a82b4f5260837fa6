// A function of the page's own that the widget calls throws an error or a string, returns nothing or something else, or never
// settles, at each of its calls: the widget still reaches a state and, when it is closed, exactly one end.
//
// The test command runs a sample: each function throws, and fails in one other way; at each single call in one way. The ways
// take turns, so that each is tested about as often. `cargo xtask wild` runs every function in every way at every call.
import assert from 'node:assert/strict';
import { ENDS, eventually, suite } from '../harness/index.mjs';

const WAYS = ['throws', 'returns nothing', 'returns something else', 'never settles'];

/**
 * Every function of the page's that the WebAssembly calls in a relink, and that libraries and pages replace. Left out:
 * `CustomEvent`, without which nothing can be told; `JSON.stringify`, which the driver that hears the events needs too; and
 * `clearTimeout`, without which a timer that was given up fires into nothing and the browser says so.
 */
const IMPORTS = [
  'fetch', 'Response.prototype.text', 'Response.prototype.status', 'Response.prototype.headers', 'Headers.prototype.get',
  'Headers.prototype.set', 'Headers', 'Request', 'Request.prototype.url', 'URL', 'AbortController', 'AbortController.prototype.abort', '__headers', 'Stripe', '__collect',
  'Storage.prototype.getItem', 'Storage.prototype.setItem', 'Storage.prototype.removeItem', 'BroadcastChannel',
  'BroadcastChannel.prototype.postMessage', 'BroadcastChannel.prototype.close', 'Crypto.prototype.getRandomValues',
  'Math.random', 'Date.now', 'Performance.prototype.now', 'Intl.PluralRules', 'Date.prototype.toLocaleDateString',
  'Number.prototype.toLocaleString', 'String.prototype.toUpperCase', 'Promise.resolve', 'Promise.prototype.then',
  'queueMicrotask', 'JSON.parse', 'Object.keys', 'Object.assign', 'Array.isArray',
  'Object.prototype.toJSON', 'Array.prototype.toJSON', 'String.prototype.toJSON', 'Navigator.prototype.language',
  'Navigator.prototype.onLine', 'Navigator.prototype.userAgent', 'HTMLElement.prototype.focus',
  'Element.prototype.removeAttribute', 'setTimeout', 'URLSearchParams',
];

/** A page in which Stripe.js and the page's headers are there, and one function fails where the widget calls it. */
const sabotage = ([name, way, nth]) => {
  const account = { id: 'fca_1', institution_name: 'Harbour Bank', display_name: 'Everyday Checking', last4: '1234', status: 'active' };
  window.__collect = async () => ({ financialConnectionsSession: { accounts: [account] } });
  window.Stripe = () => ({ collectFinancialConnectionsAccounts: (given) => window.__collect(given) });
  window.__headers = () => ({ 'X-Shop': 'corner' });
  document.addEventListener('DOMContentLoaded', () => {
    document.querySelector('relink-widget').headers = () => window.__headers();
  });
  const outcomes = {
    throws() { throw new Error('a function of the page'); },
    // As a page's own code may, or an Error of another frame: neither is an `Error` here.
    'throws a string'() { throw 'a function of the page'; },
    'returns nothing'() {},
    'returns something else': () => window,
    'never settles': () => new Promise(() => {}),
  };
  const path = name.split('.');
  const key = path.pop();
  const owner = path.reduce((at, step) => at[step], window);
  const before = Object.getOwnPropertyDescriptor(owner, key) ?? { value: undefined };
  const original = before.get ?? before.value;
  let calls = 0;
  window.__calls = () => calls;
  const fails = (given) => {
    if (name === 'fetch' && !(given[0].url ?? String(given[0])).includes('/relink/')) return false;
    // The driver, which hears the widget's events, stands further up. Chromium lists the browser's own functions, Firefox does not.
    const near = new Error().stack.replace(/^Error\n/, '').split('\n').filter((line) => !line.includes('(<anonymous>)')).slice(0, 4);
    if (!near.some((line) => line.includes('relink-widget-glue'))) return false;
    calls += 1;
    return !nth || calls === nth;
  };
  const replaced = function replaced(...given) {
    if (fails(given)) return outcomes[way]();
    if (new.target) return Reflect.construct(original, given);
    return original?.apply(this, given) ?? (key === 'toJSON' ? this : undefined);
  };
  if (original) replaced.prototype = original.prototype;
  Object.defineProperty(owner, key, {
    configurable: true,
    ...(before.get ? { get: replaced } : { value: replaced, writable: true }),
  });
};

const scenario = (...what) => ({ init: { content: `(${sabotage})(${JSON.stringify(what)})` }, patience: 90_000 });

/** Goes on as a customer would, and then closes: there is a way at each moment, and one end. */
const holds = async (world, widget) => {
  const ended = async () => (await world.ends()).length > 0;
  const unloaded = async () => (await world.events('relink-error')).some(({ detail }) => detail.session === null && detail.message.includes('Error'));
  const isOver = async () => await ended() || await unloaded();
  // A load that never comes is given up after half a minute.
  await eventually('there is a state, or it is told that there is none', async () => await widget.state() !== null || await unloaded(), 35_000);
  for (let turn = 0; turn < 2 && !await isOver(); turn += 1) {
    const before = await widget.state();
    await eventually('there is a way on', async () => await widget.part('primary-button').count() > 0 || await isOver(), 3_000).catch(() => {});
    if (await widget.part('primary-button').count() > 0 && !await isOver()) await widget.forward();
    await eventually('it goes on', async () => await widget.state() !== before || await isOver(), 2_000).catch(() => {});
  }
  await eventually('it goes on', isOver, 1_500).catch(() => {});
  if (await unloaded()) return;
  if (!await ended()) {
    await widget.offersAWay();
    await widget.host.evaluate((host) => host.close());
    await eventually('it has ended', ended, 25_000);
  }
  assert.equal((await world.ends()).length, 1, 'one end');
  assert.ok(ENDS.includes((await world.ends())[0].name));
  assert.ok(['succeeded', 'failed', 'cancelled'].includes(await widget.state()), await widget.state());
};

/** Every situation: the function, the way in which it fails, and at which call where not at each. */
const ALL = [
  ...IMPORTS.flatMap((name) => WAYS.map((way) => [name, way])),
  ...['fetch', '__headers', 'Stripe', '__collect', 'Response.prototype.text'].flatMap((name) => WAYS.flatMap((way) =>
    (name === 'Stripe' || name === '__collect' ? [1] : [1, 2, 3]).map((nth) => [name, way, nth]))),
  // A library that turns what is thrown into an error of its own may expect an `Error`.
  ...IMPORTS.map((name) => [name, 'throws a string']),
  ...[1, 2, 3].map((nth) => ['Request', 'throws a string', nth]),
];
const isInSample = ([name, way, nth]) => {
  if (way === 'throws a string') return name === 'Request' || name === 'URL';
  const turn = IMPORTS.indexOf(name);
  return nth ? way === WAYS[(turn + nth) % WAYS.length] : way === WAYS[0] || way === WAYS[1 + turn % (WAYS.length - 1)];
};

suite('a function of the page\'s own', (it) => {
  for (const [name, way, nth] of process.env.PAGE_CODE === 'all' ? ALL : ALL.filter(isInSample)) {
    it(`${name} ${way}${nth ? ` at call ${nth}` : ''}: there is a state, and one end`, scenario(name, way, nth), holds);
  }
});
