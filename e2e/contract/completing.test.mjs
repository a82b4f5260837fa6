// docs/contract.md, section 2: from the customer's choice to the backend's word, when the way there is not smooth.
import assert from 'node:assert/strict';
import {
  account, active, cut, eventually, first, hang, merchantPage, problem, says, session, succeeded, suite,
} from '../harness/index.mjs';

const DAY = 24 * 60 * 60;
const pending = ({ session: known }) => says(known);

suite('a completion', (it) => {
  it('that the backend has not settled yet is read until it is', {
    backend: {
      complete: pending,
      read: ({ nth, id, session: known, backend }) => {
        if (nth === 2) backend.change(id, succeeded(known));
        return says(backend.sessions.get(id));
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual([world.backend.calls('complete').length, world.backend.calls('read').length], [1, 2]);
  });

  for (const [how, read] of [['', undefined], [', also where the backend is busy for a moment', first(problem(503, 'provider_unavailable'))]]) {
    it(`that is refused although the session has succeeded is a success${how}`, {
      backend: {
        complete: ({ id, session: known, backend }) => {
          backend.change(id, succeeded(known));
          return problem(409, 'session_consumed');
        },
        read,
      },
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await world.theEnd('relink-success');
      assert.deepEqual(await world.events('relink-error'), []);
    });
  }

  it('that is refused for good ends in a failure that names the request', {
    backend: { complete: () => problem(403, 'forbidden') },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-failure');
    assert.deepEqual([detail.code, detail.request_id, detail.session], ['forbidden', 'req_403', 'rls_1']);
    await widget.shows('req_403');
    await widget.offersAWay();
  });

  it('that hangs says after a while that it takes longer, and is then repeated under the same key', {
    go: false,
    backend: { complete: first(hang) },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await world.page.clock.fastForward(10_000);
    await widget.shows('longer than usual');
    assert.equal(await widget.state(), 'completing');
    await world.page.clock.fastForward(20_000);
    await world.theEnd('relink-success');
    const keys = world.backend.calls('complete').map((call) => call.key);
    assert.deepEqual([new Set(keys).size, keys.length], [1, 2]);
  });

  it('that the customer leaves and then does not leave goes on to its end', {
    backend: { complete: ({ backend, nth }) => (nth === 1 ? new Promise((answer) => { backend.answer1 = answer; }) : undefined) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await widget.out();
    await widget.forward();
    world.backend.change('rls_1', (known) => succeeded(known));
    world.backend.answer1(says(world.backend.sessions.get('rls_1')));
    await world.theEnd('relink-success');
  });

  it('that the customer leaves for good is a cancellation only after the session was read', {
    backend: { complete: () => hang },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await widget.out();
    await widget.part('secondary-button').first().click();
    assert.equal((await world.theEnd('relink-cancel')).state, 'completing');
    await world.asked('cancel');
    const acts = world.backend.requests.map((request) => request.act);
    assert.ok(acts.lastIndexOf('read') > acts.indexOf('complete') && acts.lastIndexOf('read') < acts.indexOf('cancel'), acts.join());
  });

  it('of a flow that was begun offline waits for the connection', {}, async (world, widget) => {
    await widget.reaches('review');
    await world.context.setOffline(true);
    await widget.host.evaluate((host) => host.restart());
    await widget.shows('offline');
    await world.context.setOffline(false);
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is a success', async () => (await world.ends()).some((end) => end.name === 'relink-success'));
  });
});

suite('what else a backend may do', (it) => {
  it('a session with no seconds left is replaced once, silently, whatever the date says', {
    backend: {
      create: ({ nth }) => (nth === 1
        ? says(session({ expires_in: 0, expires_at: Math.floor(Date.now() / 1000) + DAY }), 201)
        : undefined),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create').length, 2);
    assert.deepEqual(await world.events('relink-error'), []);
  });

  it('a session whose date has passed but has seconds left is used', {
    backend: { session: session({ expires_at: 1_000_000_000, expires_in: 600 }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('a refusal with a code that nobody knows leaves a way on', {
    backend: { create: () => problem(418, 'brand_new_code') },
  }, async (world, widget) => {
    await eventually('it is told', async () =>
      (await world.events()).some(({ name }) => ['relink-failure', 'relink-error'].includes(name)));
    await widget.offersAWay();
    assert.equal((await widget.text()).includes('brand_new_code'), false);
  });

  it('a problem without a body is read by its status', {
    backend: { create: () => ({ status: 403, raw: '' }) },
  }, async (world, widget) => {
    assert.equal((await world.theEnd('relink-failure')).code, 'forbidden');
    await widget.offersAWay();
  });

  it('an id that would lead elsewhere stays one segment of the address', {
    page: (site) => merchantPage(site, { element: 'session="../../admin?x=1#y"' }),
  }, async (world) => {
    await world.asked('read');
    const [, segment] = /^GET \/sessions\/([^/?#]+)$/.exec(world.backend.requests[0].name);
    assert.equal(decodeURIComponent(segment), '../../admin?x=1#y');
  });

  it('another session than the one asked for is not believed', {
    backend: { complete: ({ session: known }) => says(succeeded({ ...known, id: 'rls_someone_else' })) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () =>
      (await world.events()).some(({ detail }) => detail.code === 'invalid_response'));
    assert.equal((await world.ends()).some(({ name }) => name === 'relink-success'), false);
  });

  it('accounts of which only one cannot be repaired are a review that says so', {
    backend: {
      session: session({
        relink_options: { authorization: 'fcauth_1', account: null },
        accounts: [account(), account({ id: 'fca_9', last4: '9009', status_details: { inactive: { cause: 'account_closed', action: 'none' } } })],
      }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.shows('9009');
    await widget.shows(/closed/i);
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('a language that has no words is spoken in English', {
    page: (site) => merchantPage(site, { element: 'lang="xx"' }),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.shows('Continue to Harbour Bank');
    assert.equal(world.backend.calls('create')[0].body.locale, 'xx');
  });
});

suite('what else a page may do', (it) => {
  it('events leave the shadow root of a component that wraps the element', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Wrapped</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><body><div id="wrap">
<template shadowrootmode="open"><relink-widget endpoint="/relink" account="fca_1"></relink-widget></template></div></body></html>`,
  }, async (world) => {
    const widget = world.widget('#wrap relink-widget');
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual([...new Set(world.heard.map((event) => event.target))], ['wrap']);
  });

  it('a promise of show() outlives a failed load and resolves with the flow that then ends', {
    element: 'display="modal"',
    file: (name, nth) => (name.endsWith('.wasm') && nth === 1 ? { status: 503 } : null),
  }, async (world, widget) => {
    await widget.host.evaluate((host) => { window.__shown = host.show(); });
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    await widget.host.evaluate((host) => host.restart());
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(await world.page.evaluate(async () => (await window.__shown).type), 'relink-success');
  });

  it('close() on an open modal takes open away', { element: 'display="modal" open' }, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => host.close());
    await world.theEnd('relink-cancel');
    await eventually('open is gone', async () => !(await widget.host.evaluate((host) => host.hasAttribute('open'))));
  });

  it('a listener that throws disturbs nothing', {
    init: () => document.addEventListener('relink-state', () => { window.__threw = true; throw undefined; }),
    backend: { complete: first(cut) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(await world.page.evaluate(() => window.__threw), true);
    assert.ok(world.uncaught.length > 0);
    world.uncaught.length = 0;
  });

  it('two broken accounts of one page are relinked one after the other, each with its own end', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Two</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><body>
<relink-widget id="one" display="modal" endpoint="/relink" account="fca_1"></relink-widget>
<relink-widget id="two" display="modal" endpoint="/relink" account="fca_1"></relink-widget></body></html>`,
    stripe: () => ({ resolves: { financialConnectionsSession: { id: 'x', accounts: [active()] } } }),
  }, async (world) => {
    for (const id of ['#one', '#two']) {
      const widget = world.widget(id);
      const shown = widget.host.evaluate((host) => host.show());
      await widget.reaches('review');
      await widget.forward();
      assert.equal((await shown).type, 'relink-success');
      await widget.reaches('succeeded');
      await widget.forward();
    }
    assert.deepEqual((await world.ends()).map((end) => end.target), ['one', 'two']);
    assert.equal(world.backend.calls('create').length, 2);
  });
});
