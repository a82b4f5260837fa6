// What the page's own style may do to the text: properties that are inherited, and the size of type.
import assert from 'node:assert/strict';
import { account, active, anyAccount, collected } from '../../harness/index.mjs';

const DOZEN = Array.from({ length: 12 }, (_, nth) => account({ id: `fca_${nth + 1}`, display_name: nth ? 'Everyday' : 'Car', last4: String(1000 + nth) }));
const SCREEN = { width: 400, height: 760 };

/** The element in a place of its own, below a parent that the page styles. */
const below = (site, { head = '', parent = '', own = '' } = {}) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<style>#parent { ${parent} } #place { position: absolute; left: 10px; top: 10px; width: 360px; height: 740px; } relink-widget { width: 360px; ${own} }</style>${head}
<script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script>
<div id="parent"><div id="place"><relink-widget endpoint="/relink" account="fca_1"></relink-widget></div></div>`;

/**
 * Every property that this engine hands down, with a value that nobody would want, found by trying: what a child takes on
 * when its parent is given it. Left out are those that the widget is meant to follow: `color-scheme` and the font's size.
 */
const ABSURD = () => {
  const MEANT = ['color-scheme', 'font-size'];
  const values = ['hidden', 'collapse', 'preserve', 'none', 'all', 'rtl', 'vertical-rl', 'upright', 'uppercase', 'full-width', 'nowrap', 'pre', 'break-all', 'keep-all',
    'anywhere', 'justify', 'center', 'right', 'end', 'italic', '900', '50%', '300%', '97px', '-9px', '0px', 'red', 'url(#x)', '7', '45deg', 'always', 'auto', 'wait', 'monospace',
    '"liga" 0', '"wght" 900', 'small-caps', 'historical-forms', 'super', 'ordinal', 'ruby', 'condensed', 'square inside', 'upper-roman', 'inside', '9px 9px 9px red', 'under',
    'circle', 'dot', 'optimizespeed', 'optimizeSpeed', 'geometricPrecision', 'crisp-edges', 'pixelated', 'bottom', 'hide', 'separate', 'evenodd', 'round', 'bevel',
    'markers', 'stroke', '3px', 'exact', 'economy', 'strict', 'loose', 'manual', 'stable', 'balance', 'force-end', 'first', 'both', 'allow-end', 'normal', 'disc',
    'over', 'from-font', 'ex-height 3', 'contextual', 'middle', 'linearRGB', 'bounding-box', 'no-autospace', 'trim-start', 'match-source', 'lookup', 'text', 'emoji'];
  const parent = document.createElement('div');
  const child = document.createElement('div');
  parent.append(child);
  document.body.append(parent);
  const [outer, style] = [getComputedStyle(parent), getComputedStyle(child)];
  const names = [...new Set([...style, ...Object.keys(CSSStyleDeclaration.prototype).filter((name) => name.startsWith('webkit'))
    .map((name) => `-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)])].filter((name) => !name.startsWith('--') && !MEANT.includes(name));
  const found = {};
  for (const name of names) {
    const before = style.getPropertyValue(name);
    for (const value of values) {
      if (!CSS.supports(name, value)) continue;
      parent.style.setProperty(name, value);
      const now = style.getPropertyValue(name);
      const inherited = now !== before && now === outer.getPropertyValue(name);
      parent.style.removeProperty(name);
      if (inherited) {
        found[name] = value;
        break;
      }
    }
  }
  parent.remove();
  return found;
};

const put = (page, declarations) => page.evaluate((all) => {
  const { style } = document.getElementById('parent');
  style.cssText = '';
  for (const [name, value] of Object.entries(all)) style.setProperty(name, value, 'important');
}, declarations);
/** How many pixels of two pictures differ by more than a shade: text that is drawn anew may differ by one. */
const unlike = (page, pictures) => page.evaluate(async (both) => {
  const [one, other] = await Promise.all(both.map(async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return canvas.getImageData(0, 0, image.width, image.height).data;
  }));
  return one.filter((channel, at) => Math.abs(channel - other[at]) > 16).length;
}, pictures);
const picture = async (widget) => (await widget.part('surface').screenshot({ animations: 'disabled', caret: 'hide' })).toString('base64');
/** Those properties as they are computed on one element of each kind in it. */
const computed = (widget, names) => widget.host.evaluate((host, all) => Object.fromEntries(
  ['.surface', '.heading', '.lead', '.icon', '.button', 'bdi'].flatMap((one) => {
    const style = getComputedStyle(host.shadowRoot.querySelector(one));
    return all.map((name) => [`${name} of ${one}`, style.getPropertyValue(name)]);
  })), names);
const sizes = (widget) => widget.host.evaluate((host) => Object.fromEntries(['heading', 'lead', 'chip', 'fine'].map((name) =>
  [name, parseFloat(getComputedStyle(host.shadowRoot.querySelector(`.${name}`)).fontSize)])));
const rounded = (all) => Object.fromEntries(Object.entries(all).map(([name, size]) => [name, Math.round(size * 10) / 10]));

const DESIGNED = { heading: 20, lead: 15, chip: 13, fine: 13 };
const of = (factor) => Object.fromEntries(Object.entries(DESIGNED).map(([name, size]) => [name, Math.round(size * factor * 10) / 10]));

export const type = [
  {
    situation: 'the parent sets every property that is inherited to something absurd, one by one and all at once',
    expected: 'the picture is the same',
    scenario: { page: (site) => below(site), context: { viewport: SCREEN, reducedMotion: 'reduce' }, patience: 120_000 },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      const { page } = world;
      const absurd = await page.evaluate(ABSURD);
      assert.ok(Object.keys(absurd).length > 60, `only ${Object.keys(absurd)} were found to be inherited`);
      for (const name of ['white-space-collapse', 'text-transform', 'letter-spacing', 'text-indent', 'text-shadow', 'visibility', 'cursor', 'line-height', 'direction', 'pointer-events']) {
        assert.ok(name in absurd, `${name} is not among those that are tried`);
      }
      const styles = await computed(widget, Object.keys(absurd));
      const different = [];
      for (const [name, value] of Object.entries(absurd)) {
        await put(page, { [name]: value });
        const now = await computed(widget, Object.keys(absurd));
        different.push(...Object.keys(styles).filter((one) => styles[one] !== now[one]).map((one) => `${name}: ${value} reaches ${one}`));
      }
      // These two would lay the page out anew, and the element elsewhere in it.
      const { direction, 'writing-mode': mode, ...rest } = absurd;
      // WebKit smooths what it has drawn anew a little differently: both pictures are of that, and a button's corners may still
      // differ.
      await put(page, {});
      const plain = await picture(widget);
      await put(page, rest);
      const pixels = await unlike(page, [plain, await picture(widget)]);
      if (pixels > (world.smoothed ?? 0)) different.push(`all at once: ${pixels} pixels`);
      assert.deepEqual(different, []);
    },
  },
  {
    situation: 'the page sets text properties on the element itself, with `*` or by its name',
    expected: 'the picture is the same',
    scenario: { page: (site) => below(site), context: { viewport: SCREEN, reducedMotion: 'reduce' } },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      const plain = await picture(widget);
      await world.page.addStyleTag({ content: '* { letter-spacing: 5px; text-transform: uppercase; line-height: 3; color: red; -webkit-text-fill-color: red; word-spacing: 1em; visibility: hidden }' });
      assert.equal(await unlike(world.page, [plain, await picture(widget)]), 0);
    },
  },
  ...Object.entries({
    'has html { font-size: 62.5% } and says no more': ['html { font-size: 62.5% }', of(1)],
    'has html { font-size: 62.5% } and body { font-size: 1.6rem }': ['html { font-size: 62.5% } body { font-size: 1.6rem }', of(1)],
    'counts its root in hundreds of pixels': ['html { font-size: 100px } body { font-size: 0.16rem }', of(1)],
    'writes in 20 px': ['body { font-size: 20px }', of(1.25)],
    'writes in 32 px, as for a customer who needs it large': ['html { font-size: 200% }', of(2)],
    'writes in 9 px': ['body { font-size: 9px }', of(1)],
    'sets the element\'s own font size': ['relink-widget { font-size: 24px }', of(1.5)],
    'sets a lower floor': ['body { font-size: 9px } relink-widget { --relink-font-size-min: 12px }', of(0.8)],
    'sets a higher floor': ['relink-widget { --relink-font-size-min: 18px }', of(1.2)],
  }).map(([name, [style, expected]]) => ({
    situation: `the page ${name}`,
    expected: `text of ${expected.lead} px, small text of ${expected.fine} px`,
    scenario: { page: (site) => below(site, { head: `<style>${style}</style>` }) },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      assert.deepEqual(rounded(await sizes(widget)), expected);
    },
  })),
  {
    situation: 'the page writes in twice the usual size in a column of 200 px, and there are a dozen accounts',
    expected: 'what is in it fits, in the review and in the choice',
    scenario: {
      page: (site) => below(site, { head: '<style>html { font-size: 200% } #place, relink-widget { width: 200px !important }</style>' }),
      backend: { session: anyAccount({ accounts: DOZEN, limits: { accounts: 1 } }) },
      stripe: () => collected(...DOZEN.map(active)),
    },
    run: async (world, widget) => {
      const fits = () => widget.part('surface').first().evaluate((surface) => [surface.clientWidth, surface.scrollWidth <= surface.clientWidth + 1]);
      await widget.shows('Continue to Harbour Bank');
      assert.deepEqual(await fits(), [198, true]);
      await widget.forward();
      await widget.reaches('selecting');
      assert.deepEqual(await fits(), [198, true]);
    },
  },
];
