// What comes back from the network, and what the page's headers have to do with it. Each row is a situation and what is
// expected of it.
import assert from 'node:assert/strict';
import { becomes, eventually, first, merchantPage, problem, says, session, suite } from '../harness/index.mjs';

const PORTAL = { status: 200, raw: '<!doctype html><title>Welcome to our Wi-Fi</title>', headers: { 'content-type': 'text/html' } };
/** Each way in which a success is lost although its status arrived. */
const LOST = {
  'is empty': { status: 201, raw: '' },
  'is cut off in its JSON': { status: 201, raw: '{"object": "relink_session", "id": "rls_1", "sta' },
  'is cut off by the connection': { status: 201, raw: '{"object"', headers: { 'content-length': '5000' }, cutAfter: true },
  'is a captive portal\'s page': PORTAL,
};
const LARGE = says({ ...session(), padding: 'x'.repeat(1_100_000) }, 201);
const keys = (world, act) => [...new Set(world.backend.calls(act).map((call) => call.key))];
const relink = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await world.theEnd('relink-success');
};
/** `headers` is a function that numbers its calls; `window.__asked` counts them. */
const numbered = () => document.addEventListener('DOMContentLoaded', () => {
  window.__asked = 0;
  document.querySelector('relink-widget').headers = async () => {
    window.__asked += 1;
    return { Authorization: `Bearer ${window.__asked}` };
  };
});
const given = (body) => `document.addEventListener('DOMContentLoaded', () => { document.querySelector('relink-widget').headers = ${body}; });`;
const bearers = (world, act) => world.backend.calls(act).map((call) => call.headers.authorization);
const told = (world, code) => eventually(`${code} is told`, async () =>
  (await world.events()).find(({ name, detail }) => ['relink-error', 'relink-failure'].includes(name) && detail.code === code), 20_000);

suite('a success that is lost on its way', (it) => {
  for (const [how, answer] of Object.entries(LOST)) {
    it(`a new session's ${how}: asked again by itself, under the same key`, { backend: { create: first(answer, answer) } }, async (world, widget) => {
      await widget.reaches('review');
      assert.deepEqual([world.backend.calls('create').length, keys(world, 'create').length], [3, 1]);
      assert.deepEqual(await world.events('relink-error'), []);
    });
    it(`a completion's ${how}: asked again by itself, under the same key`, { backend: { complete: first({ ...answer, status: 200 }) } }, async (world, widget) => {
      await relink(world, widget);
      assert.deepEqual([world.backend.calls('complete').length, keys(world, 'complete').length], [2, 1]);
      assert.deepEqual(await world.events('relink-error'), []);
    });
  }

  it('a named session\'s is a captive portal\'s page: asked again by itself', {
    element: 'session="rls_7"',
    backend: { existing: session({ id: 'rls_7' }), read: first(PORTAL) },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(await world.events('relink-error'), []);
  });

  it('each one is lost: invalid_response after five tries, and a way on under the same key', {
    backend: { create: ({ nth }) => (nth <= 5 ? PORTAL : undefined) },
  }, async (world, widget) => {
    await told(world, 'invalid_response');
    assert.equal(world.backend.calls('create').length, 5);
    await widget.forward();
    await widget.reaches('review');
    assert.equal(keys(world, 'create').length, 1);
  });

  it('JSON that is no session came as it was sent: told at once', { backend: { create: () => says({ hello: 'world' }, 201) } }, async (world, widget) => {
    await told(world, 'invalid_response');
    assert.equal(world.backend.calls('create').length, 1);
    await widget.offersAWay();
  });

  it('a body over the limit is called that, and not asked for again', { backend: { create: () => LARGE } }, async (world, widget) => {
    const { detail } = await told(world, 'invalid_response');
    assert.match(detail.message, /body: expected at most 1 MB/);
    assert.equal(world.backend.calls('create').length, 1);
    await widget.offersAWay();
  });
});

suite('headers of the page', (it) => {
  const refuse = first(problem(401, 'not_authenticated'));
  const acts = {
    create: { backend: { create: refuse } },
    read: { element: 'session="rls_7"', backend: { existing: session({ id: 'rls_7' }), read: refuse } },
    complete: { backend: { complete: refuse } },
    cancel: { backend: { cancel: refuse } },
  };
  for (const [act, scenario] of Object.entries(acts)) {
    it(`a function, and ${act} is refused with 401: asked once more, and repeated once under the same key`, { ...scenario, init: numbered }, async (world, widget) => {
      await widget.reaches('review');
      if (act === 'complete') await widget.forward();
      if (act === 'cancel') await widget.out();
      await world.asked(act, 2);
      const [one, two] = world.backend.calls(act);
      assert.equal(one.key, two.key);
      assert.notEqual(one.headers.authorization, two.headers.authorization);
      assert.deepEqual(await world.events('relink-error'), []);
      assert.equal(world.backend.calls(act).length, 2);
    });
  }

  it('a function, and 401 stays: not_authenticated after two requests', {
    init: numbered, backend: { create: () => problem(401, 'not_authenticated') },
  }, async (world, widget) => {
    const { detail } = await told(world, 'not_authenticated');
    assert.equal(detail.request_id, 'req_401');
    assert.deepEqual(bearers(world, 'create'), ['Bearer 1', 'Bearer 2']);
    await widget.shows('signed out');
  });

  it('a function is asked for each try', {
    init: numbered, backend: { create: first(problem(503, 'provider_unavailable'), problem(502, 'provider_unavailable')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(bearers(world, 'create'), ['Bearer 1', 'Bearer 2', 'Bearer 3']);
  });

  it('a function, and 401 comes at the second try: asked once more all the same', {
    init: numbered, backend: { create: first(problem(503, 'provider_unavailable'), problem(401, 'not_authenticated')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(bearers(world, 'create'), ['Bearer 1', 'Bearer 2', 'Bearer 3']);
  });

  it('an object, and 401: not repeated', {
    init: given('{ Authorization: "Bearer fixed" }'), backend: { create: () => problem(401, 'not_authenticated') },
  }, async (world) => {
    await told(world, 'not_authenticated');
    assert.equal(world.backend.calls('create').length, 1);
  });

  for (const [how, body] of [['rejects', 'async () => { throw new Error("no token") }'], ['returns a string', '() => "Bearer x"'], ['returns a number', '() => 7']]) {
    it(`a function that ${how}: nothing is sent, and it is told with a way on`, { init: given(body) }, async (world, widget) => {
      const { detail } = await told(world, 'unknown');
      assert.match(detail.message, /headers function failed/);
      assert.equal(world.backend.calls('create').length, 0);
      await widget.offersAWay();
    });
  }

  it('a function that never settles: bounded, and told as its failure', { init: given('() => new Promise(() => {})'), go: false }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('loading');
    await eventually('it is told', async () => {
      await world.page.clock.fastForward(16_000);
      return (await world.events('relink-error')).length > 0;
    });
    const [{ detail }] = await world.events('relink-error');
    assert.match(detail.message, /headers function failed/);
    assert.equal(world.backend.calls('create').length, 0);
  });

  for (const nothing of ['() => null', '() => undefined', '() => false', 'null']) {
    it(`${nothing}: there are none`, { init: given(nothing) }, (world, widget) => widget.reaches('review'));
  }

  it('an answer sends the request on to another origin: the headers stay here', {
    init: given('() => ({ Authorization: "Bearer secret" })'),
    setUp: (world) => {
      world.backend.script.create = ({ nth }) => (nth === 1
        ? { status: 307, raw: '', headers: { location: `${world.site.elsewhere}/relink/stolen` } } : undefined);
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.requests.some(({ name }) => name.includes('stolen')), false);
  });

  it('React before 19 writes csrftoken: it is the CSRF token', { element: 'csrftoken="token-1"' }, async (world, widget) => {
    await relink(world, widget);
    for (const act of ['create', 'complete']) assert.equal(world.backend.calls(act)[0].headers['x-csrf-token'], 'token-1');
    assert.equal(await widget.host.evaluate((host) => host.csrfToken), 'token-1');
  });
});

suite('what a page puts on a prototype', (it) => {
  for (const prototype of ['Array', 'Object', 'String']) {
    it(`${prototype}.prototype.toJSON of a library's: requests are written as they are meant`, {
      // The driver's own calls go past it.
      init: { content: `Object.defineProperty(${prototype}.prototype, 'toJSON', { configurable: true, value() {
        return new Error().stack.replace(/^Error\\n/, '').split('\\n').slice(0, 3).some((line) => line.includes('relink-widget-glue')) ? 'spoilt' : this;
      } });` },
      page: (site) => merchantPage(site),
    }, async (world, widget) => {
      await relink(world, widget);
      assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_1'] });
      await becomes('the record is gone', 0, () => world.page.evaluate(() => sessionStorage.length));
    });
  }

  it('crypto makes no randomness: two flows still have keys of their own', {
    init: () => { Crypto.prototype.getRandomValues = (bytes) => bytes; },
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.page.evaluate(() => sessionStorage.clear());
    await world.page.reload();
    await widget.reaches('review');
    await world.asked('create', 2);
    assert.equal(keys(world, 'create').length, 2);
  });
});
