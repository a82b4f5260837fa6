// How wide the element is: in each kind of parent, on screens of 320 to 1280 px.
import assert from 'node:assert/strict';

const SCREENS = [320, 360, 412, 480, 768, 1024, 1280];
/** What a place without a width of its own gives at least: docs/appearance.md. */
const floor = (screen) => Math.min(screen - 32, 360);

/** Parents that take their width from what is in them: what is put around the element. */
const SHRINKING = {
  'a flex box that centres': '<div style="display:flex;justify-content:center">@</div>',
  'a flex column that centres': '<div style="display:flex;flex-direction:column;align-items:center">@</div>',
  'a flex box beside much text': `<div style="display:flex"><p style="margin:0">${'word '.repeat(200)}</p>@</div>`,
  'a grid that centres': '<div style="display:grid;place-items:center">@</div>',
  'a grid whose tracks centre': '<div style="display:grid;justify-content:center">@</div>',
  'an inline flex box': '<div style="display:inline-flex">@</div>',
  'an inline grid': '<div style="display:inline-grid">@</div>',
  'a table cell': '<table><tr><td>@</td></tr></table>',
  'a table cell of CSS': '<div style="display:table"><div style="display:table-cell">@</div></div>',
  'a float': '<div style="float:left">@</div>',
  'an inline block': '<div style="display:inline-block">@</div>',
  'an absolute box': '<div style="position:absolute;left:0">@</div>',
  'a fixed box in the middle': '<div style="position:fixed;left:50%;transform:translateX(-50%);inline-size:fit-content">@</div>',
  'a box of fit-content': '<div style="inline-size:fit-content">@</div>',
  'a box of max-content': '<div style="inline-size:max-content">@</div>',
  'a box of min-content': '<div style="inline-size:min-content">@</div>',
  'a multi-column box': '<div style="inline-size:fit-content;columns:1">@</div>',
};
/** Parents in the top layer, whose own style the browser brings: it leaves 6 px less than the floor on a phone. */
const ON_TOP = {
  'a default modal dialog': ['<dialog>@</dialog>', (page) => page.evaluate(() => document.querySelector('dialog').showModal())],
  'a default dialog': ['<dialog open>@</dialog>'],
  'a default popover': ['<div popover>@</div>', (page) => page.evaluate(() => document.querySelector('[popover]').showPopover())],
};
/** Parents that have a width of their own, in pixels or as a share of the page. */
const GIVEN = {
  'a block': ['<div>@</div>'],
  'a side bar of 200 px': ['<div style="inline-size:200px">@</div>', 200],
  'a flex box of 200 px': ['<div style="inline-size:200px;display:flex">@</div>', 200],
  // Without `min-width: 0` a flex item does not become narrower than its content, which is what the floor rests on.
  'a flex child of 200 px that may shrink': ['<div style="inline-size:200px;display:flex"><div style="flex:1;min-width:0">@</div></div>', 200],
  'a flex child of a phone with a margin': ['<div style="display:flex;margin:-8px"><div style="flex:1;padding:16px">@</div></div>'],
  'a grid of 240 px': ['<div style="inline-size:240px;display:grid">@</div>', 240],
  'a column of a grid': ['<div style="inline-size:280px;display:grid;grid-template-columns:minmax(0,1fr)">@</div>', 280],
  'a float of 240 px': ['<div style="float:left;inline-size:240px">@</div>', 240],
  'a fixed table': ['<table style="table-layout:fixed;inline-size:250px"><tr><td style="padding:0">@</td></tr></table>', 250, 5],
};
/** Ways in which a page lays the element itself out. */
const ITSELF = {
  'floats': 'float:left',
  'is an inline block': 'display:inline-block',
  'is absolute': 'position:absolute',
  'is as wide as its content': 'inline-size:fit-content',
};

const page = ({ cdn }, around, own = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<meta name="viewport" content="width=device-width"><script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
${around.replace('@', `<relink-widget endpoint="/relink" account="fca_1" style="${own}"></relink-widget>`)}`;

/** The element's width, and whether its button's words and its heading are whole, at each screen. */
async function measure(world, widget, open) {
  await world.page.setViewportSize({ width: SCREENS[0], height: 800 });
  await open?.(world.page);
  await widget.reaches('review');
  await widget.shows('Continue to Harbour Bank');
  const found = [];
  for (const screen of SCREENS) {
    await world.page.setViewportSize({ width: screen, height: 800 });
    found.push(await widget.host.evaluate((host, of) => ({
      screen: of,
      width: host.getBoundingClientRect().width,
      place: host.parentElement.clientWidth - parseFloat(getComputedStyle(host.parentElement).paddingInline.split(' ')[0]) * 2,
      // Firefox's scroll bars take their room out of the dialog's.
      bar: host.parentElement.offsetWidth - host.parentElement.clientWidth - parseFloat(getComputedStyle(host.parentElement).borderInlineStartWidth) * 2,
      surface: host.shadowRoot.querySelector('[part~=surface]').getBoundingClientRect().width,
      lines: host.shadowRoot.querySelector('[part~=heading]').getClientRects().length,
    }), screen));
  }
  return found;
}

const starts = (scenario) => ({ context: { viewport: { width: 320, height: 800 } }, ...scenario });

export const width = [
  ...Object.entries(SHRINKING).map(([name, around]) => ({
    situation: `the element is in ${name}`,
    expected: 'at least min(100vw - 32px, 360px) wide, from 320 to 1280 px',
    scenario: starts({ page: (site) => page(site, around) }),
    run: async (world, widget) => {
      for (const { screen, width: is, surface } of await measure(world, widget)) {
        assert.ok(is >= floor(screen) - 0.5, `${is} px on a screen of ${screen}`);
        assert.equal(surface, is, 'the surface fills the element');
      }
    },
  })),
  ...Object.entries(ON_TOP).map(([name, [around, open]]) => ({
    situation: `the element is in ${name}`,
    expected: 'at least as wide as min(100vw - 32px, 360px), or all that the browser leaves it',
    scenario: starts({ page: (site) => page(site, around) }),
    run: async (world, widget) => {
      for (const { screen, width: is, place, bar } of await measure(world, widget, open)) {
        assert.ok(is >= Math.min(floor(screen), place) - 0.5, `${is} px of ${place} on a screen of ${screen}`);
        assert.ok(is >= floor(screen) - bar - 6.5, `${is} px on a screen of ${screen}`);
      }
    },
  })),
  ...Object.entries(GIVEN).map(([name, [around, given, less = 0]]) => ({
    situation: `the element is in ${name}`,
    expected: 'as wide as its place',
    scenario: starts({ page: (site) => page(site, around) }),
    run: async (world, widget) => {
      for (const { screen, width: is, place } of await measure(world, widget)) {
        assert.ok(Math.abs(is - (given ?? place)) <= less + 0.5, `${is} px in a place of ${given ?? place} on a screen of ${screen}`);
      }
    },
  })),
  ...Object.entries(ITSELF).map(([name, own]) => ({
    situation: `the element itself ${name}`,
    expected: 'at least min(100vw - 32px, 360px) wide, from 320 to 1280 px',
    scenario: starts({ page: (site) => page(site, '<div>@</div>', own) }),
    run: async (world, widget) => {
      for (const { screen, width: is } of await measure(world, widget)) assert.ok(is >= floor(screen) - 0.5, `${is} px on a screen of ${screen}`);
    },
  })),
  {
    situation: 'a modal\'s trigger stands in a row of buttons',
    expected: 'the element takes no more room than the trigger',
    scenario: {
      page: ({ cdn }) => `<!doctype html><html lang="en"><title>Corner Store</title><script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<div style="display:flex"><button>One</button><relink-widget display="modal" endpoint="/relink"><button slot="trigger" id="trigger">Reconnect</button></relink-widget></div>`,
    },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.reaches('review');
      const [element, button] = await world.page.evaluate(() => ['relink-widget', '#trigger'].map((one) => document.querySelector(one).getBoundingClientRect().width));
      assert.equal(element, button);
    },
  },
];
