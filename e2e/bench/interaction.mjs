// A list of 1,000 accounts: from a key or a click until its effect is painted, in the widget and, in turn with it, in the same list
// by hand. The browser paints as soon as it can and does not wait for a screen, so that the figure is the work alone. Each act begins
// when what came before it has been painted and the page has stopped scrolling: that is not this act's.
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
  id: `fca_${nth}`, display_name: `${BANKS[nth % BANKS.length]} ${nth}`, last4: String(1000 + nth),
}));
/** What is typed, one key after the other: much is found, little, and nothing; then all again. */
const TYPED = ['c', 'h', 'e', 'c', 'k', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'Backspace', 'r', 'a', 'i', 'n', 'y', ' ', 'd',
  'a', 'y', ' ', 's', 'a', 'v', 'i', 'n', 'g', 's', ' ', '9', '9'];

/** In the page: `__took` is how long the last event took until what it did was painted, once it is. */
const watch = () => {
  for (const kind of ['keydown', 'pointerup', 'wheel']) {
    addEventListener(kind, ({ timeStamp }) => requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => { window.__took = performance.now() - timeStamp; };
      painted.port2.postMessage(0);
    }), { capture: true, passive: true });
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

/** The accounts in the simplest page that can do the same: what the browser alone takes. */
const byHand = () => {
  const row = ({ display_name: name, last4 }) => `<label><input type="checkbox"> ${name} ${last4}</label>`;
  const groups = Array.from({ length: COUNT / 25 }, (_, nth) => `<div>${accounts.slice(nth * 25, nth * 25 + 25).map(row).join('')}</div>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<style>label { display: block; padding: 20px } [hidden] { display: none }</style>
<input type="search">${groups.join('')}
<script>
const rows = [...document.querySelectorAll('label')].map((row) => [row, row.textContent.toLowerCase()]);
document.querySelector('[type=search]').addEventListener('input', ({ target }) => {
  const sought = target.value.trim().toLowerCase();
  for (const [row, text] of rows) row.hidden = !text.includes(sought);
});
</script>`;
};

/** The two lists. */
const SUBJECTS = {
  ours: {
    scenario: { backend: { session: anyAccount({ limits: { accounts: null } }) }, stripe: () => collected(...accounts) },
    async open(world) {
      const widget = world.widget();
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
    },
  },
  byHand: { scenario: { page: byHand }, open() {} },
};

/** Opens one of them. Answers what does all acts once, and notes milliseconds in `{keys, clicks, wheel}`. */
async function act(browser, { scenario, open }, took) {
  const world = await World.open(browser, scenario);
  const { page } = world;
  await open(world);
  await page.evaluate(watch);
  const cdp = await world.context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  const [field, options] = [page.locator('input[type="search"]'), page.locator('label')];
  const isChosen = (row) => row.querySelector('input').checked;
  const note = async (kind, act) => {
    await page.evaluate(rest);
    await act();
    const painted = await page.waitForFunction(() => window.__took, undefined, { polling: 20 });
    took[kind].push(await painted.jsonValue());
  };
  const once = async () => {
    await field.focus();
    for (const key of TYPED) await note('keys', () => page.keyboard.press(key === ' ' ? 'Space' : key));
    await field.fill('');
    for (let nth = 0; nth < CLICKS; nth += 1) {
      const option = options.nth(nth);
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
  };
  return { world, once };
}

/** `{ours, byHand}`, each `{keys, clicks, wheel}`: milliseconds, the 95th of a hundred, at the slowdown. */
export async function interactions(browser, { rounds = 3 } = {}) {
  const took = {};
  const opened = [];
  try {
    for (const [name, subject] of Object.entries(SUBJECTS)) {
      took[name] = { keys: [], clicks: [], wheel: [] };
      opened.push(await act(browser, subject, took[name]));
    }
    for (let round = 0; round < rounds; round += 1) for (const { once } of opened) await once();
    const p95 = (of) => Object.fromEntries(Object.entries(of).map(([kind, values]) => [kind, percentile(values, 0.95)]));
    return { ours: p95(took.ours), byHand: p95(took.byHand) };
  } finally {
    for (const { world } of opened) await world.end();
  }
}
