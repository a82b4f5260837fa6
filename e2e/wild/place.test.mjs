// Where and how a page puts the element: attributes that come late, places without a box, links as triggers, removal in
// the middle of an event, and names that shadow the browser's.
import assert from 'node:assert/strict';
import { becomes, eventually, merchantPage, suite } from '../harness/index.mjs';

const bare = (site, element, head = '') => merchantPage(site, { head }).replace(/<relink-widget[^]*<\/relink-widget>/, element);
const LINK = '<relink-widget display="modal" endpoint="/relink" account="fca_1"><a slot="trigger" href="/by-hand"><b>Reconnect</b></a></relink-widget>';

suite('the element', (it) => {
  it('whose endpoint is set after its start waits for it', {
    page: (site) => bare(site, '<relink-widget account="fca_1"></relink-widget>'),
  }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    const shown = widget.host.evaluate((host) => host.show().then((end) => end.type));
    await widget.host.evaluate((host) => { host.endpoint = '/relink'; });
    await widget.reaches('review');
    await widget.forward();
    assert.equal(await shown, 'relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('whose endpoint never comes ends in a failure that names the fault, and starts anew when it does come', {
    page: (site) => bare(site, '<relink-widget account="fca_1"></relink-widget>'),
  }, async (world, widget) => {
    await widget.reaches('failed');
    assert.equal((await world.theEnd('relink-failure')).code, 'invalid_request');
    await widget.offersAWay();
    await widget.host.evaluate((host) => { host.endpoint = '/relink'; });
    await widget.reaches('review');
  });

  it('that was closed before its endpoint came stays closed', {
    page: (site) => bare(site, '<relink-widget display="modal" account="fca_1"></relink-widget>'),
  }, async (world, widget) => {
    await widget.host.evaluate(async (host) => {
      await customElements.whenDefined('relink-widget');
      host.open = true;
      host.open = false;
      host.endpoint = '/relink';
    });
    await world.page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    assert.deepEqual([await widget.state(), world.backend.requests], [null, []]);
  });

  it('that was closed before its endpoint came says nothing when the time for that is over', {
    page: (site) => bare(site, '<relink-widget display="modal" account="fca_1"></relink-widget>'),
  }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
    await world.page.clock.install();
    await widget.host.evaluate((host) => {
      host.open = true;
      host.open = false;
    });
    await world.page.clock.runFor(60_000);
    await world.page.clock.resume();
    assert.deepEqual([await widget.state(), await world.events('relink-error'), world.backend.requests], [null, [], []]);
  });

  it('with display: contents starts', {
    page: (site) => bare(site, '<relink-widget endpoint="/relink" account="fca_1" style="display: contents"></relink-widget>'),
  }, (world, widget) => widget.reaches('review'));

  it('with display: contents below the fold, in a shadow root, starts when its place comes near', {
    page: (site) => bare(site, '<div style="height: 9000px"></div><div id="card"></div>'),
  }, async (world) => {
    await world.page.evaluate(async () => {
      await customElements.whenDefined('relink-widget');
      const element = Object.assign(document.createElement('relink-widget'), { endpoint: '/relink', account: 'fca_1', id: 'inner' });
      element.style.display = 'contents';
      document.getElementById('card').attachShadow({ mode: 'open' }).append(element, ' ');
    });
    await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.deepEqual(world.backend.requests, []);
    await world.page.evaluate(() => document.getElementById('card').scrollIntoView());
    await world.widget('#inner').reaches('review');
  });

  it('with display: contents in what is not shown does not start', {
    page: (site) => bare(site, '<div hidden><relink-widget endpoint="/relink" account="fca_1" style="display: contents"></relink-widget></div>'),
  }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
    assert.deepEqual([await widget.state(), world.backend.requests], [null, []]);
  });

  it('alone in a box that shows nothing outside of it starts', {
    page: (site) => bare(site, '<section style="overflow: hidden"><relink-widget endpoint="/relink" account="fca_1"></relink-widget></section>'),
  }, (world, widget) => widget.reaches('review'));

  it('far down in a box that scrolls takes no room, and starts when it comes near there', {
    page: (site) => bare(site, '<div id="box" style="height: 300px; overflow: auto"><div style="height: 9000px"></div><relink-widget endpoint="/relink" account="fca_1"></relink-widget><p id="below" style="margin: 0">Below</p></div>'),
  }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
    assert.deepEqual([await widget.state(), world.backend.requests], [null, []]);
    assert.equal(await world.page.evaluate(() => below.offsetTop - box.offsetTop), 9000);
    await world.page.evaluate(() => below.scrollIntoView());
    await widget.reaches('review');
  });

  for (const [name, [around, reveal]] of Object.entries({
    'a dialog that opens as a modal': ['<dialog id="around">@</dialog>', 'around.showModal()'],
    'a popover that opens': ['<div id="around" popover>@</div>', 'around.showPopover()'],
    'details that open': ['<details id="around"><summary>More</summary>@</details>', 'around.open = true'],
    'a tab panel that is shown': ['<div id="around" hidden>@</div>', 'around.hidden = false'],
  })) {
    it(`in ${name}, with nothing else in it, starts then and not before`, {
      page: (site) => bare(site, around.replace('@', '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>')),
    }, async (world, widget) => {
      await world.page.evaluate(() => customElements.whenDefined('relink-widget').then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
      assert.deepEqual([await widget.state(), world.backend.requests], [null, []]);
      await world.page.evaluate(reveal);
      await widget.reaches('review');
    });
  }

  for (const event of ['relink-success', 'relink-cancel']) {
    it(`that is removed by a listener of ${event} has told analytics of it`, {}, async (world, widget) => {
      await widget.reaches('review');
      await world.page.evaluate((name) => document.addEventListener(name, ({ target }) => target.remove()), event);
      if (event === 'relink-cancel') await widget.out();
      else await widget.forward();
      await world.theEnd(event);
      const name = event.slice('relink-'.length);
      assert.ok((await world.events('relink-event')).some(({ detail }) => detail.name === name), name);
    });
  }

  for (const modifier of ['Control', 'Shift', 'Meta', 'Alt']) {
    it(`${modifier} and a click on a link as trigger is the browser's`, { page: (site) => bare(site, LINK) }, async (world, widget) => {
      await world.page.evaluate(() => {
        document.addEventListener('click', (event) => { window.__kept = event.defaultPrevented; event.preventDefault(); });
        return customElements.whenDefined('relink-widget');
      });
      await world.page.getByText('Reconnect').click({ modifiers: [modifier] });
      await becomes('the click is the browser\'s', false, () => world.page.evaluate(() => window.__kept));
      assert.equal(await widget.host.evaluate((host) => host.open), false);
      await world.page.getByText('Reconnect').click();
      await widget.reaches('review');
      assert.equal(await world.page.evaluate(() => window.__kept), true);
    });
  }

  it('a middle click on a link as trigger is the browser\'s', { page: (site) => bare(site, LINK) }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    const opened = world.context.waitForEvent('page');
    await world.page.getByText('Reconnect').click({ button: 'middle' });
    assert.ok(await opened, 'a tab of its own');
    assert.equal(await widget.host.evaluate((host) => host.open), false);
  });

  it('Control and a click on a button as trigger opens it', {
    page: (site) => bare(site, LINK.replace('<a slot="trigger" href="/by-hand"><b>Reconnect</b></a>', '<button slot="trigger">Reconnect</button>')),
  }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    await world.page.getByText('Reconnect').click({ modifiers: ['Control'] });
    await widget.reaches('review');
  });
});

/** A browser that says it is WebKit, where the glue is put in as a script that is checked. */
const webkit = (more = '') => ({ content: `Object.defineProperty(Navigator.prototype, 'vendor', { value: 'Apple Computer, Inc.' }); ${more}` });
const CLOBBER = ['<a id="trustedTypes"></a>', '<form id="trustedTypes"><input name="createPolicy"></form>', '<a id="trustedTypes"></a><a id="trustedTypes" name="createPolicy"></a>'];
const EVIL = (name) => (name === 'relink-widget-glue.js'
  ? { status: 200, type: 'text/javascript', body: 'window.evil = true; export default () => {};' } : undefined);
const notRun = async (world) => {
  await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
  assert.equal(await world.page.evaluate(() => window.evil), undefined);
};

suite('the loader', (it) => {
  for (const clobber of CLOBBER) {
    it(`in WebKit without Trusted Types, beside ${clobber}: loads`, {
      init: webkit('delete window.trustedTypes;'), page: (site) => merchantPage(site, { before: clobber }),
    }, (world, widget) => widget.reaches('review'));
    it(`in WebKit without Trusted Types, beside ${clobber}: glue that is not what was built is not run`, {
      init: webkit('delete window.trustedTypes;'), page: (site) => merchantPage(site, { before: clobber }), file: EVIL,
    }, notRun);
  }

  it('in WebKit whose page allows no policy of ours: what cannot be checked is not run', {
    init: webkit(), headers: () => ({ 'content-security-policy': "require-trusted-types-for 'script'; trusted-types relink-widget" }),
  }, async (world) => {
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
  });

  it('in WebKit whose page allows it: loads', {
    init: webkit(), headers: () => ({ 'content-security-policy': "require-trusted-types-for 'script'; trusted-types relink-widget relink-widget-glue" }),
  }, (world, widget) => widget.reaches('review'));

  const old = { content: 'DOMTokenList.prototype.supports = () => false;' };
  it('in a browser that knows no modulepreload: loads', { init: old }, (world, widget) => widget.reaches('review'));
  it('in a browser that knows no modulepreload: glue that is not what was built is not run', { init: old, file: EVIL }, notRun);
});
