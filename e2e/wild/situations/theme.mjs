// Light or dark: what the page's own `color-scheme` says, and the element's `theme`.
import assert from 'node:assert/strict';
import { becomes, merchantPage } from '../../harness/index.mjs';

const GROUND = { light: 'rgb(255, 255, 255)', dark: 'rgb(20, 23, 31)' };
/** What the page says, what the system wishes, the attribute, and what it comes to. */
const CASES = [
  ['', 'light', '', 'light'],
  ['', 'dark', '', 'light'],
  [':root { color-scheme: light }', 'dark', '', 'light'],
  [':root { color-scheme: dark }', 'light', '', 'dark'],
  [':root { color-scheme: light dark }', 'light', '', 'light'],
  [':root { color-scheme: light dark }', 'dark', '', 'dark'],
  [':root { color-scheme: only light }', 'dark', '', 'light'],
  ['main { color-scheme: dark }', 'light', '', 'dark'],
  ['relink-widget { color-scheme: dark }', 'light', '', 'dark'],
  ['', 'dark', 'theme="auto"', 'light'],
  ['', 'light', 'theme="dark"', 'dark'],
  [':root { color-scheme: dark }', 'dark', 'theme="light"', 'light'],
];
const ground = (widget) => widget.part('surface').evaluate((surface) => getComputedStyle(surface).backgroundColor);

export const theme = [
  ...CASES.flatMap(([style, colorScheme, attribute, comes]) => ['inline', 'modal'].map((display) => ({
    situation: `the page says ${style || 'nothing'}, the system wishes ${colorScheme}, the element says ${attribute || 'nothing'}, ${display}`,
    expected: comes,
    scenario: { page: (site) => merchantPage(site, { head: `<style>${style}</style>`, element: `${attribute} display="${display}" ${display === 'modal' ? 'open' : ''}` }), context: { colorScheme } },
    run: async (world, widget) => {
      await widget.reaches('review');
      assert.equal(await ground(widget), GROUND[comes]);
      const controls = await widget.part('surface').evaluate((surface) => getComputedStyle(surface).colorScheme);
      assert.ok(comes === 'light' ? controls !== 'dark' : controls !== 'normal', controls);
    },
  }))),
  {
    situation: 'the page changes its scheme while the element is there',
    expected: 'the element follows at once',
    scenario: { page: (site) => merchantPage(site) },
    run: async (world, widget) => {
      await widget.reaches('review');
      for (const scheme of ['dark', 'light', 'dark']) {
        await world.page.evaluate((now) => { document.documentElement.style.colorScheme = now; }, scheme);
        await becomes(`the ground, ${scheme}`, GROUND[scheme], () => ground(widget));
      }
    },
  },
];
