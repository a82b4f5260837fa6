// A list of 1,000 accounts: from a key or a click until its effect is painted. The browser paints as soon as it can and does not
// wait for a screen, so that the figure is the work alone. Each act begins when what came before it has been painted and the page has
// stopped scrolling: that is not this act's.
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

/** In the page: notes how long each event took until what it did was painted. `__took(nth)` waits for one of them. */
const watch = () => {
  const took = [];
  let wanted;
  window.__took = (nth) => new Promise((done) => {
    wanted = () => nth < took.length && done(took[nth]);
    wanted();
  });
  for (const kind of ['keydown', 'pointerup', 'wheel']) {
    addEventListener(kind, ({ timeStamp }) => requestAnimationFrame(() => {
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        took.push(performance.now() - timeStamp);
        wanted?.();
      };
      painted.port2.postMessage(0);
    }), { capture: true, passive: true });
  }
};

/** In the page: waits until it has nothing to do and lies still. */
const rest = () => new Promise((done) => {
  let [at, still] = [scrollY, 0];
  const look = () => {
    still = at === scrollY ? still + 1 : 0;
    at = scrollY;
    if (still < 5) requestAnimationFrame(look);
    else requestIdleCallback(() => done());
  };
  requestAnimationFrame(look);
});

/** `{keys, clicks, wheel}`: milliseconds each, at the slowdown. */
export async function interactions(browser, { rounds = 3 } = {}) {
  const world = await World.open(browser, {
    backend: { session: anyAccount({ limits: { accounts: null } }) },
    stripe: () => collected(...accounts),
  });
  try {
    const widget = world.widget();
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await world.page.evaluate(watch);
    const field = widget.host.locator('input[type="search"]');
    const cdp = await world.context.newCDPSession(world.page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    let acts = 0;
    const took = async (act) => {
      await world.page.evaluate(rest);
      await act();
      acts += 1;
      return world.page.evaluate((nth) => window.__took(nth), acts - 1);
    };
    const [keys, clicks, wheel] = [[], [], []];
    const options = widget.host.locator('[part~="account-option"]');
    const isChosen = (row) => row.querySelector('input').checked;
    for (let round = 0; round < rounds; round += 1) {
      await field.focus();
      for (const key of TYPED) keys.push(await took(() => world.page.keyboard.press(key === ' ' ? 'Space' : key)));
      await field.fill('');
      for (let nth = 0; nth < CLICKS; nth += 1) {
        const option = options.nth(nth);
        await world.page.evaluate(rest);
        const { x, y } = await option.evaluate((row) => {
          row.scrollIntoView({ block: 'center' });
          const { left, top, width, height } = row.getBoundingClientRect();
          return { x: left + width / 2, y: top + height / 2 };
        });
        await world.page.mouse.move(x, y);
        const before = await option.evaluate(isChosen);
        clicks.push(await took(() => world.page.mouse.click(x, y)));
        assert.equal(await option.evaluate(isChosen), !before, 'the click has met its row');
        wheel.push(await took(() => world.page.mouse.wheel(0, 300)));
      }
    }
    const p95 = (values) => percentile(values, 0.95);
    return { keys: p95(keys), clicks: p95(clicks), wheel: p95(wheel) };
  } finally {
    await world.end();
  }
}
