// A widget that is shown where nobody can see it: the page is never frozen for it.
import assert from 'node:assert/strict';
import { becomes, eventually } from '../../harness/index.mjs';

const MODAL = '<relink-widget display="modal" endpoint="/relink" account="fca_1"><button slot="trigger" id="trigger">Reconnect</button></relink-widget>';
const page = ({ cdn }, body, script = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><button id="other" onclick="window.pressed = true">Other</button>${body}<div style="height:3000px"></div><script>${script}</script></body></html>`;

const show = (world) => world.page.evaluate(() => { window.end = document.querySelector('relink-widget').show(); });
/** The page is its customer's again: it scrolls, and what is in it can be pressed. */
async function isLetGo(world) {
  await becomes('`open` is gone', false, () => world.page.evaluate(() => document.querySelector('relink-widget').hasAttribute('open')));
  await world.page.click('#other');
  assert.equal(await world.page.evaluate(() => window.pressed), true);
  assert.equal(await world.page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'visible');
}
const errors = async (world) => (await world.events('relink-error')).map((event) => event.detail.code);
const isReady = async (world) => (await world.events('relink-ready')).length > 0;

/** Places in which what is shown cannot be seen, and what the page does to make it seen. */
const HIDDEN = {
  'a tab panel with display: none': ['<div id="around" style="display:none">@</div>', 'around.style.display = ""'],
  'an element with [hidden]': ['<div id="around" hidden>@</div>', 'around.hidden = false'],
  'a closed <details>': ['<details id="around"><summary>More</summary>@</details>', 'around.open = true'],
  'an element with content-visibility: hidden': ['<div id="around" style="content-visibility:hidden">@</div>', 'around.style.contentVisibility = ""'],
  'a popover that is not open': ['<div id="around" popover="manual">@</div>', 'around.showPopover()'],
  'a dialog that is closed': ['<dialog id="around">@</dialog>', 'around.show()'],
};
/** Ways in which an ancestor goes while the modal is open: what is around it, what hides that, and what shows it again. */
const CLOSED_LATER = {
  'is given display: none': ['<div id="around">@</div>', 'around.style.display = "none"', 'around.style.display = ""'],
  'is given [hidden]': ['<div id="around">@</div>', 'around.hidden = true', 'around.hidden = false'],
  'is given content-visibility: hidden': ['<div id="around">@</div>', 'around.style.contentVisibility = "hidden"', 'around.style.contentVisibility = ""'],
  ', a <details>, is closed': ['<details id="around" open><summary>More</summary>@</details>', 'around.open = false', 'around.open = true'],
  ', a popover, is closed': ['<div id="around" popover="manual">@</div><script>around.showPopover()</script>', 'around.hidePopover()', 'around.showPopover()'],
  ', a dialog, is closed': ['<dialog id="around" open>@</dialog>', 'around.close()', 'around.show()'],
};

export const shown = [
  ...Object.entries(HIDDEN).map(([name, [around, reveal]]) => ({
    situation: `show() of a modal in ${name}`,
    expected: 'the page is let go, relink-error says not_visible, relink-ready is not said; shown again where it can be seen, it works',
    scenario: { page: (site) => page(site, around.replace('@', MODAL)) },
    run: async (world, widget) => {
      await show(world);
      await eventually('it is told', async () => (await errors(world)).length > 0);
      assert.deepEqual(await errors(world), ['not_visible']);
      await isLetGo(world);
      await widget.reaches('review');
      assert.equal(await isReady(world), false);
      await world.page.evaluate(reveal);
      await show(world);
      await eventually('it is ready', () => isReady(world));
      assert.equal(await widget.part('primary-button').first().isVisible(), true);
      await widget.out();
      await world.theEnd('relink-cancel');
      assert.equal((await world.page.evaluate(() => window.end)).type, 'relink-cancel');
      assert.deepEqual(await errors(world), ['not_visible']);
    },
  })),
  {
    situation: 'a trigger in a menu that closes on the click',
    expected: 'the page is let go and told',
    scenario: {
      page: (site) => page(site, `<div id="menu" style="border:1px solid">${MODAL}</div>`, 'menu.addEventListener("click", () => { menu.hidden = true; })'),
    },
    run: async (world) => {
      await world.page.click('#trigger');
      await eventually('it is told', async () => (await errors(world)).includes('not_visible'));
      await isLetGo(world);
      assert.equal(await isReady(world), false);
    },
  },
  ...Object.entries(CLOSED_LATER).map(([name, [around, hide, reveal]]) => ({
    situation: `an ancestor of an open modal${name.startsWith(',') ? '' : ' '}${name}`,
    expected: 'the page is let go and told; the flow goes on where it is shown again',
    scenario: { page: (site) => page(site, around.replace('@', MODAL)) },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(hide);
      await eventually('it is told', async () => (await errors(world)).includes('not_visible'));
      await isLetGo(world);
      assert.deepEqual(await world.ends(), []);
      await world.page.evaluate(reveal);
      await world.page.click('#trigger');
      await widget.forward();
      await world.theEnd('relink-success');
      assert.equal(world.backend.calls('create').length, 1);
    },
  })),
  ...['before it is shown', 'while it is open'].map((when) => ({
    situation: `an ancestor of a modal is given inert ${when}`,
    expected: 'it can be pressed all the same, as browsers have it for modal dialogs; else the page is let go and told',
    scenario: { page: (site) => page(site, `<div id="around">${MODAL}</div>`) },
    run: async (world, widget) => {
      if (when.startsWith('before')) await world.page.evaluate('around.inert = true');
      await show(world);
      await widget.reaches('review');
      await world.page.evaluate('around.inert = true');
      await eventually('it is ready, or told', async () => (await isReady(world)) || (await errors(world)).length > 0);
      if ((await errors(world)).length > 0) return isLetGo(world);
      await widget.forward();
      return world.theEnd('relink-success');
    },
  })),
  {
    situation: 'a modal below pointer-events: none and visibility: hidden',
    expected: 'it can be seen and pressed, for neither is inherited',
    scenario: { page: (site) => page(site, `<div id="around" style="pointer-events:none;visibility:hidden">${MODAL}</div>`) },
    run: async (world, widget) => {
      await show(world);
      await eventually('it is ready', () => isReady(world));
      await widget.forward();
      await world.theEnd('relink-success');
      assert.deepEqual(await errors(world), []);
    },
  },
  ...Object.entries({
    'a hidden tab panel': ['hidden', 'around.hidden = false'],
    'a part with content-visibility: hidden': ['style="content-visibility:hidden"', 'around.style.contentVisibility = ""'],
  }).map(([name, [attribute, reveal]]) => ({
    situation: `show() of an inline element in ${name}`,
    expected: 'not_visible is told; relink-ready comes when that is shown',
    scenario: { page: (site) => page(site, `<div id="around" ${attribute}><relink-widget endpoint="/relink" account="fca_1"></relink-widget></div>`) },
    run: async (world, widget) => {
      await show(world);
      await widget.reaches('review');
      assert.deepEqual(await errors(world), ['not_visible']);
      assert.equal(await isReady(world), false);
      await world.page.evaluate(reveal);
      await eventually('it is ready', () => isReady(world));
    },
  })),
  {
    situation: 'a message of the page\'s own lies over the whole modal for a while',
    expected: 'nothing is told, and the modal is there when it goes',
    scenario: { page: (site) => page(site, `${MODAL}<dialog id="over" style="inline-size:90vw;block-size:90vh">Are you still there?</dialog>`) },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => { document.getElementById('over').showModal(); return new Promise((done) => setTimeout(done, 1500)); });
      assert.deepEqual(await errors(world), []);
      await world.page.evaluate('over.close()');
      await widget.forward();
      await world.theEnd('relink-success');
    },
  },
  {
    situation: 'a modal is shown, and the page is in another tab for a while',
    expected: 'nothing is told',
    scenario: { page: (site) => page(site, MODAL) },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      const other = await world.newPage();
      await other.bringToFront();
      await other.evaluate(() => new Promise((done) => setTimeout(done, 1000)));
      await other.close();
      await widget.forward();
      await world.theEnd('relink-success');
      assert.deepEqual(await errors(world), []);
    },
  },
];
