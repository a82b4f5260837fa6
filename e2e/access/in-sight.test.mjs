// The way forward is always in sight: the primary button of every view, in a dialog, on screens from a phone on its side
// to a desk, with larger text and with the keyboard of a phone open. Nobody has to scroll to find out what to press.
//
//   GALLERY_DIR=… node --test e2e/access/in-sight.test.mjs
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Gallery, redraw, rowsOf } from './gallery.mjs';

let gallery;
before(async () => {
  gallery = await Gallery.start();
});
after(() => gallery?.stop());

const SIZES = [
  [320, 256, 'a window at 400 %'],
  [320, 480, 'the smallest phone'],
  [360, 340, 'a phone with its keyboard open'],
  [360, 740, 'a phone'],
  [390, 844, 'a larger phone'],
  [740, 360, 'a phone on its side'],
  [768, 1024, 'a tablet'],
  [1024, 600, 'a small laptop'],
  [1280, 720, 'a laptop'],
  [1280, 900, 'a larger laptop'],
  [1920, 1080, 'a desk'],
  [360, 740, 'a phone with text at 200 %', { text: '200' }],
  [360, 740, 'a phone, and the longest names', { names: 'long' }],
  [360, 740, 'a phone, right to left', { lang: 'ar', dir: 'rtl', names: 'arabic' }],
];

/** The view's primary button where it is not whole in the window, or lies under something. */
const hidden = (page) => page.$eval('.host', (host) => {
  const button = host.shadowRoot.querySelector('.primary');
  if (!button) return [];
  const { top, bottom, left, right } = button.getBoundingClientRect();
  const name = `${host.dataset.row}: ${button.textContent}`;
  if (top < 0 || left < 0 || bottom > innerHeight + 1 || right > innerWidth + 1) return [`${name} is at ${Math.round(top)} to ${Math.round(bottom)} of ${innerHeight}`];
  const hit = host.shadowRoot.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  return button.contains(hit) ? [] : [`${name} lies under ${hit?.className || hit?.localName}`];
});

describe('the way forward is in sight', () => {
  for (const [width, height, name, settings = {}] of SIZES) {
    test(`on ${name}, ${width} × ${height}`, async () => {
      const page = await gallery.page({ context: { viewport: { width, height } }, settings: { view: 'given-up/given-up', display: 'modal', ...settings } });
      await redraw(page, { display: 'modal' });
      const rows = (await rowsOf(page)).filter((row) => !row.startsWith('empty/'));
      assert.ok(rows.length > 60, 'every view is looked at');
      const wrong = [];
      for (const view of rows) {
        await redraw(page, { view, display: 'modal', ...settings });
        wrong.push(...await hidden(page));
      }
      assert.deepEqual(wrong, []);
      await page.context().close();
    });
  }

  test('and a button that is not would be found', async () => {
    const page = await gallery.page({ context: { viewport: { width: 320, height: 480 } }, settings: { view: 'review/every-permission-and-reason', display: 'modal' } });
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('.modal .footer { position: static !important; }');
      document.querySelector('.host').shadowRoot.adoptedStyleSheets.push(sheet);
    });
    assert.equal((await hidden(page)).length, 1);
    await page.context().close();
  });
});
