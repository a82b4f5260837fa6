// An element that the page moves into another document: the frame of a preview, of an editor, of a help desk's bubble.
import assert from 'node:assert/strict';
import { ENGINE } from '../../harness/browser.mjs';
import { becomes } from '../../harness/index.mjs';

const MODAL = '<relink-widget display="modal" endpoint="/relink" account="fca_1"><button slot="trigger" id="trigger">Reconnect</button></relink-widget>';
const INLINE = '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>';
const page = ({ cdn }, element) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><iframe id="frame" srcdoc="&lt;!doctype html&gt;&lt;html lang=en&gt;&lt;main&gt;&lt;/main&gt;" style="width:420px;height:800px;border:0"></iframe><main id="here">${element}</main></html>`;

/** Moves it into the frame's document. From then on it is asked by the page itself: Firefox's driver finds nothing in an element that is another document's. */
const move = (world) => world.page.evaluate(() => {
  window.widget ??= document.querySelector('relink-widget');
  window.ends ??= [];
  window.widget.addEventListener('relink-success', () => window.ends.push('relink-success'), { once: true });
  document.getElementById('frame').contentDocument.querySelector('main').append(window.widget);
});
/** What the page finds of it. */
const ask = (world, what) => world.page.evaluate(what);
const showsReview = (world) => becomes('it shows the review', true, () => ask(world, () => !!window.widget.shadowRoot?.querySelector('[part~=surface]')?.innerText.includes('Continue to Harbour Bank')));
const isDressed = async (world) => {
  const ground = await ask(world, () => getComputedStyle(window.widget.shadowRoot.querySelector('[part~=primary-button]')).backgroundColor);
  assert.equal(ground, 'rgb(36, 71, 216)');
};
/** Presses the way forward where it lies in the frame. */
const forward = async (world) => {
  const { x, y } = await ask(world, () => {
    const button = window.widget.shadowRoot.querySelector('[part~=primary-button]').getBoundingClientRect();
    const frame = document.getElementById('frame').getBoundingClientRect();
    return { x: frame.left + button.left + button.width / 2, y: frame.top + button.top + button.height / 2 };
  });
  await world.page.mouse.click(x, y);
};
/** The frame, and the element in it. */
const inside = async (world) => {
  const frame = world.page.frames().find((one) => one !== world.page.mainFrame());
  return world.widget('relink-widget', frame);
};

/** Which document is kept from scrolling. */
const held = (world) => world.page.evaluate(() => {
  const isHeld = (at) => at.defaultView.getComputedStyle(at.documentElement).overflow === 'hidden';
  return { page: isHeld(document), frame: isHeld(document.getElementById('frame').contentDocument) };
});

/** A frame that is as high as what is in it, on a page that scrolls: of it, a part is seen. */
const tall = (origin) => (site, url) => (url.pathname === '/framed'
  ? `<!doctype html><html lang="en"><meta charset="utf-8"><title>Banks</title><script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script><body style="height:4000px">${MODAL}</html>`
  : `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title><h1 style="height:900px">Corner Store</h1>
<iframe title="Banks" src="${site[origin]}/framed" style="display:block;width:100%;height:4100px;border:0"></iframe><p style="height:2000px">Imprint</p></html>`);

export const documents = [
  ...Object.entries({ 'before the rest of the widget has come': false, 'in its review': true }).map(([when, isShown]) => ({
    situation: `the page moves an inline element into a frame's document ${when}`,
    expected: 'it is drawn there as ever, and goes on to its end',
    scenario: { page: (site) => page(site, isShown ? INLINE : INLINE.replace('<relink-widget', '<relink-widget hidden')) },
    run: async (world, widget) => {
      if (isShown) await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
      await move(world);
      await ask(world, () => { window.widget.hidden = false; });
      await showsReview(world);
      await isDressed(world);
      await forward(world);
      await becomes('the end', ['relink-success'], () => ask(world, () => window.ends));
      assert.equal(world.backend.calls('create').length, 1);
    },
  })),
  {
    situation: 'the page moves an open modal into a frame\'s document, and back',
    expected: 'it is drawn each time as ever, and the page is let go at its end',
    scenario: { page: (site) => page(site, MODAL), context: { reducedMotion: 'reduce' } },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await move(world);
      await showsReview(world);
      await isDressed(world);
      assert.equal(await ask(world, () => window.widget.shadowRoot.querySelector('dialog').matches(':modal')), true);
      assert.deepEqual(await held(world), { page: false, frame: true });
      await world.page.evaluate(() => document.getElementById('here').append(window.widget));
      await widget.shows('Continue to Harbour Bank');
      assert.deepEqual(await held(world), { page: true, frame: false });
      await isDressed(world);
      await widget.forward();
      await world.theEnd('relink-success');
      await widget.host.evaluate((host) => { host.open = false; });
      await becomes('what is held', { page: false, frame: false }, () => held(world));
    },
  },
  ...['shop', 'elsewhere'].flatMap((origin) => Object.entries({
    'its beginning': [700, 1280], 'its middle': [1700, 1280], 'its end': [4500, 1280], 'its middle, on a phone': [2500, 400], 'a strip at its lower edge': [5000, 1280],
  }).map(([part, [down, across]]) => ({
    situation: `a modal is shown in a frame of ${origin === 'shop' ? 'the same' : 'another'} site, which is as high as what is in it, and the customer sees ${part}`,
    expected: 'the dialog lies in the part that is seen; the frame is held, and not the page around it',
    // In Firefox, in a frame of another site, the dialog was not in the part that is seen.
    scenario: { page: tall(origin), ...origin === 'elsewhere' && { needs: 'a browser that tells a frame of another site what is seen of it' }, context: { viewport: { width: across, height: 800 }, reducedMotion: 'reduce' } },
    run: async (world) => {
      const there = await inside(world);
      await there.host.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
      await world.page.evaluate((to) => window.scrollTo(0, to), down);
      await there.host.evaluate((host) => { void host.show(); });
      await there.shows('Continue to Harbour Bank');
      const place = () => there.host.evaluate((host) => {
        const { top, bottom } = host.shadowRoot.querySelector('dialog').getBoundingClientRect();
        return { top, bottom };
      });
      // Where less is seen than a dialog needs to be used, it goes beyond that, and not beyond the frame.
      const strip = part.startsWith('a strip');
      await becomes('the dialog is seen', true, async () => {
        const { top, bottom } = await place();
        const frame = await world.page.evaluate(() => document.querySelector('iframe').getBoundingClientRect().top);
        return strip ? bottom <= 4100 && bottom - top > 300 : top + frame >= 0 && bottom + frame <= 800 && bottom - top > 300;
      });
      assert.equal(await there.host.evaluate(() => getComputedStyle(document.documentElement).overflow), 'hidden');
      assert.equal(await world.page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'visible');
      // Firefox scrolls the page around to where the dialog is at first.
      if (ENGINE !== 'firefox') assert.equal(await world.page.evaluate(() => window.scrollY), down);
    },
  }))),
  {
    situation: 'the page takes an open modal out of a frame that is as high as what is in it',
    expected: 'it lies on the screen',
    scenario: { page: tall('shop'), context: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' } },
    run: async (world) => {
      const there = await inside(world);
      await there.host.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
      await world.page.evaluate(() => window.scrollTo(0, 2500));
      await there.host.evaluate((host) => { void host.show(); });
      await there.shows('Continue to Harbour Bank');
      await becomes('it lies in the part that is seen', true, () => there.host.evaluate((host) => host.shadowRoot.querySelector('dialog').style.inset !== ''));
      await world.page.evaluate(() => {
        window.widget = document.querySelector('iframe').contentDocument.querySelector('relink-widget');
        document.body.append(window.widget);
      });
      await showsReview(world);
      await becomes('it lies on the screen', true, () => ask(world, () => {
        const { top, bottom } = window.widget.shadowRoot.querySelector('dialog').getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight && bottom - top > 300;
      }));
    },
  },
  {
    situation: 'the page moves an element through a document that no window has',
    expected: 'nothing is thrown, and it is drawn where it comes to',
    scenario: { page: (site) => page(site, INLINE) },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => {
        const one = document.querySelector('relink-widget');
        window.widget = one;
        const other = document.implementation.createHTMLDocument('');
        other.body.append(one);
        document.getElementById('here').append(one);
      });
      await widget.shows('Continue to Harbour Bank');
      await isDressed(world);
    },
  },
];
