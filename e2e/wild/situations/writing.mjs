// Pages whose lines run in another direction: each writing mode in each kind of parent, and what is inherited with it.
import assert from 'node:assert/strict';

const MODES = ['vertical-rl', 'vertical-lr', 'sideways-rl', 'sideways-lr'];
/** What is put around the element, in the page's writing mode; how wide a place with a width of its own is. */
const PARENTS = {
  'a block': ['<div>@</div>'],
  'a paragraph\'s neighbourhood': ['<p>縦書きの文章です。</p>@<p>後の文章。</p>'],
  'a flex box': ['<div style="display:flex">@</div>'],
  'a flex box that centres': ['<div style="display:flex;justify-content:center">@</div>'],
  'a flex column that centres': ['<div style="display:flex;flex-direction:column;align-items:center">@</div>'],
  'an inline flex box': ['<div style="display:inline-flex">@</div>'],
  'a grid that centres': ['<div style="display:grid;place-items:center">@</div>'],
  'a table cell': ['<table><tr><td>@</td></tr></table>'],
  'a float': ['<div style="float:left">@</div>'],
  'an inline block': ['<div style="display:inline-block">@</div>'],
  'an absolute box': ['<div style="position:absolute;left:0">@</div>'],
  'a box of fit-content': ['<div style="inline-size:fit-content">@</div>'],
  'a box of 300 px in height': ['<div style="height:300px">@</div>'],
  'a box of 200 px in width': ['<div style="width:200px">@</div>', 200],
};
const SCREENS = [360, 1280];

const page = ({ cdn }, { of, root, around, attributes = '' }) => `<!doctype html><html lang="en" ${root} ${attributes}><head><meta charset="utf-8"><title>Corner Store</title>
<meta name="viewport" content="width=device-width"><script type="module" src="${cdn}/relink-widget.js" crossorigin></script></head>
<body><main><button>Other</button><div style="${of}">${around.replace('@', '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>')}</div></main></body></html>`;

/** Its width, whether a press reaches the way forward and the way out, and how its own text runs. */
const seen = (host) => {
  const reached = (name) => {
    const part = host.shadowRoot.querySelector(`[part~="${name}"]`);
    part.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = part.getBoundingClientRect();
    const hit = host.shadowRoot.elementFromPoint(left + width / 2, top + height / 2);
    return !!hit && (part === hit || part.contains(hit));
  };
  const surface = host.shadowRoot.querySelector('[part~=surface]');
  const { writingMode, textOrientation } = getComputedStyle(surface);
  return { width: surface.getBoundingClientRect().width, wide: surface.scrollWidth > surface.clientWidth + 1, forward: reached('primary-button'), out: reached('close-button'), runs: `${writingMode} ${textOrientation}` };
};

async function holds(widget, least, what = '') {
  await widget.host.evaluate((host) => host.scrollIntoView());
  await widget.shows('Continue to Harbour Bank');
  const { width, ...rest } = await widget.host.evaluate(seen);
  assert.deepEqual(rest, { wide: false, forward: true, out: true, runs: 'horizontal-tb mixed' }, what);
  assert.ok(width >= least - 0.5, `${width} px of at least ${least} ${what}`);
}

const asked = (url, name) => url.searchParams.get(name) ?? '';
/** A page of the mode that its address names, on the part around the element or on the whole page. */
const ofItsAddress = (around) => (site, url) => page(site, {
  of: asked(url, 'of') && `writing-mode:${asked(url, 'of')}`, root: asked(url, 'root') && `style="writing-mode:${asked(url, 'root')}"`, around, attributes: asked(url, 'as'),
});

export const writing = [
  ...Object.entries(PARENTS).map(([name, [around, room = Infinity]]) => ({
    situation: `the page, or a part of it, is written in each vertical mode, and the element is in ${name}`,
    expected: 'its own lines run across, it is wide enough, and both ways out of the view can be pressed',
    scenario: { go: false, page: ofItsAddress(around), context: { reducedMotion: 'reduce' }, patience: 120_000 },
    run: async (world, widget) => {
      for (const screen of SCREENS) {
        await world.page.setViewportSize({ width: screen, height: 800 });
        for (const mode of MODES) {
          for (const where of ['of', 'root']) {
            // Lines that run from the bottom up begin at the lower edge: whatever is higher than its place, the page's own
            // too, goes over the upper one.
            if (where === 'of' && mode === 'sideways-lr' && (world.losesBottomUp || /in height|absolute/.test(name))) continue;
            await world.page.goto(`${world.site.shop}/?${where}=${mode}`);
            await holds(widget, Math.min(screen - 32, 360, room), `${where} ${mode} at ${screen}`);
          }
        }
      }
    },
  })),
  ...['text-orientation:upright', 'direction:rtl', 'unicode-bidi:bidi-override;direction:rtl', 'text-combine-upright:all', 'ruby-position:under;text-emphasis:dot'].map((style) => ({
    situation: `the page is vertical, and has ${style}`,
    expected: 'the element\'s own lines run across as ever',
    scenario: {
      page: (site) => page(site, { of: style, root: 'style="writing-mode:vertical-rl"', around: '<div style="display:flex;justify-content:center">@</div>' }),
      context: { viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' },
    },
    run: (world, widget) => holds(widget, 360),
  })),
  {
    situation: 'the page is vertical and runs from right to left, which is from the bottom up',
    expected: 'its own lines run across, it is wide enough, and both ways out of the view can be pressed',
    scenario: { page: (site) => page(site, { of: '', root: 'style="writing-mode:vertical-rl" dir="rtl"', around: '@' }), context: { viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' } },
    run: (world, widget) => holds(widget, 360),
  },
  {
    situation: 'the page becomes vertical while the element is shown, and is as it was again',
    expected: 'the same each time',
    scenario: { page: (site) => page(site, { of: '', root: '', around: '<div style="display:flex;justify-content:center">@</div>' }), context: { viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' } },
    run: async (world, widget) => {
      for (const mode of ['', 'vertical-rl', '', 'sideways-lr']) {
        await world.page.evaluate((to) => { document.documentElement.style.writingMode = to; }, mode);
        await holds(widget, 360);
      }
    },
  },
  {
    situation: 'the page is vertical, and the element is a modal with the page\'s own trigger',
    expected: 'the trigger is written as the page is, the dialog across',
    scenario: {
      page: ({ cdn }) => `<!doctype html><html lang="ja" style="writing-mode:vertical-rl"><meta charset="utf-8"><title>Corner Store</title><script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<relink-widget display="modal" endpoint="/relink" account="fca_1" lang="en"><button slot="trigger">Reconnect</button></relink-widget></html>`,
      context: { viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' },
    },
    run: async (world, widget) => {
      assert.equal(await widget.host.evaluate((host) => getComputedStyle(host.firstElementChild.parentElement).writingMode), 'vertical-rl');
      await world.page.click('[slot=trigger]');
      await holds(widget, 360);
    },
  },
];
