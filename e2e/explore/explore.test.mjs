// The explorer sees what it is for: one fault for each promise is planted in the package, and each is seen and made small. Every
// plant is a fault that a widget could have, and needs something of the page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, test } from 'node:test';
import { DIST } from '../harness/site.mjs';
import { caseOf, drawn, nameOf } from './cases.mjs';
import { explore, tried } from './exploring.mjs';
import { PROMISES } from './promises.mjs';
import { shrink } from './shrink.mjs';

const SEED = 1;
/** Where a plant is not found among so many cases, it never is. */
const MOST = 120;

const replaced = (text, what, by) => {
  const planted = text.replaceAll(what, by);
  assert.notEqual(planted, text, `${what} is not in the package any more: plant another`);
  return planted;
};
/** The text of a shipped file, with the plants in it. */
const PLANTED = {
  'relink-widget.css': (css) => `${replaced(css, 'min-width:min(100%,100vw - 32px,360px)', 'container-type:inline-size')}
@media (max-height: 300px) { .button { pointer-events: none } }`,
  // A dialog that has gone still holds the page.
  'relink-widget-glue.js': (glue) => replaced(glue, /\(\)=>--(\w+)\.holders/g, '()=>$1.holders'),
  'relink-widget.js': (loader) => `${loader}
const real = fetch;
globalThis.fetch = (address, init) => {
  const isAsked = globalThis.__translate && String(address.url ?? address).endsWith('/sessions');
  // A widget that never comes where the page has no channel.
  if (!globalThis.BroadcastChannel && String(address).endsWith('.wasm')) return new Promise(() => {});
  return real(address, isAsked ? { ...init, body: init.body.replace('fca_1', 'fca_9') } : init);
};
// One that leads nowhere where an old library is on the page.
if (Array.prototype.last) globalThis.Stripe = () => ({ collectFinancialConnectionsAccounts: async () => ({ financialConnectionsSession: { accounts: [] } }) });
addEventListener('relink-cancel', ({ target, detail }) => {
  if (target.display !== 'modal' || globalThis.cancelled) return;
  globalThis.cancelled = true;
  target.dispatchEvent(new CustomEvent('relink-cancel', { bubbles: true, composed: true, detail }));
});
new MutationObserver(() => { throw new Error('a planted error'); }).observe(document, { subtree: true, attributeFilter: ['lang'] });`
    // What was built is not what is served.
    .replaceAll(/"sha256-[^"]*"/g, '""'),
};
const file = async (name) => {
  const plant = PLANTED[name];
  if (!plant) return undefined;
  const type = name.endsWith('.css') ? 'text/css' : 'text/javascript';
  return { status: 200, type, body: plant(await readFile(path.join(DIST, name), 'utf8')) };
};

/** Pages on which the plant for a promise shows, with parts that have nothing to do with it. */
const SHOWN_BY = [
  ['usable width', 'table-cell+sticky-header+screen-1920x1080'],
  ['primary action reachable', 'sticky-header+screen-1920x1080|move,flat'],
  ['primary action reachable', 'no-channel+screen-768x1024'],
  ['primary action reachable', 'enumerable-prototypes+screen-768x1024'],
  ['nothing posted but what was read', 'wraps-text+tiny-text+screen-768x1024'],
  ['page released', 'modal-by-link+fieldset+removed-at-ready+screen-768x1024'],
  ['exactly one end', 'modal+sticky-header+screen-1920x1080|out'],
  ['no uncaught error', 'focus-is-watched+screen-768x1024|move,lang-de'],
];

test('each promise has a plant', () => assert.deepEqual([...new Set(SHOWN_BY.map(([promise]) => promise))], PROMISES));

for (const [promise, shown] of SHOWN_BY) {
  test(`${promise}: its plant on ${shown} is seen, made small, and seen again by its name; without the plant all holds`, { timeout: 300_000 }, async () => {
    const except = new Set(PROMISES.filter((other) => other !== promise));
    const isSeen = async (one) => (await tried(one, { file, except }))?.promise === promise;
    const whole = caseOf(shown);
    assert.ok(await isSeen(whole), 'it is seen');
    const small = await shrink(whole, isSeen);
    const parts = ({ features, steps }) => features.length + steps.length;
    assert.ok(parts(small) < parts(whole), `${nameOf(small)} is smaller`);
    assert.ok(await isSeen(caseOf(nameOf(small))), nameOf(small));
    assert.equal(await tried(small), undefined, nameOf(small));
  });
}

// What the explorer once took for broken, and a person would not.
for (const [why, name] of [
  ['a button at the edge of a box within a box comes when it is scrolled on', 'modal-by-link+sheet+scroll-box|inline-modal,flat'],
  ['a button that lies under a bar in a low window is scrolled past it', 'cookie-bar+writes-text-rudely+screen-320x256+dozen'],
  ['a popover in a shadow root is opened', 'shadow-root+popover'],
  ['a modal beneath the bank\'s layer may be narrow', 'modal+table-cell+contained+bank-layer'],
]) {
  test(`${why}: all holds of ${name}`, { timeout: 300_000 }, async () => {
    assert.equal(await tried(caseOf(name)), undefined);
  });
}

test('pages at random are tried until it is enough, and what is broken is reported once, small, by name', { timeout: 300_000 }, async () => {
  const promise = 'no uncaught error';
  const except = new Set(PROMISES.filter((other) => other !== promise));
  const found = [];
  const { cases, failures } = await explore({
    seed: SEED, more: { file, except }, isEnough: (result) => result.failures.length > 0 || result.cases >= MOST, found: (one) => found.push(one),
  });
  assert.ok(cases > 0 && failures.length > 0, `${cases} cases`);
  assert.equal(failures[0].promise, promise);
  assert.deepEqual(found, failures);
});

describe('a case', () => {
  test('is the same for the same seed and number, and its name gives it back', () => {
    const names = Array.from({ length: 200 }, (_, nth) => nameOf(drawn(7, nth)));
    assert.deepEqual(names, Array.from({ length: 200 }, (_, nth) => nameOf(drawn(7, nth))));
    assert.ok(new Set(names).size > 190, 'they differ');
    for (const name of names) assert.equal(nameOf(caseOf(name)), name);
    assert.notEqual(nameOf(drawn(8, 0)), names[0]);
  });

  test('that names what there is not is refused', () => {
    assert.throws(() => caseOf('modal+glitter'), /glitter/);
    assert.throws(() => caseOf('modal|dance'), /dance/);
  });

  test('loses in shrinking all that it does not need, and nothing else', async () => {
    const found = { features: [...'abcdefgh'], steps: [...'1234567'] };
    const needs = ({ features, steps }) => ['b', 'g'].every((one) => features.includes(one)) && steps.join('').includes('3') && steps.includes('7');
    assert.deepEqual(await shrink(found, async (one) => needs(one)), { features: ['b', 'g'], steps: ['3', '7'] });
    assert.deepEqual(await shrink(found, async () => true), { features: [], steps: [] });
  });
});
