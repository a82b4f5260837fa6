// The theme editor of the gallery: what it prints is what a merchant's page needs, and everybody can use it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { serve } from './gallery.mjs';
import { launch } from './harness/browser.mjs';
import { becomes, merchantPage, suite } from './harness/index.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** The editor as it is opened. */
async function editor(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  await page.goto(`${server.address}theme.html`);
  await page.waitForSelector('html[data-ready]');
  return page;
}
const set = (page, name, value) => page.locator(`[name="${name}"]`).fill(value);
const printed = (page) => page.locator('#css').textContent();
const button = (page, theme) => page.locator(`#${theme} [part~="primary-button"]`)
  .evaluate((element) => getComputedStyle(element).backgroundColor);

test('without a change it prints that nothing needs to be said', async () => {
  const page = await editor();
  assert.match(await printed(page), /defaults/);
  assert.equal((await printed(page)).includes('--relink-'), false);
  await page.context().close();
});

test('a colour is previewed in its theme at once, and the other theme keeps its own', async () => {
  const page = await editor();
  const dark = await button(page, 'dark');
  await set(page, 'color-primary-light', '#0a5c4a');
  assert.deepEqual([await button(page, 'light'), await button(page, 'dark')], ['rgb(10, 92, 74)', dark]);
  assert.match(await printed(page), /^relink-widget \{\n {2}--relink-color-primary: light-dark\(#0a5c4a, #8ea6ff\);/);
  await page.getByRole('button', { name: 'As it comes' }).click();
  await becomes('nothing is left of it', true, async () => /defaults/.test(await printed(page)));
  await page.context().close();
});

test('colours that cannot be read are called so', async () => {
  const page = await editor();
  assert.equal(await page.locator('.poor').count(), 0, 'the defaults can be read');
  assert.match(await page.locator('#verdict').innerText(), /^All 16 pairs pass AA/);
  await set(page, 'color-on-primary-light', '#3355dd');
  const row = page.getByRole('row', { name: /Text on the main button/ });
  assert.match(await row.innerText(), /AA fails, below 4\.5/);
  assert.match(await row.innerText(), /AA passes/, 'the other theme has its own verdict');
  assert.match(await page.locator('#verdict').innerText(), /^1 of 16 pairs fail AA/);
  await page.context().close();
});

test('every preset can be read in both themes, and is not the one before it', async () => {
  const page = await editor();
  const printouts = [];
  for (const preset of await page.locator('#presets button').all()) {
    await preset.click();
    assert.equal(await page.locator('.poor').count(), 0, await preset.innerText());
    printouts.push(await printed(page));
  }
  assert.ok(printouts.length > 3);
  assert.equal(new Set(printouts).size, printouts.length);
  await page.context().close();
});

test('by keyboard alone a corner is rounded and the style sheet copied', async () => {
  const page = await editor({ permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('[name="font-size-min"]').focus();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('ArrowRight');
  assert.match(await printed(page), /--relink-border-radius-small: 7px;/);
  for (let nth = 0; nth < 12 && await page.evaluate(() => document.activeElement.id !== 'copy'); nth += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await becomes('it says so', 'Copied.', () => page.locator('#copied').innerText());
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await printed(page));
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing, and a strict policy refuses nothing: ${colorScheme}`, async () => {
    const page = await editor({ colorScheme });
    await set(page, 'color-primary-light', '#0a5c4a');
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.locator('[style]').count(), 0);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`), []);
    await page.context().close();
  });
}

test('a phone of 320 px holds it', async () => {
  const page = await editor({ viewport: { width: 320, height: 700 } });
  await set(page, 'color-primary-light', '#0a5c4a');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
  await page.context().close();
});

suite('the style sheet that the editor prints', (it) => {
  it('makes the element of a page look as previewed, in light and dark', { go: false, page: (site) => merchantPage(site, { head: `<style>:root { color-scheme: light dark }</style><style>${site.printed}</style>` }) }, async (world, widget) => {
    const page = await editor();
    await set(page, 'color-primary-light', '#0a5c4a');
    await set(page, 'color-primary-dark', '#7fd8bf');
    await set(page, 'border-radius-card', '3');
    world.site.printed = await printed(page);
    for (const [theme, colorScheme, ground] of [
      ['auto', 'light', 'rgb(10, 92, 74)'], ['auto', 'dark', 'rgb(127, 216, 191)'],
      ['light', 'dark', 'rgb(10, 92, 74)'], ['dark', 'light', 'rgb(127, 216, 191)'],
    ]) {
      await world.page.emulateMedia({ colorScheme });
      await world.page.goto(`${world.site.shop}/`);
      await widget.host.evaluate((host, theme) => { host.theme = theme; }, theme);
      await widget.reaches('review');
      await becomes(`the button's colour and corner: ${theme}, ${colorScheme}`, [ground, '3px'], () => widget.part('primary-button').evaluate((element) => {
        const style = getComputedStyle(element);
        return [style.backgroundColor, style.borderRadius];
      }));
    }
    await page.context().close();
  });
});
