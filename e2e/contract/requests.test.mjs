// docs/contract.md, section 2: what is asked of the merchant's backend, how, and how often.
import assert from 'node:assert/strict';
import {
  STRIPE_JS, becomes, cut, eventually, first, hang, merchantPage, problem, says, suite,
} from '../harness/index.mjs';

const RETRIED = [408, 425, 429, 500, 502, 503, 504];
const NOT_RETRIED = { 400: 'invalid_request', 403: 'forbidden', 404: 'session_not_found', 422: 'invalid_request' };
const relink = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await widget.reaches('succeeded');
};

suite('requests', (it) => {
  it('a session is asked for with the account and the language, and with nothing that was not given', {
    lang: 'de',
  }, async (world, widget) => {
    await widget.reaches('review');
    const { body, headers } = world.backend.calls('create')[0];
    assert.deepEqual(body, { account: 'fca_1', locale: 'de' });
    assert.match(headers['content-type'], /^application\/json/);
    assert.match(headers.accept, /json/);
  });

  it('the element\'s own lang goes before the page\'s', {
    page: (site) => merchantPage(site, { lang: 'de', element: 'lang="fr-CA"' }),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create')[0].body.locale, 'fr-CA');
  });

  it('without any lang in the page it is the browser\'s', {
    context: { locale: 'nl-NL' },
    page: (site) => merchantPage(site).replace(' lang="en"', ''),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create')[0].body.locale, 'nl-NL');
  });

  it('an authorization is passed on', {
    page: (site) => merchantPage(site).replace('account="fca_1"', 'authorization="fcauth_1"'),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(world.backend.calls('create')[0].body, { authorization: 'fcauth_1', locale: 'en' });
  });

  it('a completion names the accounts, and every POST carries a key of its own', {}, async (world, widget) => {
    await relink(world, widget);
    const [create, complete] = [world.backend.calls('create')[0], world.backend.calls('complete')[0]];
    assert.deepEqual(complete.body, { accounts: ['fca_1'] });
    assert.ok(create.key && complete.key && create.key !== complete.key);
    assert.ok(create.key.length <= 255);
  });

  it('a cancellation is posted with an empty object and a key', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.out();
    const call = await world.asked('cancel');
    assert.deepEqual(call.body, {});
    assert.ok(call.key);
  });

  it('a cancellation outlives the page that sent it', {}, async (world, widget) => {
    await widget.reaches('review');
    const keepalive = world.page.waitForRequest((request) => request.url().endsWith('/cancel'));
    await widget.host.evaluate((host) => {
      const send = window.fetch;
      window.fetch = (input, init) => {
        // The request as fetch gets it, and as a page reads it that looks at a `Request` alone.
        window.__keepalive = (input instanceof Request ? input : new Request(input, init)).keepalive;
        return send(input, init);
      };
      host.close();
    });
    await keepalive;
    assert.equal(await world.page.evaluate(() => window.__keepalive), true);
  });

  it('the CSRF token goes with every POST and no GET', { element: 'csrf-token="token-1"' }, async (world, widget) => {
    await relink(world, widget);
    await world.page.reload();
    for (const request of world.backend.requests) {
      const expected = request.act === 'read' ? undefined : 'token-1';
      assert.equal(request.headers['x-csrf-token'], expected, request.name);
    }
  });

  it('a CSRF token that the page has renewed is used from then on', { element: 'csrf-token="old"' }, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => { host.csrfToken = 'new'; });
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(world.backend.calls('complete')[0].headers['x-csrf-token'], 'new');
  });

  it('headers may be an object', {
    init: () => document.addEventListener('DOMContentLoaded', () => {
      document.querySelector('relink-widget').headers = { 'X-Shop': 'corner' };
    }),
  }, async (world, widget) => {
    await relink(world, widget);
    for (const request of world.backend.requests) assert.equal(request.headers['x-shop'], 'corner', request.name);
  });

  it('headers may be an async function, asked anew for each request', {
    init: () => document.addEventListener('DOMContentLoaded', () => {
      let n = 0;
      document.querySelector('relink-widget').headers = async () => {
        await new Promise((done) => setTimeout(done, 5));
        n += 1;
        return { 'X-Nth': String(n) };
      };
    }),
  }, async (world, widget) => {
    await relink(world, widget);
    const seen = world.backend.requests.map((request) => request.headers['x-nth']);
    assert.deepEqual(seen, seen.map((_, index) => String(index + 1)));
  });

  it('a headers function that throws is an error with a way on, not a dead widget', {
    init: () => document.addEventListener('DOMContentLoaded', () => {
      let broken = true;
      window.mend = () => { broken = false; };
      document.querySelector('relink-widget').headers = () => {
        if (broken) throw new Error('no token');
        return {};
      };
    }),
  }, async (world, widget) => {
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0, 20_000);
    await world.page.evaluate(() => window.mend());
    await widget.forward();
    await widget.reaches('review');
  });

  it('credentials are the page\'s own by default', {}, async (world, widget) => {
    await world.page.evaluate(() => { document.cookie = 'shop=1'; });
    await world.page.reload();
    await widget.reaches('review');
    assert.match(world.backend.requests.at(-1).headers.cookie ?? '', /shop=1/);
  });

  it('credentials="omit" sends no cookie', { element: 'credentials="omit"' }, async (world, widget) => {
    await widget.reaches('review');
    await world.page.evaluate(() => { document.cookie = 'shop=1'; });
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(world.backend.calls('complete')[0].headers.cookie, undefined);
  });

  it('credentials="include" is passed on to a backend elsewhere, and an absolute endpoint is used as it is', {
    page: (site) => merchantPage(site, { element: 'credentials="include"' })
      .replace('endpoint="/relink"', `endpoint="${site.elsewhere}/relink/"`),
  }, async (world, widget) => {
    await widget.reaches('review');
    const { headers, name } = world.backend.calls('create')[0];
    assert.equal(headers.host, new URL(world.site.elsewhere).host);
    assert.equal(name, 'POST /sessions');
  });

  it('an endpoint is relative to the page', {
    page: (site) => merchantPage(site).replace('endpoint="/relink"', 'endpoint="../relink"'),
    go: false,
  }, async (world) => {
    await world.page.goto(`${world.site.shop}/account/banks/`);
    await eventually('the request is below the page', () => world.page.evaluate(() =>
      performance.getEntriesByType('resource').some((entry) => entry.name.includes('/account/relink/sessions'))));
  });

  for (const status of RETRIED) {
    it(`${status} is retried by itself, with the same key`, {
      backend: { create: first(problem(status, 'provider_unavailable')) },
    }, async (world, widget) => {
      await widget.reaches('review');
      const keys = world.backend.calls('create').map((call) => call.key);
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1]);
      assert.deepEqual(await world.events('relink-error'), []);
    });
  }

  it('no answer is retried by itself, with the same key', { backend: { create: first(cut, cut) } }, async (world, widget) => {
    await widget.reaches('review');
    const keys = new Set(world.backend.calls('create').map((call) => call.key));
    assert.deepEqual([keys.size, world.backend.calls('create').length >= 3], [1, true]);
  });

  it('a completion that got no answer is repeated under the same key, and counts once', {
    backend: { complete: first(cut, problem(503, 'provider_unavailable')) },
  }, async (world, widget) => {
    await relink(world, widget);
    const calls = world.backend.calls('complete');
    assert.equal(new Set(calls.map((call) => call.key)).size, 1);
    for (const call of calls) assert.deepEqual(call.body, { accounts: ['fca_1'] });
    assert.equal((await world.ends()).length, 1);
  });

  it('pauses grow', { backend: { create: first(...Array(3).fill(problem(503, 'provider_unavailable'))) } }, async (world, widget) => {
    await widget.reaches('review');
    const at = world.backend.calls('create').map((call) => call.at);
    assert.equal(at.length, 4);
    const [one, two, three] = at.slice(1).map((time, index) => time - at[index]);
    // A busy machine may hold a request back, which makes the pause before it longer and the one after it shorter.
    assert.ok(one >= 240 && two >= 450 && three > one && one + two + three >= 1_700, String([one, two, three]));
  });

  it('Retry-After in seconds is heeded', {
    backend: { create: first(problem(429, 'rate_limited', { headers: { 'retry-after': '2' } })) },
  }, async (world, widget) => {
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.ok(two.at - one.at >= 1_950, `${two.at - one.at} ms`);
  });

  it('Retry-After as a date is heeded', {
    backend: {
      create: ({ nth }) => (nth === 1
        ? problem(503, 'provider_unavailable', {
          headers: { 'retry-after': new Date(Math.ceil(Date.now() / 1000) * 1000 + 2000).toUTCString() },
        })
        : undefined),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.ok(two.at - one.at >= 1_500, `${two.at - one.at} ms`);
  });

  it('Retry-After of an hour is told to the customer rather than waited for', {
    backend: { create: first(problem(429, 'rate_limited', { headers: { 'retry-after': '3600' } })) },
  }, async (world, widget) => {
    await widget.shows('60 minutes');
    await widget.forward();
    await widget.reaches('review');
  });

  for (const [status, code] of Object.entries(NOT_RETRIED)) {
    it(`${status} ${code} is not retried, and ends in a view with a way on`, {
      backend: { create: () => problem(Number(status), code) },
    }, async (world, widget) => {
      await eventually('it is told', async () =>
        (await world.events()).some((event) => ['relink-failure', 'relink-error'].includes(event.name)));
      assert.equal(world.backend.calls('create').length, 1);
      await widget.offersAWay();
    });
  }

  it('a customer who is signed out is told so, with a way on', {
    backend: { create: () => problem(401, 'not_authenticated') },
  }, async (world, widget) => {
    await widget.shows('signed out');
    await widget.offersAWay();
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('a backend that stays down leaves the next try to the customer, under the same key', {
    backend: { create: ({ backend }) => (backend.mended ? undefined : problem(503, 'provider_unavailable')) },
  }, async (world, widget) => {
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0, 30_000);
    const [error] = await world.events('relink-error');
    assert.equal(error.detail.code, 'provider_unavailable');
    assert.equal(error.detail.request_id, 'req_503');
    assert.deepEqual(await world.ends(), []);
    world.backend.mended = true;
    await widget.forward();
    await widget.reaches('review');
    assert.equal(new Set(world.backend.calls('create').map((call) => call.key)).size, 1);
  });

  it('JSON that is no session is an error with a way on', {
    backend: { create: first(says({ hello: 'world' }, 201)) },
  }, async (world, widget) => {
    await eventually('it is told', async () =>
      (await world.events()).some((event) => event.detail.code === 'invalid_response'));
    await widget.offersAWay();
  });

  it('an answer that is no JSON, five times, is an error with a way on', {
    backend: { create: () => ({ status: 201, raw: '<html>gateway</html>' }) },
  }, async (world, widget) => {
    await eventually('it is told', async () =>
      (await world.events()).some((event) => event.detail.code === 'invalid_response'), 20_000);
    await widget.offersAWay();
  });

  it('a backend that hangs is given up, said, and asked again under the same key', {
    go: false,
    backend: { create: first(hang) },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    // The request leaves before the WebAssembly is there. Until then the waits are the loader's.
    await widget.reaches('loading');
    await world.asked('create');
    await world.page.clock.fastForward(10_000);
    await widget.offersAWay();
    await world.page.clock.fastForward(30_000);
    await widget.reaches('review');
    assert.equal(new Set(world.backend.calls('create').map((call) => call.key)).size, 1);
  });

  it('offline it says so and waits; back online it goes on by itself', {
    // Firefox's driver answers for no other server while the browser is offline.
    init: STRIPE_JS,
    stripe: () => ({ resolves: { financialConnectionsSession: { id: 'x', accounts: [{ id: 'fca_1', institution_name: 'Harbour Bank', last4: '1234', display_name: null, status: 'active' }] } } }),
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.context.setOffline(true);
    await widget.shows('offline');
    await widget.forward();
    await widget.reaches('completing', 'authorizing');
    await world.context.setOffline(false);
    await widget.reaches('succeeded');
    assert.equal((await world.ends()).length, 1);
  });

  it('two clicks on the way forward are one', {
    stripe: () => new Promise(() => {}),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.part('primary-button').first().dblclick();
    await world.collected();
    await widget.reaches('authorizing');
    assert.equal(world.collects.length, 1);
  });

  it('a late answer to a request that was given up changes nothing', {
    backend: {
      create: ({ nth, backend }) => (nth === 1
        ? new Promise((answer) => { backend.late = () => answer(problem(403, 'forbidden')); })
        : undefined),
    },
  }, async (world, widget) => {
    await world.asked('create');
    // Until the WebAssembly is there, there is no flow that could start over.
    await widget.reaches('loading');
    await widget.host.evaluate((host) => host.restart());
    await widget.reaches('review');
    world.backend.late();
    await widget.forward();
    await widget.reaches('succeeded');
    await becomes('one flow ended', ['relink-success'], async () =>
      (await world.ends()).map((end) => end.name).filter((name) => name !== 'relink-cancel'));
  });
}, { concurrency: 4 });
