// How long a customer waits until there is a button to press: the widget, as a page usually embeds it and with the package's lines
// for preloading, beside MX Connect. One after the other in each round, on a slow processor and a line that is held back.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { says } from '../harness/backend.mjs';
import { DIST, merchantPage } from '../harness/site.mjs';
import { World } from '../harness/world.mjs';
import { median } from './table.mjs';

const MBIT = 1_000_000 / 8;
/** Lighthouse's slow 4G, and the fast one of Chromium's tools. */
export const LINES = {
  'slow 4G': { latency: 150, downloadThroughput: 1.6 * MBIT, uploadThroughput: 0.75 * MBIT },
  'fast 4G': { latency: 60, downloadThroughput: 9 * MBIT, uploadThroughput: 1.5 * MBIT },
};
export const DELAYS_MS = [0, 300, 600];
/** How many times slower than this machine the customer's is. */
export const SLOWDOWN = 4;

const hints = (site) => readFileSync(path.join(DIST, 'preload.html'), 'utf8').replaceAll('"./', `"${site.cdn}/`);
const mxPage = (site) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<main><h1>Your bank accounts</h1><div id="mx"></div></main><script type="module" src="${site.cdn}/mx.js" crossorigin></script>`;

/** What is measured, in turn. */
export const SUBJECTS = {
  'relink-widget': { page: (site) => merchantPage(site) },
  'the same, preloaded': { page: (site) => merchantPage(site, { head: hints(site) }) },
  'MX Connect': { page: mxPage },
  'MX Connect, no requests': { page: mxPage, query: '?memory' },
};

/** In the page, before its scripts: notes when a press would do something, and every long task until then. */
const watch = () => {
  window.__long = [];
  new PerformanceObserver((list) => window.__long.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask', buffered: true });
  const find = () => document.querySelector('relink-widget[state="review"]')?.shadowRoot.querySelector('[part~="primary-button"]')
    ?? document.querySelector('[data-test="continue-button"]');
  const look = () => {
    const button = find();
    if (button && !button.disabled && button.getClientRects().length) window.__usable = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
};

/** One page, opened once: until it can be used, what it downloaded, and what the main thread did, all but nothing else. */
export async function load(browser, { page, query = '' }, line, delay, mx) {
  const late = async (answer) => {
    await pause(delay);
    return answer;
  };
  const world = await World.open(browser, {
    page, init: watch, go: false, brotli: true, routes: false,
    backend: { create: () => late(), read: () => late(says({})) },
    file: (name) => (name === 'mx.js' ? { status: 200, type: 'text/javascript', headers: { 'content-encoding': 'br' }, body: mx } : undefined),
  });
  try {
    const cdp = await world.context.newCDPSession(world.page);
    let bytes = 0;
    cdp.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await cdp.send('Network.enable');
    await cdp.send('Performance.enable');
    await cdp.send('Network.emulateNetworkConditions', { offline: false, ...line });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await world.page.goto(`${world.site.shop}/${query}`);
    await world.page.waitForFunction(() => window.__usable, undefined, { timeout: 60_000 });
    const { metrics } = await cdp.send('Performance.getMetrics');
    const { ms, long } = await world.page.evaluate(() => ({ ms: window.__usable, long: window.__long }));
    const script = metrics.find(({ name }) => name === 'ScriptDuration').value * 1000;
    return { ms, bytes, script, longest: Math.max(0, ...long) };
  } finally {
    await world.end();
  }
}

/** Every line and delay, `rounds` times: `{line, delay, of: {subject: {ms, bytes, script, longest}}}`, medians. */
export async function firstScreens(browser, { rounds, lines = Object.keys(LINES), delays = DELAYS_MS, mx, tell = () => {} }) {
  const subjects = Object.entries(SUBJECTS).filter(([name]) => mx || !name.startsWith('MX'));
  // What is packed and compiled at the first time is nobody's.
  for (const [, subject] of subjects) await load(browser, subject, LINES['fast 4G'], 0, mx);
  const rows = [];
  for (const line of lines) {
    for (const delay of delays) {
      const seen = Object.fromEntries(subjects.map(([name]) => [name, []]));
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, subject] of subjects) seen[name].push(await load(browser, subject, LINES[line], delay, mx));
      }
      const of = Object.fromEntries(Object.entries(seen).map(([name, all]) => [name, Object.fromEntries(
        ['ms', 'bytes', 'script', 'longest'].map((what) => [what, median(all.map((one) => one[what]))]),
      )]));
      rows.push({ line, delay, of });
      tell(`${line}, backend ${delay} ms: ${Object.entries(of).map(([name, { ms }]) => `${name} ${Math.round(ms)}`).join(', ')}`);
    }
  }
  return rows;
}
