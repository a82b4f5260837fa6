// What the page shares with every component on it: scrolling, focus, what is switched off. Only what is still ours is taken
// back.
import assert from 'node:assert/strict';
import { becomes } from '../../harness/index.mjs';

const element = (id) => `<relink-widget id="${id}" display="modal" endpoint="/relink?${id}" account="fca_1"></relink-widget>`;
const page = ({ cdn }, { body = '', html = '', head = '' } = {}) => `<!doctype html><html lang="en" ${html}><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>${head}
<body><button id="opener">Open</button><button id="other">Other</button>${element('one')}${element('two')}${body}<div style="height:3000px"></div></body></html>`;

const open = async (world, id = 'one') => {
  await world.page.evaluate((which) => { document.getElementById(which).open = true; }, id);
  await world.widget(`#${id}`).shows('Continue to Harbour Bank');
};
const close = (world, id = 'one') => world.page.evaluate((which) => { document.getElementById(which).open = false; }, id);
const root = (world) => world.page.evaluate(() => {
  const { overflowX, overflowY } = getComputedStyle(document.documentElement);
  return { inline: document.documentElement.getAttribute('style') ?? '', overflow: `${overflowX} ${overflowY}` };
});

export const pageState = [
  {
    situation: 'the page\'s root has an inline overflow-y of its own',
    expected: 'it is locked while a modal is open, and as it was afterwards',
    scenario: { page: (site) => page(site, { html: 'style="overflow-y: scroll; color: navy"' }) },
    run: async (world) => {
      const before = await root(world);
      await open(world);
      assert.equal((await root(world)).overflow, 'hidden hidden');
      await close(world);
      await becomes('the root', before, () => root(world));
    },
  },
  {
    situation: 'another component locks the page while a modal is open, and outlives it',
    expected: 'its lock stays',
    scenario: { page: (site) => page(site) },
    run: async (world) => {
      await open(world);
      await world.page.evaluate(() => { document.documentElement.style.overflow = 'hidden'; });
      await close(world);
      await becomes('the root', { inline: 'overflow: hidden;', overflow: 'hidden hidden' }, () => root(world));
    },
  },
  {
    situation: 'another component held the page before, and lets it go while a modal is open',
    expected: 'the page scrolls after the modal',
    scenario: { page: (site) => page(site, { html: 'style="overflow: hidden"' }) },
    run: async (world) => {
      await open(world);
      await world.page.evaluate(() => { document.documentElement.style.overflow = ''; });
      assert.equal((await root(world)).overflow, 'hidden hidden');
      await close(world);
      await becomes('the root', 'visible visible', async () => (await root(world)).overflow);
    },
  },
  {
    situation: 'two modals are open, and the first goes first',
    expected: 'the page is held until the second is gone',
    scenario: { page: (site) => page(site) },
    run: async (world) => {
      await open(world, 'one');
      await open(world, 'two');
      await close(world, 'one');
      assert.equal((await root(world)).overflow, 'hidden hidden');
      await close(world, 'two');
      await becomes('the root', { inline: '', overflow: 'visible visible' }, () => root(world));
    },
  },
  {
    situation: 'the page adopts style sheets of its own while a modal is open',
    expected: 'they stay, and the page scrolls afterwards',
    scenario: { page: (site) => page(site) },
    run: async (world) => {
      await open(world);
      await world.page.evaluate(() => {
        window.own = new CSSStyleSheet();
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, window.own];
      });
      await close(world);
      await becomes('the sheets', true, () => world.page.evaluate(() => document.adoptedStyleSheets.length === 1 && document.adoptedStyleSheets[0] === window.own));
      assert.equal((await root(world)).overflow, 'visible visible');
    },
  },
  {
    situation: 'the page gives focus to something of its own when it hears of the end',
    expected: 'it stays there',
    scenario: { page: (site) => page(site, { body: '<dialog id="thanks"><button id="fine">Fine</button></dialog>' }) },
    run: async (world) => {
      await world.page.focus('#opener');
      await open(world);
      await world.page.evaluate(() => document.getElementById('one').addEventListener('relink-success', () => {
        document.getElementById('thanks').showModal();
        document.getElementById('fine').focus();
      }));
      const widget = world.widget('#one');
      await widget.forward();
      await world.theEnd('relink-success');
      await close(world);
      await becomes('it is gone', false, () => widget.part('surface').first().isVisible());
      assert.equal(await world.page.evaluate(() => document.activeElement.id), 'fine');
    },
  },
  {
    situation: 'a modal comes and goes',
    expected: 'title, history, aria-hidden, inert and the page\'s attributes are as they were, and focus is back',
    scenario: { page: (site) => page(site) },
    run: async (world) => {
      const state = () => world.page.evaluate(() => ({
        title: document.title, length: history.length, address: location.href, focus: document.activeElement.id,
        marked: [...document.querySelectorAll('[aria-hidden], [inert], [tabindex]')].length,
        attributes: [document.documentElement, document.body].map((one) => [...one.attributes].map(({ name, value }) => `${name}=${value}`).join()),
        sheets: document.adoptedStyleSheets.length,
      }));
      await world.page.focus('#opener');
      const before = await state();
      await open(world);
      await world.widget('#one').out();
      await world.theEnd('relink-cancel');
      await becomes('the page', before, state);
    },
  },
  ...Object.entries({
    'html { zoom: 2 }': 'html { zoom: 2 }',
    'body { zoom: 1.5 }': 'body { zoom: 1.5 }',
    'body { zoom: 0.8 }': 'body { zoom: 0.8 }',
  }).map(([name, style]) => ({
    situation: `the page has ${name}, on a phone`,
    expected: 'the dialog lies on the screen, and a press on it goes on',
    scenario: { page: (site) => page(site, { head: `<style>${style}</style>` }), context: { viewport: { width: 360, height: 740 }, reducedMotion: 'reduce' } },
    run: async (world) => {
      await open(world);
      const widget = world.widget('#one');
      assert.equal(await widget.host.evaluate((host) => {
        const { left, top, right, bottom } = host.shadowRoot.querySelector('dialog').getBoundingClientRect();
        return left > -1 && top > -1 && right < innerWidth + 1 && bottom < innerHeight + 1;
      }), true);
      await widget.forward();
      await world.theEnd('relink-success');
    },
  })),
  // The browser takes the body's overflow for the window's, until the root has one of its own.
  ...Object.entries({
    'cuts off what is too wide': 'html, body { height: 100% } body { overflow-x: hidden }',
    'scrolls as its body says': 'html, body { height: 100% } body { overflow: auto }',
    'scrolls as its root says, and its body by itself': 'html { overflow-y: scroll } html, body { height: 100% } body { overflow: auto }',
  }).map(([name, style]) => ({
    situation: `the page is as high as the screen and ${name}, and a modal comes and goes`,
    expected: 'it is held, and stays where it was scrolled to',
    scenario: { page: (site) => page(site, { head: `<style>${style}</style>` }), context: { reducedMotion: 'reduce' } },
    run: async (world) => {
      const scrolled = () => world.page.evaluate(() => window.scrollY + document.body.scrollTop);
      await world.page.evaluate(() => { window.scrollTo(0, 900); document.body.scrollTop = 900; });
      const before = await scrolled();
      assert.ok(before >= 900, `${before}`);
      await open(world);
      assert.equal(await scrolled(), before);
      assert.equal((await root(world)).overflow, 'hidden hidden');
      await close(world);
      assert.equal(await scrolled(), before);
    },
  })),
  ...Object.entries({
    'nothing has focus, and the trigger': ['', 'trigger'],
    'what has focus': ['opener', 'opener'],
  }).map(([name, [focused, back]]) => ({
    situation: `${name} lies above the part of the page that is seen, and a modal comes and goes`,
    expected: 'the page stays where it was scrolled to, and focus is back',
    scenario: {
      page: (site) => page(site).replace('</relink-widget>', '<button slot="trigger" id="trigger">Reconnect</button></relink-widget>'),
      context: { reducedMotion: 'reduce' },
    },
    run: async (world) => {
      const scrolled = () => world.page.evaluate(() => Math.round(window.scrollY));
      await world.page.evaluate((id) => { document.getElementById(id)?.focus(); window.scrollTo(0, 900); }, focused);
      // The first time the dialog is there before the WebAssembly is.
      for (let nth = 0; nth < 2; nth += 1) {
        await open(world);
        assert.equal(await scrolled(), 900);
        await close(world);
        await becomes('focus', back, () => world.page.evaluate(() => document.activeElement.id));
        assert.equal(await scrolled(), 900);
        if (!focused) await world.page.evaluate(() => document.activeElement.blur());
      }
    },
  })),
  {
    situation: 'the page has put something in the place of matchMedia that answers nothing, and a modal changes its height',
    expected: 'nothing is thrown',
    scenario: { page: (site) => page(site), init: () => { window.matchMedia = () => undefined; } },
    run: async (world) => {
      await open(world);
      await world.widget('#one').forward();
      await world.theEnd('relink-success');
    },
  },
  {
    situation: 'the page scrolls itself and forbids the browser to, and the customer turns the wheel over a dialog',
    expected: 'the dialog scrolls',
    scenario: {
      page: (site) => page(site, { head: '<script>for (const name of ["wheel", "touchmove"]) addEventListener(name, (event) => event.preventDefault(), { passive: false });</script>' }),
      context: { viewport: { width: 360, height: 500 }, reducedMotion: 'reduce' },
    },
    run: async (world) => {
      await open(world);
      const { host } = world.widget('#one');
      assert.equal(await host.evaluate((one) => [new WheelEvent('wheel', { bubbles: true, composed: true, cancelable: true }), new Event('touchmove', { bubbles: true, composed: true, cancelable: true })]
        .every((event) => one.shadowRoot.querySelector('[part~=body]').dispatchEvent(event))), true);
    },
  },
  {
    situation: 'the page passes from one picture of itself to the next for two seconds, as single-page apps do, and shows the element in that',
    expected: 'it is neither let go nor said to be unseen',
    scenario: { page: (site) => page(site, { head: '<style>::view-transition-group(root) { animation-duration: 2s }</style>' }) },
    run: async (world) => {
      // Where a browser has no such transitions, it is shown without one.
      await world.page.evaluate(async () => {
        await customElements.whenDefined('relink-widget');
        const show = () => { void document.getElementById('one').show(); };
        window.passed = document.startViewTransition ? document.startViewTransition(show).finished : show();
      });
      await world.widget('#one').reaches('review');
      await world.page.evaluate(() => window.passed);
      await world.widget('#one').shows('Continue to Harbour Bank');
      assert.deepEqual(await world.events('relink-error'), []);
      assert.equal(await world.page.evaluate(() => document.getElementById('one').open), true);
    },
  },
];
