// The explorer finds what it is for: one fault for each promise is planted in the package, and each is found among pages at
// random and made small. Every plant is a fault that a widget could have, and needs something of the page.
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
  assert.ok(text.includes(what), `${what} is not in the package any more: plant another`);
  return text.replaceAll(what, by);
};
/** The text of a shipped file, with the plants in it. */
const PLANTED = {
  'relink-widget.css': (css) => `${replaced(css, 'min-inline-size:min(100%,100vw - 32px,360px)', 'container-type:inline-size')}
@media (max-height: 300px) { .button { pointer-events: none } }`,
  'relink-widget.js': (loader) => `${replaced(loader, '?.unmount()', '')}
const real = fetch;
globalThis.fetch = (address, init) => {
  const isTranslated = document.querySelector('relink-widget')?.shadowRoot?.querySelector('font');
  const isChosen = String(address).endsWith('/complete') && isTranslated;
  return real(address, isChosen ? { ...init, body: init.body.replace('fca_1', 'fca_9') } : init);
};
addEventListener('relink-cancel', ({ target, detail }) => {
  if (!target.open || globalThis.cancelled) return;
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

test('a plant for each promise is found, made small, and found again by its name; without the plants all hold', { timeout: 900_000 }, async () => {
  const except = new Set();
  const { failures } = await explore({
    seed: SEED,
    more: { file, except },
    isEnough: ({ cases }) => except.size === PROMISES.length || cases >= MOST,
    found: ({ promise }) => except.add(promise),
  });
  assert.deepEqual([...except].sort(), [...PROMISES].sort(), JSON.stringify(failures, null, 1));
  for (const promise of PROMISES) {
    const { name } = failures.find((failure) => failure.promise === promise);
    const small = caseOf(name);
    assert.ok(small.features.length + small.steps.length <= 4, `${promise}: ${name} is small`);
    const others = new Set(PROMISES.filter((other) => other !== promise));
    assert.equal((await tried(small, { file, except: others }))?.promise, promise, name);
    assert.equal(await tried(small), undefined, name);
  }
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
