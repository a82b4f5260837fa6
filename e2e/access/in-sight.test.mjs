// The way forward is always in sight: the primary button of every view, in a dialog and in the page, on screens from a phone
// on its side to a desk, with larger text and with the keyboard of a phone open. Nobody has to scroll to find out what to press.
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

for (const display of ['modal', 'inline']) {
  describe(`the way forward is in sight: ${display}`, () => {
    for (const [width, height, name, settings = {}] of SIZES) {
      test(`on ${name}, ${width} × ${height}`, async () => {
        const page = await gallery.page({ context: { viewport: { width, height } }, settings: { view: 'given-up/given-up', display, ...settings } });
        await redraw(page, { display });
        const rows = (await rowsOf(page)).filter((row) => !row.startsWith('empty/'));
        assert.ok(rows.length > 60, 'every view is looked at');
        const wrong = [];
        for (const view of rows) {
          await redraw(page, { view, display, ...settings });
          // In a page, a window may be so low that the view has hardly begun in it: whoever reads its heading is looked at.
          if (display === 'inline' && height < 300) await page.$eval('.host', (host) => host.shadowRoot.querySelector('.heading').scrollIntoView());
          wrong.push(...await hidden(page));
        }
        assert.deepEqual(wrong, []);
        await page.context().close();
      });
    }

    test('and a button that is not would be found', async () => {
      const page = await gallery.page({ context: { viewport: { width: 320, height: 480 } }, settings: { view: 'review/every-permission-and-reason', display } });
      await page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('.footer { position: static !important; }');
        document.querySelector('.host').shadowRoot.adoptedStyleSheets.push(sheet);
      });
      assert.equal((await hidden(page)).length, 1);
      await page.context().close();
    });
  });
}

/** The long review, in a page that goes on below it. */
async function longPage() {
  const page = await gallery.page({ context: { viewport: { width: 360, height: 740 } }, settings: { view: 'review/every-permission-and-reason' } });
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('main { padding-block-end: 3000px; }');
    document.adoptedStyleSheets.push(sheet);
  });
  return page;
}

test('in the page, the button leaves the window with its view, and stops above a bar of the page\'s own', async () => {
  const page = await longPage();
  const bottom = () => page.$eval('.host', (host) => host.shadowRoot.querySelector('.footer').getBoundingClientRect().bottom);
  assert.equal(await bottom(), 740);
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.host { --relink-footer-inset: 64px; }');
    document.adoptedStyleSheets.push(sheet);
  });
  assert.equal(await bottom(), 676);
  await page.evaluate(() => window.scrollTo(0, 2500));
  assert.ok(await bottom() < 0, 'it does not follow the page');
  await page.context().close();
});

test('what gets the focus is not under the button', async () => {
  const page = await longPage();
  await page.evaluate(() => {
    const root = document.querySelector('.host').shadowRoot;
    const link = Object.assign(document.createElement('button'), { textContent: 'focus', id: 'focus' });
    root.querySelector('.body').append(link);
    link.focus();
  });
  const under = await page.$eval('.host', (host) => {
    const [link, footer] = ['#focus', '.footer'].map((name) => host.shadowRoot.querySelector(name).getBoundingClientRect());
    return link.bottom > footer.top;
  });
  assert.equal(under, false);
  await page.context().close();
});
