// An element that the page moves into another document: the frame of a preview, of an editor, of a help desk's bubble.
import assert from 'node:assert/strict';
import { becomes } from '../../harness/index.mjs';

const MODAL = '<relink-widget display="modal" endpoint="/relink" account="fca_1"><button slot="trigger" id="trigger">Reconnect</button></relink-widget>';
const INLINE = '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>';
const page = ({ cdn }, element) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><iframe id="frame" srcdoc="&lt;!doctype html&gt;&lt;html lang=en&gt;&lt;main&gt;&lt;/main&gt;" style="width:420px;height:800px;border:0"></iframe><main id="here">${element}</main></html>`;

const move = (world) => world.page.evaluate(() => {
  window.widget ??= document.querySelector('relink-widget');
  document.getElementById('frame').contentDocument.querySelector('main').append(window.widget);
});
/** The frame, and the element in it. */
const inside = async (world) => {
  const frame = world.page.frames().find((one) => one !== world.page.mainFrame());
  return world.widget('relink-widget', frame);
};
const isDressed = async (widget) => {
  const ground = await widget.part('primary-button').first().evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(ground, 'rgb(36, 71, 216)');
};

export const documents = [
  ...Object.entries({ 'before the rest of the widget has come': false, 'in its review': true }).map(([when, isShown]) => ({
    situation: `the page moves an inline element into a frame's document ${when}`,
    expected: 'it is drawn there as ever, and goes on to its end',
    scenario: { page: (site) => page(site, isShown ? INLINE : INLINE.replace('<relink-widget', '<relink-widget hidden')) },
    run: async (world, widget) => {
      if (isShown) await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
      await move(world);
      const there = await inside(world);
      await there.host.evaluate((host) => { host.hidden = false; });
      await there.shows('Continue to Harbour Bank');
      await isDressed(there);
      await there.forward();
      await world.theEnd('relink-success');
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
      const there = await inside(world);
      await there.shows('Continue to Harbour Bank');
      await isDressed(there);
      assert.equal(await there.host.evaluate((host) => host.shadowRoot.querySelector('dialog').matches(':modal')), true);
      await world.page.evaluate(() => document.getElementById('here').append(window.widget));
      await widget.shows('Continue to Harbour Bank');
      await isDressed(widget);
      await widget.forward();
      await world.theEnd('relink-success');
      await widget.host.evaluate((host) => { host.open = false; });
      await becomes('the page scrolls', 'visible', () => world.page.evaluate(() => getComputedStyle(document.documentElement).overflow));
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
        const other = document.implementation.createHTMLDocument('');
        other.body.append(one);
        document.getElementById('here').append(one);
      });
      await widget.shows('Continue to Harbour Bank');
      await isDressed(widget);
    },
  },
];
