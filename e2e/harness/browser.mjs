// The browser that the stories run in: Chromium, or the one that ENGINE names.
import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright-core';

/** `chromium` or `firefox`. WebKit is not driven from here: see webkit/. */
export const ENGINE = process.env.ENGINE ?? 'chromium';

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const ENGINES = {
  chromium: {
    start: (more) => chromium.launch(more),
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: QUIET,
  },
  // A Firefox as it is installed, over WebDriver BiDi; Playwright's own is a build that no registry has.
  firefox: {
    // It would ask each page for an icon, and report that the page's policy refuses it.
    start: (more) => firefox.launch({ ...more, channel: 'moz-firefox', firefoxUserPrefs: { 'browser.chrome.site_icons': false } }),
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    args: [],
  },
};

/** Starts the browser. */
export function launch({ args = [], ...more } = {}) {
  const { start, executablePath, args: usual } = ENGINES[ENGINE];
  if (!existsSync(executablePath)) throw new Error(`there is no ${ENGINE} at ${executablePath}`);
  return start({ executablePath, args: [...usual, ...args], ...more });
}
