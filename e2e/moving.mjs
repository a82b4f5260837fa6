// The first picture of README.md: a relink from the shop to the bank and back, as a short animated WebP. Run it after
// `cargo xtask dist` where a view has changed: `node e2e/moving.mjs`. Where img2webp or the
// typeface is missing, it says what to install.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './harness/browser.mjs';
import { TYPEFACE, needs } from './needs.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = process.env.DIST ?? path.join(ROOT, 'dist/relink-widget');
const TO = path.join(ROOT, 'docs/images/relink.webp');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const SIZE = { width: 720, height: 720 };
/** How much slower than a customer's the page's clock of animations runs, so that there is time for a picture of each moment. */
const SLOWER = 20;
/** The time between two pictures of a motion, as it is shown. */
const FRAME_MS = 80;
const LARGEST = 600_000;

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title><link rel="icon" href="data:,">
<style>
:root { font: 15px/1.5 Inter, sans-serif; --relink-font-family: Inter, sans-serif; }
body { margin: 0; background: #eef0f4; color: #14171f; }
header { padding: 16px 32px; background: #fff; font-weight: 650; border-bottom: 1px solid #e2e5ea; }
main { max-width: 560px; margin: 32px auto; }
h1 { margin: 0 0 16px; font-size: 22px; }
section { display: flex; align-items: center; gap: 14px; padding: 16px; background: #fff; border: 1px solid #e2e5ea; border-radius: 14px; }
section p { margin: 0; flex: 1; color: #565d6d; } b { display: block; color: #14171f; font-weight: 600; }
i { display: grid; place-items: center; width: 40px; height: 40px; border-radius: 10px; background: #2f5d8a; color: #fff; font: 600 15px Inter, sans-serif; }
span { padding: 2px 10px; border-radius: 11px; background: #fbe9e8; color: #b3261e; font: 600 13px/18px Inter, sans-serif; }
.works span { background: #e6f1eb; color: #0b6b3a; }
button { font: 600 15px Inter, sans-serif; padding: 12px 16px; border: 0; border-radius: 10px; background: #2447d8; color: #fff; }
.works relink-widget { display: none; }
[popover] { inset: 0 auto auto 0; margin: 0; padding: 0; border: 0; overflow: visible; background: none; }
#bank { translate: 150px 96px; width: 420px; border-radius: 12px; overflow: hidden; background: #fff; box-shadow: 0 16px 56px rgb(20 23 31 / 40%); transition: translate 200ms, opacity 200ms; }
@starting-style { #bank:popover-open { translate: 150px 120px; opacity: 0; } }
#bank div { padding: 10px 16px; background: #dfe3ea; color: #3b4252; font-size: 13px; }
#bank form { display: grid; gap: 14px; padding: 24px; } #bank h2 { margin: 0; font-size: 19px; }
#bank label { display: flex; gap: 10px; padding: 14px; border: 2px solid #2f5d8a; border-radius: 10px; font-weight: 600; }
#bank button { background: #2f5d8a; }
#pointer { transition: translate 320ms ease-in-out; pointer-events: none; } svg { display: block; }
</style>
<header>Corner Store</header>
<main><h1>Bank accounts</h1><section><i>HB</i><p><b>Harbour Bank</b>Everyday Checking •••• 1234</p><span>Disconnected</span>
<relink-widget endpoint="/relink" account="fca_1" display="modal"><button slot="trigger" class="go">Reconnect</button></relink-widget></section></main>
<div id="bank" popover="manual"><div>harbourbank.example</div><form><h2>Share with Corner Store</h2>
<label><input type="radio" checked>Everyday Checking •••• 1234</label><button type="button">Allow</button></form></div>
<div id="pointer" popover="manual"><svg width="22" height="26" viewBox="0 0 22 26"><path d="M2 2v19l5-5 3.5 8 3.5-1.5-3.5-7.5h7z" fill="#14171f" stroke="#fff" stroke-width="1.5"/></svg></div>
<script type="module" src="/relink-widget.js"></script>`;

/** The merchant's answer: the session, before or after the bank. */
function session(isDone) {
  const inactive = { status: 'inactive', status_details: { inactive: { cause: 'access_expired', action: 'relink_required' } } };
  const now = Math.floor(Date.now() / 1000);
  return {
    object: 'relink_session', id: 'rls_1', livemode: true, status: isDone ? 'succeeded' : 'pending', expires_at: now + 1800, expires_in: 1800,
    merchant: { name: 'Corner Store' },
    institution: { id: 'fcinst_1', name: 'Harbour Bank', logo_url: null },
    permissions: ['payment_method', 'balances'],
    relink_options: { authorization: 'fcauth_1', account: 'fca_1' },
    limits: { accounts: 1 },
    accounts: [{
      id: 'fca_1', authorization: 'fcauth_1', institution_name: 'Harbour Bank', display_name: 'Everyday Checking', last4: '1234', subcategory: 'checking',
      permissions: ['payment_method', 'balances'], inactive_since: now - 9 * 86_400, ...(isDone ? { status: 'active' } : inactive),
    }],
    handoff: { type: 'hosted', url: 'https://bank.example/' },
    relink_result: isDone ? { account: 'fca_1', authorization: 'fcauth_1', failure_reason: null } : null,
  };
}

needs('img2webp', `the typeface ${TYPEFACE}`);
const folder = await mkdtemp(path.join(tmpdir(), 'moving-'));
const browser = await launch();
try {
  const context = await browser.newContext({ viewport: SIZE, deviceScaleFactor: 1.4, locale: 'en-GB', timezoneId: 'Europe/London' });
  let isDone = false;
  await context.route('**/*', async (route) => {
    const { hostname, pathname } = new URL(route.request().url());
    if (hostname === 'bank.example') return route.fulfill({ contentType: 'text/html', body: '<title>Harbour Bank</title>' });
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: PAGE });
    if (pathname.startsWith('/relink/')) return route.fulfill({ status: pathname.endsWith('/sessions') ? 201 : 200, json: session(isDone) });
    return route.fulfill({ contentType: TYPES[path.extname(pathname)] ?? 'text/plain', body: await readFile(path.join(DIST, pathname)) });
  });
  const page = await context.newPage();
  await page.goto('https://shop.example/');
  const widget = page.locator('relink-widget');
  const reaches = (state) => page.locator(`relink-widget[state="${state}"]`).waitFor();
  const clock = await context.newCDPSession(page);
  await clock.send('Animation.enable');
  await clock.send('Animation.setPlaybackRate', { playbackRate: 1 / SLOWER });

  const frames = [];
  const take = async (milliseconds) => {
    const file = path.join(folder, `${frames.length}.png`);
    await page.screenshot({ path: file });
    frames.push('-d', String(milliseconds), file);
  };
  /** Pictures of what moves, for that long; then of how it ends. */
  const film = async (milliseconds, hold) => {
    const start = performance.now();
    for (let shown = 0; shown < milliseconds; shown += FRAME_MS) {
      await take(FRAME_MS);
      const left = start + (shown + FRAME_MS) * SLOWER - performance.now();
      if (left > 0) await new Promise((next) => setTimeout(next, left));
    }
    if (hold) await take(hold);
  };
  /** The pointer goes there, above whatever is in front, and presses. */
  const press = async (locator) => {
    const { x, y, width, height } = await locator.boundingBox();
    const [left, top] = [x + width * 0.6, y + height * 0.6];
    await page.evaluate(([left, top]) => {
      const pointer = document.getElementById('pointer');
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`#pointer { translate: ${left}px ${top}px; }`);
      pointer.hidePopover();
      pointer.showPopover();
      pointer.getBoundingClientRect();
      document.adoptedStyleSheets = [sheet];
    }, [left, top]);
    await film(320, 0);
    await page.mouse.move(left, top);
    await take(280);
    await page.mouse.click(left, top);
  };

  const button = widget.locator('[part~="primary-button"]');
  await page.evaluate(() => document.getElementById('pointer').showPopover());
  await take(1200);
  await press(page.locator('button.go'));
  await reaches('review');
  await film(240, 2400);
  const [bank] = await Promise.all([context.waitForEvent('page'), press(button)]);
  await reaches('authorizing');
  await page.evaluate(() => document.getElementById('bank').showPopover());
  await film(240, 900);
  await press(page.locator('#bank button'));
  isDone = true;
  await page.evaluate(() => document.getElementById('bank').hidePopover());
  await bank.close();
  await reaches('succeeded');
  await film(480, 2600);
  await press(button);
  await page.evaluate(() => {
    document.querySelector('section').className = 'works';
    document.querySelector('section span').textContent = 'Active';
  });
  await film(160, 1600);
  execFileSync('img2webp', ['-loop', '0', '-lossless', ...frames, '-o', TO]);
  const { size } = await stat(TO);
  console.log(`Written: ${TO}, ${size} bytes, ${frames.length / 3} pictures`);
  if (size > LARGEST) throw new Error(`It may be ${LARGEST} bytes at most.`);
} finally {
  await browser.close();
  if (!process.env.KEEP_FRAMES) await rm(folder, { recursive: true });
  else console.log(folder);
}
