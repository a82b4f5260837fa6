// The documentation as a site (`cargo xtask docs`): links, policy, search, tabs, and the live widget, in a browser.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from './harness/index.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SITE = process.env.DOCS_DIR ?? path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'docs');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.wasm': 'application/wasm', '.svg': 'image/svg+xml', '.json': 'application/json' };
const PAGES = readdirSync(SITE).filter((name) => name.endsWith('.html'));
const HEADERS = Object.fromEntries(readFileSync(path.join(SITE, '_headers'), 'utf8').split('\n').slice(1)
  .filter(Boolean).map((line) => line.trim().split(/: (.*)/)));

let server;
let address;
let browser;
before(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const file = path.join(SITE, path.normalize(pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    const found = existsSync(file);
    response.writeHead(found ? 200 : 404, { ...HEADERS, 'content-type': TYPES[found ? path.extname(file) : '.html'] ?? 'text/plain; charset=utf-8' });
    response.end(readFileSync(found ? file : path.join(SITE, '404.html')));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

async function open(file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && page.complaints.push(line.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  await page.goto(`${address}/${file}`);
  return page;
}
const axe = async (page) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { rules: { 'scrollable-region-focusable': { enabled: true } } }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html).join(' ')}`);
};
const result = (page) => page.locator('.live').first().locator('.result');

test('every link and every anchor leads somewhere', () => {
  assert.ok(PAGES.length > 25);
  const text = Object.fromEntries(PAGES.map((name) => [name, readFileSync(path.join(SITE, name), 'utf8')]));
  const lost = [];
  for (const [name, html] of Object.entries(text)) {
    for (const [, href] of html.matchAll(/<[a-z][^<>]*\s(?:href|src)="([^"]+)"/g)) {
      if (/^https?:/.test(href)) continue;
      const [file, anchor] = href.replace(/^\//, '').split('#');
      const target = file || name;
      if (!existsSync(path.join(SITE, target))) lost.push(`${name}: ${href}`);
      else if (anchor && text[target] && !text[target].includes(`id="${anchor}"`)) lost.push(`${name}: ${href}`);
    }
  }
  assert.deepEqual(lost, []);
});

test('the policy is strict, and no page has anything inline', () => {
  const policy = HEADERS['Content-Security-Policy'];
  assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  for (const name of PAGES) {
    const html = readFileSync(path.join(SITE, name), 'utf8');
    const meta = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(html)[1];
    assert.equal(`${meta}; frame-ancestors 'none'`, policy, name);
    assert.doesNotMatch(html, /<style|<script(?![^>]* src=)| style="| on\w+="/, name);
  }
});

test('the live widget reaches success, pressed by the reader and played by itself', async () => {
  const page = await open('index.html');
  const live = page.locator('.live').first();
  await live.locator('relink-widget[state="review"]').waitFor();
  await live.locator('[part~="primary-button"]').click();
  await live.locator('relink-widget[state="succeeded"]').waitFor();
  assert.equal(await result(page).innerText(), 'relink-success was dispatched.');
  const other = page.locator('.live').nth(1);
  await other.getByRole('button', { name: 'Play' }).click();
  await other.locator('relink-widget[state="succeeded"]').waitFor();
  assert.equal(await live.locator('relink-widget').count(), 0, 'one simulation at a time');
  await other.locator('summary').click();
  assert.match(await other.locator('.log').innerText(), /relink-error.*no_account[\s\S]*relink-success/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('each kind of outcome can be pressed on the page about testing', async () => {
  const page = await open('testing.html');
  for (const [name, event] of [['partial', 'relink-success'], ['closed at bank', 'relink-cancel'], ['account closed', 'relink-failure'], ['popup blocked', 'relink-error']]) {
    await page.locator('.outcomes').getByRole('button', { name, exact: true }).click();
    await page.locator('.live .result', { hasText: `${event} was dispatched.` }).waitFor();
  }
  const buttons = await page.locator('.outcomes button').count();
  const { outcomes } = await import(path.join(SITE, 'relink-widget/testing.js'));
  assert.equal(buttons, Object.keys(outcomes).length);
  await page.context().close();
});

test('search finds a section by its words, by keyboard alone', async () => {
  const page = await open('events.html');
  await page.keyboard.press('/');
  await page.getByRole('searchbox').fill('csrftoken react');
  await page.locator('.search li').first().waitFor();
  assert.match(await page.locator('.search').innerText(), /Attributes[\s\S]*Embedding the element/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/embedding\.html#/);
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('zzzqqq');
  await page.locator('.search .count', { hasText: 'No sections' }).waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('tabs: the framework that was chosen is shown again on the next page; a snippet is copied whole', async () => {
  const page = await open('index.html', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('tab', { name: 'HTML' }).focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('tab', { selected: true }).innerText(), 'React');
  const panel = page.getByRole('tabpanel');
  assert.match(await panel.innerText(), /relink-widget\/react/);
  await panel.getByRole('button', { name: 'Copy' }).click();
  await page.locator('.said', { hasText: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await panel.locator('code').textContent());
  await page.reload();
  assert.equal(await page.getByRole('tab', { selected: true }).innerText(), 'React');
  await page.context().close();
});

test('an address that leads nowhere shows a way back, at any depth', async () => {
  const page = await open('a/b/nowhere');
  await page.getByRole('main').getByRole('link', { name: 'Start', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Start here' }).waitFor();
  await page.context().close();
});

test('the theme editor is there, and its policy refuses nothing', async () => {
  const page = await open('appearance.html');
  await page.getByRole('link', { name: 'Open the theme editor' }).click();
  await page.waitForSelector('html[data-ready]');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, and a phone holds it: ${colorScheme}`, async () => {
    for (const file of ['index.html', 'embedding.html', 'testing.html', '404.html']) {
      const page = await open(file, { colorScheme });
      if (file === 'index.html') await page.locator('relink-widget[state="review"]').waitFor();
      assert.deepEqual(await axe(page), [], file);
      await page.keyboard.press('/');
      if (file === 'index.html') assert.deepEqual(await axe(page), [], 'the search');
      await page.setViewportSize({ width: 320, height: 700 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, file);
      assert.deepEqual(page.complaints, [], file);
      await page.context().close();
    }
  });
}
