// docs/embedding.md, "What is loaded, and when": which files, in which order, once, and without moving the page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { becomes, eventually, merchantPage, suite } from '../harness/index.mjs';

const LOADER = 'relink-widget.js';
const GLUE = 'relink-widget-glue.js';
const WASM = 'relink-widget_bg.wasm';
const STYLE = 'relink-widget.css';
const WORDS = 'relink-widget.en.txt';
const ALL = [LOADER, GLUE, WASM, STYLE, WORDS].sort();
const APPEARANCE = readFileSync(new URL('../../docs/appearance.md', import.meta.url), 'utf8');
/** The style that appearance.md gives a page which keeps a place for an inline element. */
const [, PLACE] = /^## Size and place$[\s\S]*?^```css$([\s\S]*?)^```$/m.exec(APPEARANCE);
const TRIGGER = (site, more = '') => merchantPage(site, { element: 'display="modal" id="one"', after: more })
  .replace('></relink-widget>', '><button slot="trigger" type="button">Reconnect</button></relink-widget>');

const sorted = (site) => [...site.fetched].sort();
/** Once the page has nothing more to do. */
const settled = (page) => page.evaluate(() => customElements.whenDefined('relink-widget')
  .then(() => new Promise((done) => requestIdleCallback(() => done()))));
/** What of the page has moved so far, as Chromium saw it. A dialog that grows above the page is none of the page. */
const moved = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(window.shifts)))));
const WATCH = () => {
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) => {
    const nodes = sources.map(({ node }) => node).filter((node) => node && node.localName !== 'relink-widget');
    if (nodes.length) window.shifts.push(`${value}: ${nodes.map((node) => node.localName)}`);
  })).observe({ type: 'layout-shift', buffered: true });
};
/** In the page, before its scripts: from when the WebAssembly has drawn its place, what is put off to a task of its own waits until `__go()`. */
const HOLDS = () => {
  const { setTimeout } = window;
  const waiting = [];
  window.MessageChannel = class { port1 = { close() {} }; port2 = { postMessage() {} }; };
  window.setTimeout = (act, ...more) => {
    const isHeld = !more.length && document.querySelector('relink-widget')?.shadowRoot?.querySelector('[part~="surface"]');
    return isHeld ? waiting.push(act) : setTimeout(act, ...more);
  };
  window.__waits = () => waiting.length > 0;
  window.__go = () => {
    window.setTimeout = setTimeout;
    for (const act of waiting.splice(0)) act();
  };
};
const UNDRAWN = {
  init: HOLDS,
  page: (site) => merchantPage(site).replace('></relink-widget>', '><p id="instead">Sign in again</p></relink-widget>'),
};
/** Until the widget has its place in the page and is not drawn there. */
const undrawn = (page) => page.waitForFunction(() => window.__waits());
const go = (page) => page.evaluate(() => window.__go());

suite('loading', (it) => {
  it('an inline element in view: glue, WebAssembly and style beside each other; words and the session while they come, each once', {
    file: (name, _, site) => ({
      // Each of the three waits until all three are asked for; the WebAssembly waits for the words too.
      [GLUE]: eventually('all are asked for', () => [WASM, STYLE].every((other) => site.fetched.includes(other))),
      [STYLE]: eventually('all are asked for', () => [GLUE, WASM].every((other) => site.fetched.includes(other))),
      [WASM]: eventually('the words are asked for', () => site.fetched.includes(WORDS)),
    })[name]?.then(() => undefined),
    backend: { create: ({ backend }) => { backend.filesThen = backend.files(); } },
    setUp: ({ backend, site }) => { backend.files = () => sorted(site); },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.site.fetched[0], LOADER);
    assert.deepEqual(sorted(world.site), ALL);
    assert.ok(world.backend.filesThen.includes(GLUE), 'what asks for the session is in the glue');
  });

  for (const [how, intent] of [
    ['hovered', (trigger) => trigger.hover()],
    ['focused', (trigger) => trigger.focus()],
  ]) {
    it(`a closed modal: the loader alone; the rest once, when its trigger is ${how}; a session only when it is shown`, { page: TRIGGER }, async (world, widget) => {
      await settled(world.page);
      assert.deepEqual(world.site.fetched, [LOADER]);
      const trigger = world.page.getByRole('button', { name: 'Reconnect' });
      await intent(trigger);
      await becomes('what was fetched', ALL, () => sorted(world.site));
      await settled(world.page);
      assert.deepEqual([await widget.state(), world.backend.requests], [null, []]);
      await trigger.click();
      await widget.reaches('review');
      assert.deepEqual(sorted(world.site), ALL);
    });
  }

  it('a closed modal that is shown without a hint loads the same, once', { page: TRIGGER }, async (world, widget) => {
    await settled(world.page);
    await world.page.evaluate(() => { document.getElementById('one').show(); });
    await widget.reaches('review');
    assert.deepEqual(sorted(world.site), ALL);
  });

  it('three elements, two script tags and a hover still load each file once', {
    page: (site) => TRIGGER(site, `<relink-widget endpoint="/relink" account="fca_2" id="two"></relink-widget>
<relink-widget endpoint="/relink" account="fca_3" id="three"></relink-widget><script type="module" src="${site.cdn}/${LOADER}?again" crossorigin></script>`),
    context: { viewport: { width: 1000, height: 2400 } },
  }, async (world) => {
    await world.page.getByRole('button', { name: 'Reconnect' }).hover();
    for (const id of ['#two', '#three']) await world.widget(id).reaches('review');
    assert.deepEqual(sorted(world.site), [LOADER, ...ALL].sort());
  });

  for (const width of [360, 1280]) {
    it(`nothing of the page moves at ${width} px: an inline element that keeps its place, and a modal that opens and closes`, {
      context: { viewport: { width, height: 1200 } },
      init: WATCH,
      needs: 'a browser that tells what has moved',
      page: (site) => TRIGGER(site, '<relink-widget endpoint="/relink" account="fca_2" id="two"></relink-widget><p>Below</p>')
        .replace('</head>', `<style>${PLACE}</style></head>`),
    }, async (world, widget) => {
      await world.widget('#two').reaches('review');
      await world.widget('#two').offersAWay();
      assert.deepEqual(await moved(world.page), []);
      await world.page.evaluate(() => { document.getElementById('one').open = true; });
      await widget.reaches('review');
      await world.page.evaluate(() => { document.getElementById('one').open = false; });
      await settled(world.page);
      assert.deepEqual(await moved(world.page), []);
    });
  }

  it('without a place of its own, what is below an inline element moves, and this is seen', {
    init: WATCH,
    needs: 'a browser that tells what has moved',
    page: (site) => merchantPage(site, { after: '<p>Below</p>' }),
  }, async (world, widget) => {
    await widget.reaches('review');
    await eventually('it is seen', async () => (await moved(world.page)).length > 0);
  });

  it('an inline element is drawn in a task of its own, and in no frame before it is there nothing', UNDRAWN, async (world, widget) => {
    const instead = world.page.locator('#instead');
    await undrawn(world.page);
    await world.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }));
    const height = await widget.host.evaluate((host) => host.shadowRoot.querySelector('.inline').offsetHeight);
    assert.deepEqual([await instead.isVisible(), height, await widget.state(), world.heard], [true, 0, null, []]);
    await go(world.page);
    await widget.reaches('review');
    await widget.offersAWay();
    assert.equal(await instead.isVisible(), false);
    await world.tally({ create: 1 });
  });

  it('an inline element that cannot be drawn says so, and the page\'s own children stay', UNDRAWN, async (world) => {
    await undrawn(world.page);
    await world.page.evaluate(() => {
      Document.prototype.createElement = Document.prototype.createElementNS = () => { throw new Error('broken'); };
      Node.prototype.cloneNode = Document.prototype.createElement;
    });
    await go(world.page);
    await becomes('it is told', ['unknown'], async () => (await world.events('relink-error')).map(({ detail }) => detail.code));
    // What is left of it may still hear of the page.
    await world.page.evaluate(() => {
      for (const name of ['offline', 'online']) window.dispatchEvent(new Event(name));
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await settled(world.page);
    assert.equal(await world.page.locator('#instead').isVisible(), true);
  });

  for (const [what, act, sees] of [
    ['shown again', (host) => { host.show(); }, async (world, widget) => widget.reaches('review')],
    ['started over', (host) => host.restart(), async (world, widget) => widget.reaches('review')],
    ['told to speak another language', (host) => { host.lang = 'de'; }, async (world, widget) => widget.shows(/Weiter/)],
    ['moved in the page', (host) => document.body.append(host), async (world, widget) => widget.reaches('review')],
    ['closed', (host) => host.close(), async (world, widget) => {
      await world.theEnd('relink-cancel');
      assert.equal(await widget.state(), 'cancelled');
    }],
    ['removed', (host) => host.remove(), async (world) => assert.deepEqual(world.heard, [])],
    ['made a modal', (host) => { host.display = 'modal'; }, async (world, widget) => {
      assert.deepEqual([world.heard, await widget.part('surface').count()], [[], 0]);
      assert.equal(await world.page.locator('#instead').isVisible(), true);
    }],
  ]) {
    it(`an inline element that is ${what} before it is drawn`, UNDRAWN, async (world, widget) => {
      await undrawn(world.page);
      await widget.host.evaluate(act);
      await go(world.page);
      await settled(world.page);
      await sees(world, widget);
      assert.deepEqual(world.uncaught, []);
    });
  }

  it('a modal is drawn with its outline first, and with the answer in a task of its own', {
    init: HOLDS, element: 'display="modal" open',
  }, async (world, widget) => {
    await undrawn(world.page);
    await settled(world.page);
    const seen = await widget.host.evaluate((host) => {
      const dialog = host.shadowRoot.querySelector('dialog');
      return [dialog.matches(':modal'), !!dialog.querySelector('.skeleton'), dialog.offsetHeight > 200];
    });
    assert.deepEqual([...seen, await widget.state()], [true, true, true, 'loading']);
    await go(world.page);
    await widget.reaches('review');
    await world.tally({ create: 1 });
  });
});
