// The browser that the stories run in: Chromium's headless shell where CHROMIUM names it, which takes a third of the whole
// Chromium's time; or the one that ENGINE names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, firefox } from 'playwright-core';

/** `chromium` or `firefox`. WebKit is not driven from here: see webkit/. */
export const ENGINE = process.env.ENGINE ?? 'chromium';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  // The headless shell takes the system's hinting for full otherwise, and text is a pixel wider than in the whole Chromium.
  '--font-render-hinting=slight',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const ENGINES = {
  chromium: {
    start: ({ dark, ...more }) => chromium.launch(more),
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: QUIET,
  },
  // A Firefox as it is installed, over WebDriver BiDi; Playwright's own is a build that no registry has.
  firefox: {
    start: ({ dark, ...more }) => firefox.launch({
      ...more,
      channel: 'moz-firefox',
      firefoxUserPrefs: {
        // It would ask each page for an icon, and report that the page's policy refuses it.
        'browser.chrome.site_icons': false,
        // 0 is dark. What the system of this machine wishes is no matter.
        'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      },
    }),
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    args: [],
  },
};

/** The whole Chromium, for what its headless shell has not: the back-forward cache. */
const WHOLE = process.env.CHROMIUM_WHOLE ?? '/usr/bin/chromium';

/** Whether a scenario needs a browser of its own that wishes dark colours: Firefox's driver sets none for a page. */
export const isOfTheDark = ({ context }) => ENGINE === 'firefox' && context?.colorScheme === 'dark';

/** Starts the browser; `whole` asks for the whole Chromium, `dark` for a Firefox that wishes dark colours. The rest are Playwright's options. */
export function launch({ args = [], whole = false, ...more } = {}) {
  const { start, executablePath: usually, args: usual } = ENGINES[ENGINE];
  const executablePath = whole && ENGINE === 'chromium' ? WHOLE : usually;
  if (!existsSync(executablePath)) throw new Error(`there is no ${ENGINE} at ${executablePath}`);
  return start({ executablePath, args: [...usual, ...args], ...more });
}

/**
 * Opens an address in the whole Chromium without a driver, which would keep it from preparing pages in advance; the page tells its server
 * how it goes. Answers what ends it.
 */
export function openWithoutDriver(address) {
  const profile = mkdtempSync(path.join(tmpdir(), 'relink-browser-'));
  const browser = spawn(WHOLE, [...QUIET, '--headless=new', `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
  const ended = once(browser, 'exit');
  return async () => {
    browser.kill();
    await ended;
    // Its other processes end after it, and may write there until then.
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
}
