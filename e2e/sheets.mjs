// Contact sheets of six views beside each other, for people: docs/images/views-*.png. Where the typeface is missing, it says
// what to install.
//
//   GALLERY_DIR=… node e2e/sheets.mjs
import { fileURLToPath } from 'node:url';
import { Gallery } from './access/gallery.mjs';
import { TYPEFACE, needs } from './needs.mjs';

const VIEWS = [
  'review/inactive-access_expired', 'at-bank/window', 'choose/one-refused', 'wrong-account/other-account', 'done/relinked-until', 'problem/bank-confirmed',
];
const SHEETS = {
  light: { width: 360, settings: { theme: 'light' } },
  dark: { width: 360, context: { colorScheme: 'dark' }, settings: { theme: 'dark' } },
  'forced-colours': { width: 360, context: { forcedColors: 'active', colorScheme: 'dark' } },
  320: { width: 320, settings: { names: 'long' } },
  arabic: { width: 360, settings: { lang: 'ar', dir: 'rtl', names: 'arabic' } },
};

needs(`the typeface ${TYPEFACE}`);
const gallery = await Gallery.start();
try {
  for (const [name, { width, context, settings }] of Object.entries(SHEETS)) {
    const page = await gallery.page({ settings, context: { viewport: { width: 6 * (width + 24) + 24, height: 900 }, ...context } });
    await page.evaluate(([views, column, typeface]) => {
      for (const host of document.querySelectorAll('.host')) {
        if (!views.includes(host.dataset.row)) host.closest('figure').remove();
      }
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`main { display: flex; align-items: flex-start; gap: 24px; padding: 24px; }
        figure { flex: none; inline-size: ${column}px; } figcaption { display: none; } .host { --relink-font-family: ${typeface}, sans-serif; }`);
      document.adoptedStyleSheets.push(sheet);
    }, [VIEWS, width, TYPEFACE]);
    await page.evaluate(() => document.fonts.ready);
    const { height } = await page.locator('main').boundingBox();
    await page.setViewportSize({ ...page.viewportSize(), height: Math.ceil(height) });
    const path = fileURLToPath(new URL(`../docs/images/views-${name}.png`, import.meta.url));
    await page.locator('main').screenshot({ path, animations: 'disabled' });
    await page.context().close();
    console.log(path);
  }
} finally {
  await gallery.stop();
}
