// The looks that the repository keeps, compared with how the gallery looks now: where every part lies, to 2 px, and a
// picture of every view. They are made with a font of our own, so that any machine can compare them. Colours move nothing:
// light, dark and forced colours have a picture each and one layout, which must be the same in the three.
//
//   GALLERY_DIR=… node --test e2e/access/look.test.mjs       ACCESS=all for more modes; ACCESS=update keeps the looks anew
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { ALL, Gallery } from './gallery.mjs';
import { different, layout, moved, picture, prepare } from './look.mjs';

const KEPT = new URL('looks/', import.meta.url);
const UPDATE = process.env.ACCESS === 'update';

/** The mode whose layout is kept for all that differ from it in colours alone. */
const LIGHT = 'light';
/** Half size. */
const half = { deviceScaleFactor: 0.5, viewport: { width: 4700, height: 900 } };
const MODES = {
  [LIGHT]: { width: 360, context: half, settings: { theme: 'light' } },
  dark: { width: 360, context: { ...half, colorScheme: 'dark' }, settings: { theme: 'dark' }, layout: LIGHT },
  arabic: { width: 360, context: half, settings: { theme: 'light', lang: 'ar', dir: 'rtl', names: 'arabic' } },
  narrow: { width: 320, context: half, settings: { theme: 'light', names: 'long' } },
  ...(ALL || UPDATE) && {
    'forced-colours': { width: 360, context: { ...half, forcedColors: 'active', colorScheme: 'dark' }, layout: LIGHT },
    wide: { width: 720, context: { ...half, viewport: { width: 9400, height: 900 } }, settings: { theme: 'light' } },
  },
};

let gallery;
let compared = 0;
before(async () => {
  gallery = await Gallery.start();
  await mkdir(KEPT, { recursive: true });
});
after(async () => {
  await gallery?.stop();
  console.log(`looks: ${compared} views compared with those that are kept`);
});

/** How often a picture is taken anew that differs: of so large a page, one may be taken while a part of it is not painted yet. */
const AGAIN = 2;

/** How the gallery looks in that mode, with a style of the test's own in every view. */
async function look(mode, { style = '', view = 'all' } = {}) {
  const page = await gallery.page({ ...mode, settings: { ...mode.settings, view } });
  await prepare(page, mode.width);
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    for (const { shadowRoot } of document.querySelectorAll('.host')) shadowRoot.adoptedStyleSheets.push(sheet);
  }, style);
  return { page, layout: await layout(page), picture: await picture(page) };
}

describe('looks', () => {
  for (const [name, mode] of Object.entries(MODES)) {
    const shared = mode.layout ? `, and every part lies as in ${mode.layout}` : '';
    test(`every view looks as it did: ${name}${shared}`, async () => {
      const { page, ...now } = await look(mode);
      const [lines, sheet] = [new URL(`${mode.layout ?? name}.txt`, KEPT), new URL(`${name}.png`, KEPT)];
      if (UPDATE) await Promise.all([!mode.layout && writeFile(lines, `${now.layout}\n`), writeFile(sheet, now.picture)]);
      const kept = { layout: await readFile(lines, 'utf8'), picture: await readFile(sheet) };
      let differs = await different(page, kept, now);
      for (let nth = 0; nth < AGAIN && differs.length; nth += 1) differs = await different(page, kept, { ...now, picture: await picture(page) });
      const found = [...moved(kept.layout, now.layout), ...differs];
      assert.deepEqual(found.slice(0, 20), [], 'look at it (cargo xtask screenshots), and keep it: cargo xtask access --update');
      compared += (now.layout.match(/^\S/gm) ?? []).length;
      await page.context().close();
    });
  }

  const view = 'review/inactive-access_denied';
  const planted = async (style) => {
    const [was, is] = [await look(MODES[LIGHT], { view }), await look(MODES[LIGHT], { view, style })];
    const found = { moved: moved(was.layout, is.layout), different: await different(is.page, was, is) };
    await Promise.all([was, is].map(({ page }) => page.context().close()));
    return found;
  };

  test('nothing is found where nothing changed', async () => {
    assert.deepEqual(await planted(''), { moved: [], different: [] });
  });

  test('a button that moved by 8 px is found, by its place and on the picture', async () => {
    const found = await planted('.primary { position: relative; inset-block-start: 8px; }');
    assert.equal(found.moved.length, 1, found.moved.join('\n'));
    assert.match(found.moved[0], /primary-button from/);
    assert.equal(found.different.length, 1);
  });

  test('another colour of a status is found, on the picture alone', async () => {
    const found = await planted('.chip { color: #0b6b3a; }');
    assert.deepEqual(found.moved, []);
    assert.equal(found.different.length, 1);
  });
});
