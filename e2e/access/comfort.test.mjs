// Every view for those who have set something: no motion, wider text, four times the zoom, more contrast, a keyboard.
// Nothing moves, nothing is cut off, nothing lies over what has focus, and focus goes in the order of reading.
//
//   GALLERY_DIR=… node --test e2e/access/comfort.test.mjs          ACCESS=all for every language
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ALL, Gallery, redraw, rowsOf } from './gallery.mjs';

let gallery;
before(async () => {
  gallery = await Gallery.start();
});
after(() => gallery?.stop());

const phone = { viewport: { width: 320, height: 700 } };
/** 1280 by 1024 px at 400 %. */
const zoomed = { viewport: { width: 320, height: 256 } };

/** A style sheet in every shadow root of the page. */
const wear = (page, style) => page.evaluate((text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  for (const { shadowRoot } of document.querySelectorAll('.host')) shadowRoot.adoptedStyleSheets.push(sheet);
}, style);

/** WCAG 2.2, 1.4.12. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
  p { margin-block-end: 2em !important; }
  .long { content-visibility: visible !important; }`;

/** The text of each row that a box cuts off or lets out, by the boxes that a customer sees. */
const cutOff = (page) => page.$$eval('.host', (hosts) => hosts.flatMap((host) => {
  const surface = host.shadowRoot.querySelector('.surface');
  const texts = document.createTreeWalker(surface, NodeFilter.SHOW_TEXT);
  const found = [];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.data.trim() || text.parentElement.closest('.unseen')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const lines = [...range.getClientRects()];
    for (let box = text.parentElement; box; box = box === surface ? null : box.parentElement) {
      const { overflow, borderTopWidth, backgroundColor } = getComputedStyle(box);
      const scrolls = ['auto', 'scroll'].includes(overflow.split(' ').at(-1));
      const drawn = box === surface || overflow !== 'visible' || borderTopWidth !== '0px' || backgroundColor !== 'rgba(0, 0, 0, 0)';
      if (scrolls) break;
      if (!drawn) continue;
      const edge = box.getBoundingClientRect();
      const out = lines.some((line) => line.left < edge.left - 1 || line.right > edge.right + 1 || line.top < edge.top - 3 || line.bottom > edge.bottom + 3);
      if (out) found.push(`${host.dataset.row}: "${text.data.trim()}" leaves ${box.className || box.localName}`);
    }
  }
  return found;
}));

describe('every view', { concurrency: 2 }, () => {
  test('is still under reduced motion', async () => {
    const moving = (page) => page.$$eval('.host', (hosts) => [
      ...document.getAnimations(), ...hosts.flatMap((host) => host.shadowRoot.getAnimations()),
    ].length);
    const still = await gallery.page();
    assert.equal(await moving(still), 0);
    await still.context().close();
    const lively = await gallery.page({ context: { reducedMotion: 'no-preference' } });
    assert.ok(await moving(lively) > 0, 'without it something moves, so this would be seen');
    await lively.context().close();
  });

  for (const [name, mode] of Object.entries({
    'on a phone': { context: phone, settings: { names: 'long' } },
    'on a wide page': { settings: { names: 'long' } },
    'on a phone, in longer words': { context: phone, settings: { lang: 'en-XA' } },
    'on a phone, right to left': { context: phone, settings: { lang: 'ar', names: 'arabic', dir: 'rtl' } },
  })) {
    test(`loses nothing to wider text, ${name}`, async () => {
      const page = await gallery.page(mode);
      await wear(page, SPACING);
      assert.deepEqual((await cutOff(page)).slice(0, 10), []);
      await page.context().close();
    });
  }

  test('that loses text would be found', async () => {
    const page = await gallery.page({ context: phone, settings: { view: 'review/inactive-access_denied' } });
    await wear(page, `${SPACING} .button { block-size: 20px; min-block-size: 0; } .card { overflow: hidden; block-size: 30px; }`);
    const found = await cutOff(page);
    assert.ok(found.some((line) => line.includes('leaves button')) && found.some((line) => line.includes('leaves card')), found.join('\n'));
    await page.context().close();
  });

  test('uses no colour but the text\'s own for words where more contrast is asked for', async () => {
    for (const theme of ['light', 'dark']) {
      const page = await gallery.page({ context: { contrast: 'more', colorScheme: theme }, settings: { theme } });
      const colours = await page.$$eval('.host', (hosts) => [...new Set(hosts.flatMap((host) =>
        [...host.shadowRoot.querySelectorAll('.lead, .fine, .chip, .thread li, h3, .new, .aside, .name')].map((element) => getComputedStyle(element).color)))]);
      assert.deepEqual(colours, [theme === 'dark' ? 'rgb(242, 244, 248)' : 'rgb(20, 23, 31)'], theme);
      await page.context().close();
    }
  });

  for (const [name, settings] of Object.entries({ 'left to right': {}, 'right to left': { lang: 'ar', dir: 'rtl', names: 'arabic' } })) {
    test(`takes focus in the order of reading, ${name}`, async () => {
      const page = await gallery.page({ settings });
      const wrong = await page.$$eval('.host', (hosts, forward) => hosts.flatMap((host) => {
        const stops = [...host.shadowRoot.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]')];
        const boxes = stops.map((stop) => stop.getBoundingClientRect());
        const after = (a, b) => b.top >= a.bottom - 1 || (b.bottom > a.top && (forward ? b.left >= a.right - 1 : b.right <= a.left + 1));
        // A list that scrolls holds no stop of its own.
        return boxes.slice(1).flatMap((box, at) => (after(boxes[at], box) ? [] : [`${host.dataset.row}: ${stops[at + 1].textContent}`]))
          .concat([...host.shadowRoot.querySelectorAll('[tabindex]')].filter((stop) => stop.tabIndex > 0).map(() => `${host.dataset.row}: tabindex`));
      }), name === 'left to right');
      assert.deepEqual(wrong, []);
      await page.context().close();
    });
  }

  for (const [name, context] of Object.entries({ 'at 400 %': zoomed, 'on a phone': { viewport: { width: 360, height: 640 } } })) {
    test(`shows all of what has focus, and its ring, in a modal ${name}`, async () => {
      const page = await gallery.page({ context, settings: { view: 'review/inactive', display: 'modal' } });
      const rows = ALL ? await everyRow(page) : SHAPES;
      const wrong = [];
      for (const view of rows) {
        await redraw(page, { view, display: 'modal', names: 'long' });
        wrong.push(...(await covered(page)).map((line) => `${view}: ${line}`));
      }
      assert.deepEqual(wrong, []);
      await page.context().close();
    });
  }

  test('that hid what has focus would be found', async () => {
    const page = await gallery.page({ context: { viewport: { width: 360, height: 640 } }, settings: { view: 'choose/search', display: 'modal' } });
    await wear(page, '.modal { scroll-padding: 0 !important; } .footer { position: sticky; inset-block-end: 0; block-size: 300px; background: var(--_surface); }');
    assert.ok((await covered(page)).length > 0);
    await page.context().close();
  });

  for (const [name, mode] of Object.entries({ light: {}, 'forced colours': { context: { forcedColors: 'active' } } })) {
    test(`has a ring of 2 px around what has focus: ${name}`, async () => {
      const page = await gallery.page(mode);
      await page.keyboard.press('Tab');
      const wrong = await page.$$eval('.host', (hosts) => hosts.flatMap((host) =>
        [...host.shadowRoot.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]')].flatMap((stop) => {
          stop.focus({ focusVisible: true });
          const { outlineStyle, outlineWidth } = getComputedStyle(stop.closest('.option') ?? stop);
          return outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2 ? [] : [`${host.dataset.row}: ${stop.textContent || stop.type}: ${outlineWidth} ${outlineStyle}`];
        })));
      assert.deepEqual(wrong, []);
      await page.context().close();
    });
  }
});

/** One view of each shape; `cargo xtask access` takes all. */
const SHAPES = [
  'review/every-permission-and-reason', 'review/rule-any_account-many', 'choose/search', 'choose/at-most-two', 'at-bank/blocked',
  'at-bank/window-stalled', 'wrong-account/other-account', 'done/relinked-until', 'problem/bank-confirmed', 'leave/disconnected',
];

async function everyRow(page) {
  await redraw(page, {});
  return (await rowsOf(page)).filter((row) => !row.startsWith('empty/') && !row.startsWith('loading/'));
}

/** What has focus, stop by stop, and is not whole in sight with its ring, or lies under something. */
const covered = (page) => page.$eval('.host', async (host) => {
  const root = host.shadowRoot;
  const dialog = root.querySelector('dialog').getBoundingClientRect();
  const stops = [...root.querySelectorAll('a[href], button:not(:disabled), input:not(:disabled), [tabindex="0"]')];
  const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
  const wrong = [];
  for (const stop of stops) {
    stop.focus({ focusVisible: true });
    // What a long list did not lay out before is laid out now.
    await frame();
    await frame();
    const ringed = stop.closest('.option') ?? stop;
    const { top, bottom, left, right } = ringed.getBoundingClientRect();
    const [first, last] = [Math.max(top - 3, dialog.top), Math.min(bottom + 3, dialog.bottom)];
    const name = `${stop.textContent || stop.closest('.option')?.textContent || stop.type}`.slice(0, 60);
    // What is taller than the window cannot be whole in it; its beginning or end has to be.
    const fits = bottom - top < dialog.height - 8;
    if (fits && (top < dialog.top - 1 || bottom > dialog.bottom + 1)) wrong.push(`${name} is out of sight`);
    const over = [first + 1, (first + last) / 2, last - 1].flatMap((y) => [left + 2, (left + right) / 2, right - 2].map((x) => root.elementFromPoint(x, y)));
    const stranger = over.find((hit) => hit && hit.closest('.footer') && !ringed.closest('.footer'));
    if (stranger) wrong.push(`${name} is under ${stranger.className || stranger.localName}`);
  }
  return wrong;
});
