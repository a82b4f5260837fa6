// docs/embedding.md, "Inline and modal": a modal is on screen before its WebAssembly is there, can be left, and does not jump when that comes.
import assert from 'node:assert/strict';
import { becomes, eventually, merchantPage, suite } from '../harness/index.mjs';

const WASM = 'relink-widget_bg.wasm';
/** The WebAssembly arrives when the story says `world.arrive()`; `how` is what comes then. */
const held = (how) => {
  let open;
  return {
    page: (site) => merchantPage(site, { element: 'display="modal"', before: '<button id="other">Other</button>', after: '<p>Below</p>' })
      .replace('></relink-widget>', '><button id="trigger" slot="trigger" type="button">Reconnect</button></relink-widget>'),
    file: (name) => (name === WASM ? open.then(() => how) : undefined),
    setUp: (world) => { open = new Promise((done) => { world.arrive = done; }); },
  };
};
/** The first load fails, and its style arrives at `world.dress()`; the WebAssembly of the next arrives at `world.arrive()`. */
const lateStyle = () => {
  const gates = {};
  const [wasm, style] = ['arrive', 'dress'].map((name) => new Promise((done) => { gates[name] = done; }));
  return {
    ...held(),
    file: (name, nth) => {
      if (name === WASM) return nth === 1 ? { status: 503 } : wasm;
      return name.endsWith('.css') && nth === 1 ? style : undefined;
    },
    setUp: (world) => Object.assign(world, gates),
  };
};
/** Before the page's scripts: everything that moves, in the page and in the element. */
const WATCH = () => {
  window.shifts = { page: [], inside: 0 };
  new PerformanceObserver((list) => list.getEntries().forEach(({ value, sources }) => {
    // What is in a shadow root is not named.
    const nodes = sources.map(({ node }) => node).filter((node) => node && node.localName !== 'relink-widget');
    if (!nodes.length) window.shifts.inside += value;
    else window.shifts.page.push(`${value}: ${nodes.map((node) => node.localName)}`);
  })).observe({ type: 'layout-shift', buffered: true });
};
const seen = (widget) => widget.host.evaluate((host) => {
  const dialog = host.shadowRoot.querySelector('dialog');
  const bars = dialog?.querySelectorAll('.skeleton .bar') ?? [];
  const { width = 0, height = 0 } = dialog?.getBoundingClientRect() ?? {};
  return {
    open: Boolean(dialog?.matches(':modal')),
    bars: [...bars].filter((bar) => bar.getClientRects().length).length,
    isFramed: width > 300 && height > 300,
    isFocusIn: Boolean(host.shadowRoot.activeElement?.closest('dialog')),
  };
});
const FRAME = { open: true, bars: 8, isFramed: true, isFocusIn: true };
const show = (world) => world.page.evaluate(() => { document.querySelector('relink-widget').show(); });

suite('a modal whose WebAssembly is on its way', (it) => {
  it('is on screen with its frame and the outline of its view, has focus, and becomes the dialog of the review', held(), async (world, widget) => {
    await world.page.click('#trigger');
    await becomes('what is seen', FRAME, () => seen(widget));
    const first = await widget.host.evaluateHandle((host) => host.shadowRoot.querySelector('dialog'));
    world.arrive();
    await widget.reaches('review');
    const dialogs = await widget.host.evaluate((host, before) => {
      const all = [...host.shadowRoot.querySelectorAll('dialog')];
      return [all.length, all[0] === before, all[0].matches(':modal'), all[0].getAttribute('aria-labelledby')];
    }, first);
    assert.deepEqual(dialogs, [1, true, true, 'heading']);
    await world.page.keyboard.press('Escape');
    await becomes('focus', 'trigger', () => world.page.evaluate(() => document.activeElement.id));
    assert.deepEqual((await world.ends()).map(({ name }) => name), ['relink-cancel']);
  });

  it('has no ring around it where it is opened by a key: the heading, which has focus next, has none either', held(), async (world, widget) => {
    const ring = (selector) => widget.host.evaluate((host, at) => getComputedStyle(host.shadowRoot.querySelector(at)).outlineStyle, selector);
    await world.page.focus('#trigger');
    await world.page.keyboard.press('Enter');
    await becomes('what is seen', FRAME, () => seen(widget));
    assert.equal(await ring('dialog'), 'none');
    world.arrive();
    await widget.reaches('review');
    assert.equal(await ring('[part~="heading"]'), 'none');
  });

  it('has one frame, although the style of a load that failed before comes late', lateStyle(), async (world, widget) => {
    const dialogs = () => widget.host.evaluate((host) => host.shadowRoot.querySelectorAll('dialog').length);
    await show(world);
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    await show(world);
    await becomes('what is seen', FRAME, () => seen(widget));
    const late = world.page.waitForResponse((answer) => answer.url().endsWith('.css'));
    world.dress();
    await (await late).finished();
    // What that load begins then, it begins within some tasks.
    await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await dialogs(), 1);
    world.arrive();
    await widget.reaches('review');
    assert.equal(await dialogs(), 1);
    await widget.forward();
    await world.theEnd('relink-success');
  });

  for (const [how, leave] of [
    ['Escape', (world) => world.page.keyboard.press('Escape')],
    ['its cross', (world, widget) => widget.host.locator('dialog .close').click()],
    ['`close()`', (world, widget) => widget.host.evaluate((host) => host.close())],
    ['the page, which takes `open` away', (world, widget) => widget.host.evaluate((host) => { host.open = false; })],
  ]) {
    it(`is left by ${how}: the page is free at once, and what comes later is one cancellation`, held(), async (world, widget) => {
      await world.page.click('#trigger');
      await becomes('what is seen', FRAME, () => seen(widget));
      await leave(world, widget);
      await becomes('it is closed', false, async () => (await seen(widget)).open);
      assert.equal(await world.page.evaluate(() => document.activeElement.id), 'trigger');
      await world.page.click('#other');
      world.arrive();
      await becomes('its ends', ['relink-cancel'], async () => (await world.ends()).map(({ name }) => name));
      assert.equal(await world.page.evaluate(() => document.activeElement.id), 'other');
      assert.equal((await seen(widget)).open, false);
    });
  }

  it('is opened again before that: it is on screen again, and goes on', held(), async (world, widget) => {
    await show(world);
    await becomes('what is seen', FRAME, () => seen(widget));
    await world.page.keyboard.press('Escape');
    await show(world);
    await becomes('what is seen', FRAME, () => seen(widget));
    world.arrive();
    await widget.reaches('review');
    assert.deepEqual(await world.ends(), []);
  });

  it('goes where the WebAssembly does not come', held({ status: 404 }), async (world, widget) => {
    await show(world);
    await becomes('what is seen', FRAME, () => seen(widget));
    world.arrive();
    await eventually('it is told', async () => (await world.events('relink-error')).length === 1);
    assert.deepEqual(await widget.host.evaluate((host) => [host.open, host.shadowRoot.querySelector('dialog')]), [false, null]);
  });

  for (const width of [360, 1280]) {
    it(`moves nothing of the page at ${width} px, and next to nothing of itself`, {
      ...held(), init: WATCH, context: { viewport: { width, height: 900 }, reducedMotion: 'reduce' },
      needs: 'a browser that tells what has moved',
    }, async (world, widget) => {
      await show(world);
      await becomes('what is seen', FRAME, () => seen(widget));
      world.arrive();
      await widget.reaches('review');
      await widget.offersAWay();
      await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(() => done()))));
      const { page, inside } = await world.page.evaluate(() => window.shifts);
      assert.deepEqual(page, []);
      assert.ok(inside < 0.02, `${inside}`);
    });
  }
});
