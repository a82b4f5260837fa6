// docs/contract.md, sections 1 and 2: what survives a reload, a second tab and the back-forward cache, and that a flow ends once.
import assert from 'node:assert/strict';
import {
  account, active, activeSavings, anyAccount, becomes, collected, eventually, failed, hang, savings, says, session,
  succeeded, suite,
} from '../harness/index.mjs';

const never = () => new Promise(() => {});
/** All that the tab keeps. */
const kept = (page) => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
const twoBack = {
  session: anyAccount({ accounts: [account(), savings()] }),
  read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
};

suite('a page loaded again', (it) => {
  it('while the session was being made repeats the request under the same key', {
    backend: { create: ({ nth }) => (nth === 1 ? hang : undefined) },
  }, async (world, widget) => {
    await world.asked('create');
    await world.page.reload();
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.equal(one.key, two.key);
    assert.deepEqual(one.body, two.body);
  });

  it('in review reads the same session', {}, async (world, widget) => {
    await widget.reaches('review');
    await world.page.reload();
    await widget.reaches('review');
    assert.deepEqual(world.backend.tally, { create: 1, read: 1, complete: 0, cancel: 0 });
    await widget.forward();
    assert.equal((await world.theEnd('relink-success')).session, 'rls_1');
  });

  it('while Stripe\'s modal was open reads the session, and the customer goes on', {
    stripe: ({ nth }) => (nth === 1 ? never() : collected(active())),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await world.page.reload();
    await widget.reaches('review', 'authorizing');
    await world.asked('read');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('while choosing goes back to where the customer can go on', { stripe: () => collected(active(), activeSavings()), backend: twoBack }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await world.page.reload();
    await eventually('it goes on to its end', async () => {
      const state = await widget.state().catch(() => null);
      if (state === 'review') await widget.forward();
      if (state === 'selecting') {
        await widget.choose('9876');
        await widget.forward();
      }
      return (await world.ends()).length > 0;
    });
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('while choosing between the account linked before and another leaves the choice to the customer', {
    stripe: () => collected(active(), activeSavings()),
    backend: {
      session: anyAccount(),
      read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await world.page.reload();
    await widget.reaches('selecting');
    await widget.choose('9876');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete').map(({ body }) => body), [{ accounts: ['fca_2'] }]);
  });

  it('while completing repeats the completion under the same key and with the same accounts', {
    backend: { complete: ({ nth }) => (nth === 1 ? hang : undefined) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await world.page.reload();
    await world.theEnd('relink-success');
    const [one, two] = world.backend.calls('complete');
    assert.equal(one.key, two.key);
    assert.deepEqual(one.body, two.body);
  });

  it('after a completion that the backend took but could not answer ends in the one success', {
    backend: {
      complete: ({ nth, id, session: known, backend }) => {
        backend.change(id, succeeded(known));
        return nth === 1 ? hang : undefined;
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await world.page.reload();
    await world.theEnd('relink-success');
    await widget.reaches('succeeded');
    assert.equal(world.collects.length, 1);
  });

  it('after a wrong account offers another try, in the same flow', {
    backend: {
      complete: ({ nth, id, session: known, backend }) => {
        if (nth > 1) return undefined;
        backend.change(id, failed(known, 'no_account'));
        return says(backend.sessions.get(id));
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    await world.page.reload();
    await eventually('there is a way on', async () => (await widget.part('primary-button').count()) > 0);
    await eventually('it goes on to its end', async () => {
      if ((await widget.state()) === 'review') await widget.forward();
      return (await world.ends()).length > 0;
    });
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('complete').at(-1).id, 'rls_2');
  });

  it('while an expired session was being replaced replaces it once', {
    backend: {
      create: ({ nth }) => (nth === 1 ? says(session({ status: 'expired' }), 201) : nth === 2 ? hang : undefined),
    },
  }, async (world, widget) => {
    await world.asked('create', 2);
    await world.page.reload();
    await widget.reaches('review');
    const [, two, three] = world.backend.calls('create');
    assert.equal(two.key, three.key);
  });

  for (const [end, act] of Object.entries({ 'a success': 'forward', 'a cancellation': 'out' })) {
    it(`after ${end} starts a new flow, and the old end is not told again`, {}, async (world, widget) => {
      await widget.reaches('review');
      await widget[act]();
      await eventually('it ended', async () => (await world.ends()).length === 1);
      await world.page.reload();
      await widget.reaches('review');
      assert.equal(world.backend.calls('create').length, 2);
      const [one, two] = world.backend.calls('create');
      assert.notEqual(one.key, two.key);
      assert.equal((await world.ends()).length, 1);
    });
  }

  it('after a failure starts a new flow', {
    backend: { session: session({ handoff: { type: 'telepathy' } }) },
  }, async (world) => {
    await world.theEnd('relink-failure');
    await world.page.reload();
    await becomes('each flow has its own end', 2, async () => (await world.ends()).length);
    assert.equal(world.backend.calls('create').length, 2);
  });

  it('for another account starts a flow of its own', {
    page: ({ cdn }, url) => `<!doctype html><html lang="en"><title>One</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><relink-widget endpoint="/relink" account="${url.searchParams.get('account') ?? 'fca_1'}"></relink-widget></body></html>`,
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.page.goto(`${world.site.shop}/?account=fca_2`);
    await widget.reaches('review');
    assert.deepEqual(world.backend.calls('create').map((call) => call.body.account), ['fca_1', 'fca_2']);
  });

  it('keeps ids and keys in the tab, and never a secret', {}, async (world, widget) => {
    await widget.reaches('review');
    const text = await kept(world.page);
    assert.ok(text.includes('rls_1'));
    for (const secret of ['secret', 'pk_test', '1234', 'Everyday', 'Harbour']) assert.equal(text.includes(secret), false, secret);
    await widget.forward();
    await world.theEnd('relink-success');
    await becomes('nothing is kept of a flow that is over', false, async () => (await kept(world.page)).includes('rls_1'));
  });

  it('finds a session of a customer who has signed out since, and starts anew', {}, async (world, widget) => {
    await widget.reaches('review');
    world.backend.sessions.clear();
    await world.page.reload();
    await widget.reaches('review');
    assert.equal(world.backend.calls('create').length, 2);
    assert.deepEqual(await world.events('relink-error'), []);
  });

  it('with what the tab keeps spoilt starts anew', {}, async (world, widget) => {
    await widget.reaches('review');
    await world.page.evaluate(() => {
      for (const key of Object.keys(sessionStorage)) sessionStorage.setItem(key, '{"session":["not"],');
    });
    await world.page.reload();
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('where the tab may keep nothing works all the same', {
    init: () => Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('denied', 'SecurityError'); } }),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });
});

suite('two tabs on one session', (it) => {
  const named = {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Named</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><relink-widget endpoint="/relink" session="rls_named"></relink-widget></body></html>`,
    backend: { existing: session({ id: 'rls_named' }) },
  };

  it('both end right, each with one success', named, async (world, widget) => {
    await widget.reaches('review');
    const page = await world.newPage();
    await page.goto(`${world.site.shop}/`);
    const other = world.widget('relink-widget', page);
    await other.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    await other.reaches('succeeded');
    await becomes('each told once', 2, async () => (await world.ends()).length);
    assert.equal(new Set((await world.ends()).map((end) => end.page)).size, 2);
    assert.equal(world.backend.calls('complete').length, 1);
  });
});

suite('the back-forward cache', (it) => {
  it('a page restored from it reads the session before it takes input', {
    pages: { '/away': '<!doctype html><title>Away</title><h1>Away</h1>' },
    // What the driver hears and finds on a page is lost in Firefox when that comes out of the cache: the page itself keeps it.
    init: () => {
      window.ends = [];
      window.addEventListener('pageshow', (event) => { window.__restored = event.persisted; });
      for (const name of ['relink-success', 'relink-failure', 'relink-cancel']) window.addEventListener(name, () => window.ends.push(name));
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.page.goto(`${world.site.shop}/away`);
    world.backend.change('rls_1', (known) => succeeded(known));
    await world.page.evaluate(() => { history.back(); }).catch(() => {});
    await becomes('the end', ['relink-success'], () => world.page.evaluate(() => window.ends).catch(() => null));
    assert.equal(await world.page.evaluate(() => document.querySelector('relink-widget').state), 'succeeded');
    assert.equal(await world.page.evaluate(() => window.__restored), true, 'it came from the cache');
    // Becoming visible is a reason to look as well: that look is given up for this one, on its way or before it.
    const { read, ...others } = world.backend.tally;
    assert.deepEqual(others, { create: 1, complete: 0, cancel: 0 });
    assert.ok(read === 1 || read === 2, `${read} reads`);
  });
}, { launch: { whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] }, concurrency: 1 });
