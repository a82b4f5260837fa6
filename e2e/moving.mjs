// The first picture of README.md: a relink from the review to the success, as a short animated WebP. Run it after
// `cargo xtask dist` where the view has changed: `node e2e/moving.mjs`. It needs img2webp (Debian's package `webp`).
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './harness/browser.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = process.env.DIST ?? path.join(ROOT, 'dist/relink-widget');
const TO = path.join(ROOT, 'docs/images/relink.webp');
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title><link rel="icon" href="data:,">
<style>body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#eef0f4}header{padding:14px 24px;background:#fff;font-weight:650}main{max-width:460px;margin:20px auto}</style>
<header>Corner Store</header><main></main>
<script type="module">import "/relink-widget.js"; import { simulate } from "/testing.js";
sessionStorage.clear();
simulate(new URLSearchParams(location.search).get("outcome") ?? "same_account");
document.querySelector("main").innerHTML = '<relink-widget endpoint="/relink" account="fca_simulated"></relink-widget>';
</script>`;

const folder = await mkdtemp(path.join(tmpdir(), 'moving-'));
const browser = await launch();
try {
  const page = await browser.newPage({ viewport: { width: 560, height: 680 } });
  await page.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: PAGE });
    return route.fulfill({ contentType: TYPES[path.extname(pathname)] ?? 'text/plain', body: await readFile(path.join(DIST, pathname)) });
  });
  await page.goto('https://shop.example/');
  const frames = [];
  const take = async (milliseconds) => {
    const file = path.join(folder, `${frames.length}.png`);
    await page.screenshot({ path: file });
    frames.push('-d', String(milliseconds), file);
  };
  const widget = page.locator('relink-widget');
  const button = widget.locator('[part~="primary-button"]');
  await page.locator('relink-widget[state="review"]').waitFor();
  await take(1800);
  await button.hover();
  await take(700);
  // The simulated bank answers at once. In this outcome it never does, so the state can be seen.
  await page.goto('https://shop.example/?outcome=cancelled_in_authorizing');
  await page.locator('relink-widget[state="review"]').waitFor();
  await button.click();
  await page.locator('relink-widget[state="authorizing"]').waitFor();
  await take(1500);
  await page.goto('https://shop.example/');
  await page.locator('relink-widget[state="review"]').waitFor();
  await button.click();
  await page.locator('relink-widget[state="succeeded"]').waitFor();
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished)));
  await page.mouse.move(0, 0);
  await take(2600);
  execFileSync('img2webp', ['-loop', '0', '-lossless', ...frames, '-o', TO]);
  console.log(`Written: ${TO}`);
} finally {
  await browser.close();
  if (!process.env.KEEP_FRAMES) await rm(folder, { recursive: true });
  else console.log(folder);
}
