// A list of 1,000 accounts: from a key, a click or a turn of the wheel until the next paint, and until the list shows what came of it;
// in the widget and, in turn with it, in the same list by hand and on a page with next to nothing on it. The browser paints as soon as
// it can and does not wait for a screen, so that the figure is the work alone. Each act begins when what came before it has been painted
// and the page has stopped scrolling: that is not this act's.
import assert from 'node:assert/strict';
import { active, anyAccount, collected } from '../harness/documents.mjs';
import { World } from '../harness/world.mjs';
import { SLOWDOWN } from './first-screen.mjs';
import { percentile } from './table.mjs';

/** Arguments of Chromium for this measurement. */
export const AT_ONCE = ['--disable-frame-rate-limit', '--disable-gpu-vsync'];
const COUNT = 1000;
const CLICKS = 20;
const BANKS = ['Everyday Checking', 'Rainy Day Savings', 'Joint Checking', 'Business Reserve'];
const accounts = Array.from({ length: COUNT }, (_, nth) => active({
  id: `fca_many_${nth}`, display_name: `${BANKS[nth % BANKS.length]} ${nth}`, last4: String(1000 + nth),
}));
/** What is typed, one key after the other: much is found, little, and nothing; then all again. */
const TYPED = ['c', 'h', 'e', 'c', 'k', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'r', 'a', 'i', 'n', 'y', ' ', 'd',
  'a', 'y', ' ', 's', 'a', 'v', 'i', 'n', 'g', 's', ' ', '9', '9'];

/** In the page: `__took` is how long the last event took until the next paint, and until its list was painted with what came of it;
 * and how many rows that list had. What is left to do after the first frame has been asked for when that is painted, and is done before a
 * task that is asked for then. */
const watch = () => {
  let isChanged = false;
  const root = document.querySelector('relink-widget')?.shadowRoot ?? document;
  new MutationObserver(() => { isChanged = true; }).observe(root, { subtree: true, attributes: true, childList: true, characterData: true });
  const task = () => new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    port2.postMessage(0);
  });
  const frame = () => new Promise(requestAnimationFrame).then(task);
  for (const kind of ['keydown', 'pointerup', 'wheel']) {
    addEventListener(kind, async ({ timeStamp }) => {
      const since = () => performance.now() - timeStamp;
      await frame();
      const painted = since();
      isChanged = false;
      await task();
      if (isChanged) await frame();
      const listed = since();
      window.__took = { painted, listed, rows: root.querySelectorAll('label:not([hidden])').length };
    }, { capture: true, passive: true });
  }
};

/** In the page: waits until it lies still, before the next event. By timers, since a frame that draws nothing ends only when a
 * screen would have shown it, and the next act would wait for that. */
const rest = () => new Promise((done) => {
  let [at, still] = [scrollY, 0];
  const look = () => {
    still = at === scrollY ? still + 1 : 0;
    at = scrollY;
    if (still < 3) setTimeout(look, 40);
    else done();
  };
  window.__took = undefined;
  look();
});

/** So many of the accounts in the simplest page that can do the same: what the browser alone takes. */
const byHand = (count) => () => {
  const shown = accounts.slice(0, count);
  const row = ({ display_name: name, last4 }) => `<label><input type="checkbox"> ${name} ${last4}</label>`;
  const groups = Array.from({ length: Math.ceil(count / 25) }, (_, nth) => `<div>${shown.slice(nth * 25, nth * 25 + 25).map(row).join('')}</div>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<style>body { min-height: 60000px } label { display: block; padding: 20px } [hidden] { display: none }</style>
<input type="search">${groups.join('')}
<script>
const rows = [...document.querySelectorAll('label')].map((row) => [row, row.textContent.toLowerCase()]);
document.querySelector('[type=search]').addEventListener('input', ({ target }) => {
  const sought = target.value.trim().toLowerCase();
  for (const [row, text] of rows) row.hidden = !text.includes(sought);
});
</script>`;
};

/** The two lists, and a page with hardly anything on it: what any page takes. */
export const SUBJECTS = {
  ours: {
    // What the search looks through as well.
    bank: 'Harbour Bank ',
    scenario: { backend: { session: anyAccount({ limits: { accounts: null } }) }, stripe: () => collected(...accounts) },
    async open(world) {
      const widget = world.widget();
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
    },
  },
  byHand: { scenario: { page: byHand(COUNT) }, open() {} },
  empty: { scenario: { page: byHand(CLICKS) }, open() {} },
};

/** How many of the rows are found by that text. */
const found = (sought, rows, bank) => rows.filter(({ display_name: name, last4 }) => `${bank}${name} ${last4}`.toLowerCase().includes(sought.trim())).length;

/** Opens one of them. Answers what does all acts once, and notes `{painted, listed}` in `{keys, clicks, wheel}`. */
async function act(browser, { scenario, open, bank = '' }, took) {
  const world = await World.open(browser, scenario);
  const { page } = world;
  await open(world);
  await page.evaluate(watch);
  const cdp = await world.context.newCDPSession(page);
  const slowDown = (rate) => cdp.send('Emulation.setCPUThrottlingRate', { rate });
  const [field, options] = [page.locator('input[type="search"]'), page.locator('label')];
  const isChosen = (row) => row.querySelector('input').checked;
  const note = async (kind, act) => {
    await page.evaluate(rest);
    await act();
    const known = await page.waitForFunction(() => window.__took, undefined, { polling: 20 });
    const one = await known.jsonValue();
    took[kind].push(one);
    return one;
  };
  const all = await options.count();
  const once = async () => {
    // One page at a time: one that is slowed down keeps a processor busy, also while nothing happens on it.
    await slowDown(SLOWDOWN);
    await field.focus();
    for (const key of TYPED) {
      const { rows } = await note('keys', () => page.keyboard.press(key === ' ' ? 'Space' : key));
      const sought = await field.inputValue();
      assert.equal(rows, found(sought, accounts.slice(0, all), bank), `the list shows what is found by "${sought}"`);
    }
    await field.fill('');
    for (let nth = 0; nth < CLICKS; nth += 1) {
      // Each is chosen and put back, so that what is found is not mixed with what is chosen.
      const option = options.nth(nth % (CLICKS / 2));
      await page.evaluate(rest);
      const { x, y } = await option.evaluate((row) => {
        row.scrollIntoView({ block: 'center' });
        const { left, top, width, height } = row.getBoundingClientRect();
        return { x: left + width / 2, y: top + height / 2 };
      });
      await page.mouse.move(x, y);
      const before = await option.evaluate(isChosen);
      await page.mouse.down();
      await note('clicks', () => page.mouse.up());
      assert.equal(await option.evaluate(isChosen), !before, 'the click has met its row');
      await note('wheel', () => page.mouse.wheel(0, 300));
    }
    await slowDown(1);
  };
  return { world, once };
}

/** `{ours, byHand, empty}`, each `{keys, clicks, wheel}` of `{painted, listed}`: milliseconds, the 95th of a hundred, at the slowdown. */
export async function interactions(browser, { rounds = 3 } = {}) {
  const took = {};
  const opened = [];
  try {
    for (const [name, subject] of Object.entries(SUBJECTS)) {
      took[name] = { keys: [], clicks: [], wheel: [] };
      opened.push(await act(browser, subject, took[name]));
    }
    for (let round = 0; round < rounds; round += 1) for (const { once } of opened) await once();
    const p95 = (values, what) => percentile(values.map((one) => one[what]), 0.95);
    const both = ([kind, values]) => [kind, { painted: p95(values, 'painted'), listed: p95(values, 'listed') }];
    return Object.fromEntries(Object.entries(took).map(([name, of]) => [name, Object.fromEntries(Object.entries(of).map(both))]));
  } finally {
    for (const { world } of opened) await world.end();
  }
}
