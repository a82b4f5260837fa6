// The gallery as customers meet it: in their colours, on their screens, in their direction. A mode is a browser
// context and the settings of the gallery's page.
import { open, serve } from '../gallery.mjs';
import { launch } from '../harness/browser.mjs';

const wide = { width: 1280, height: 900 };
const arabic = { lang: 'ar', dir: 'rtl', names: 'arabic' };

/** The modes that every view is looked at in. */
export const MODES = {
  light: { settings: { theme: 'light' } },
  dark: { context: { colorScheme: 'dark' }, settings: { theme: 'dark' } },
  'forced colours': { context: { forcedColors: 'active', colorScheme: 'dark' } },
  '320 px': { context: { viewport: { width: 320, height: 700 } } },
  'text at 200 %': { settings: { text: '200', names: 'long' } },
  'right to left': { settings: arabic },
};

/** Those beyond them, for the long run. */
export const MORE_MODES = {
  'more contrast': { context: { contrast: 'more' } },
  'more contrast, dark': { context: { contrast: 'more', colorScheme: 'dark' }, settings: { theme: 'dark' } },
  'forced colours, light': { context: { forcedColors: 'active', colorScheme: 'light' } },
  '320 px, text at 200 %, dark': { context: { viewport: { width: 320, height: 700 }, colorScheme: 'dark' }, settings: { text: '200', names: 'long' } },
  'right to left, 320 px': { context: { viewport: { width: 320, height: 700 } }, settings: arabic },
  'names missing': { settings: { names: 'none' } },
  'names like markup': { settings: { names: 'markup' } },
};

/** Whether the long run was asked for: `cargo xtask access`. */
export const ALL = process.env.ACCESS === 'all';

/** The served gallery and a browser, for the tests of one file. */
export class Gallery {
  static async start() {
    const gallery = new Gallery();
    [gallery.server, gallery.browser] = await Promise.all([serve(), launch()]);
    return gallery;
  }

  async stop() {
    await this?.browser?.close();
    this?.server?.close();
  }

  /** A page in that mode, bare of the gallery's own controls. Where it shows many rows, all of them are in the window. */
  async page({ context = {}, settings = {} } = {}) {
    const browsing = await this.browser.newContext({
      viewport: wide, locale: 'en-GB', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', bypassCSP: true, ...context,
    });
    const page = await browsing.newPage();
    await open(page, this.server.address, { bare: '', ...settings });
    await lengthen(page);
    return page;
  }
}

// A footer is kept in the window, so that those of rows further down would lie over their own text, where nobody looks.
const lengthen = async (page) => {
  const [rows, height] = await page.evaluate(() => [document.querySelectorAll('.host').length, document.documentElement.scrollHeight]);
  if (rows > 1) await page.setViewportSize({ ...page.viewportSize(), height: Math.max(height, page.viewportSize().height) });
};

/** Draws other rows, or the same in another way, on a page that is open. */
export const redraw = (page, settings) => page.evaluate((wanted) => window.showAnew(wanted), { bare: '', ...settings });

/** The names of the rows on the page. */
export const rowsOf = (page) => page.$$eval('.host', (hosts) => hosts.map((host) => host.dataset.row));
