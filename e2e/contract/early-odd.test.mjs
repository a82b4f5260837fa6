// ARCHITECTURE.md, "The session is requested while the WebAssembly loads": customers and pages that change their mind before it is
// there, and odd pages. What happens to the request itself is in early.test.mjs.
// Past 400 lines, since each change of mind and each odd page has its row.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  Backend, ENGINE, Site, becomes, eventually, first, merchantPage, openWithoutDriver, problem, suite,
} from '../harness/index.mjs';
import {
  AFTER_THE_REQUEST, MODAL, TELLS_WHEN_READ, WASM, answered, asked, keys, onCall, records, relinks,
} from '../harness/early.mjs';

/** Headers that come when the story says `give()` in the page. */
const HEADERS_THAT_WAIT = () => {
  const headers = new Promise((done) => { window.give = () => done({ 'X-Late': 'yes' }); });
  document.addEventListener('DOMContentLoaded', () => {
    document.querySelector('relink-widget').headers = () => {
      window.isPending = true;
      return headers;
    };
  });
};
const idle = (page) => page.evaluate(() => new Promise((done) => requestIdleCallback(() => setTimeout(() => requestIdleCallback(done)))));

suite('what is no longer wanted before the WebAssembly is there', (it) => {
  const pending = (world) => world.page.waitForFunction(() => window.isPending);
  const give = async (world) => {
    await world.page.evaluate(() => window.give());
    await idle(world.page);
  };

  for (const [what, page, leave] of [
    ['an element that is closed', undefined, (host) => host.close()],
    ['an element that is removed', undefined, (host) => host.remove()],
    ['a modal that is closed', MODAL, (host) => host.close()],
    ['a modal that is hidden', MODAL, (host) => { host.open = false; }],
    ['an element that becomes a modal', undefined, (host) => { host.display = 'modal'; }],
  ]) {
    it(`${what} while the page's headers are pending sends nothing when they come`, onCall({ page, init: HEADERS_THAT_WAIT }), async (world, widget) => {
      await widget.host.evaluate((host) => customElements.whenDefined('relink-widget').then(() => { void host.show(); }));
      await pending(world);
      await widget.host.evaluate(leave);
      await give(world);
      assert.deepEqual(world.backend.requests, []);
      world.arrive();
      await eventually('all is there', () => world.site.fetched.includes(WASM));
      await idle(world.page);
      assert.deepEqual(world.backend.requests, []);
    });
  }

  it('an element that is removed in the moment in which the headers come sends nothing, not even what would be aborted at once', onCall({
    init: HEADERS_THAT_WAIT,
  }), async (world, widget) => {
    await pending(world);
    await widget.host.evaluate((host) => {
      const send = window.fetch;
      window.sent = [];
      window.fetch = (...given) => {
        window.sent.push(String(given[0]));
        return send(...given);
      };
      window.give();
      host.remove();
    });
    await idle(world.page);
    assert.deepEqual(await world.page.evaluate(() => window.sent), []);
    assert.deepEqual(world.backend.requests, []);
  });

  it('one that is closed, and shown again before the WebAssembly is there, asks once', onCall({ page: MODAL, init: HEADERS_THAT_WAIT }), async (world, widget) => {
    await widget.host.evaluate((host) => customElements.whenDefined('relink-widget').then(() => { void host.show(); }));
    await pending(world);
    await widget.host.evaluate((host) => {
      host.close();
      void host.show();
    });
    await give(world);
    world.arrive();
    await relinks(world, widget);
    assert.equal(keys(world).length, 1);
  });

  for (const [what, change, account] of [
    ['account', (host) => { host.account = 'fca_2'; }, 'fca_2'],
    ['endpoint', (host) => { host.endpoint = '/relink/'; }, 'fca_1'],
    ['session', (host) => { host.session = 'rls_1'; }, undefined],
  ]) {
    it(`another ${what} that the page names while its headers are pending is the only one that is asked for`, onCall({
      init: HEADERS_THAT_WAIT,
      setUp: (world) => { if (!account) world.backend.sessions.set('rls_1', { ...world.backend.template, id: 'rls_1' }); },
    }), async (world, widget) => {
      await pending(world);
      await widget.host.evaluate(change);
      await give(world);
      assert.deepEqual(world.backend.requests, []);
      world.arrive();
      await widget.reaches('review');
      assert.deepEqual(world.backend.calls('create').map((call) => call.body.account), account ? [account] : []);
    });
  }

  it('once the WebAssembly is there, closing while the headers are pending sends nothing either', { init: HEADERS_THAT_WAIT }, async (world, widget) => {
    await widget.reaches('loading');
    await pending(world);
    await widget.host.evaluate((host) => host.close());
    await give(world);
    assert.deepEqual(world.backend.requests, []);
  });
});

suite('equal elements', (it) => {
  it('the next equal element of the tab repeats the request of one that was removed, under its key', onCall(), async (world, widget) => {
    await asked(world);
    await world.page.evaluate(() => {
      const before = document.querySelector('relink-widget');
      const next = before.cloneNode();
      before.remove();
      document.querySelector('main').append(next);
    });
    world.arrive();
    await relinks(world, widget);
    assert.deepEqual([keys(world).length, new Set(keys(world)).size, world.backend.sessions.size], [2, 1, 1]);
  });

  it('two of different languages are two sessions, and no key is sent with two bodies, whichever has its words first', {
    page: (site) => merchantPage(site, { lang: 'fr', after: '<relink-widget endpoint="/relink" account="fca_1" lang="de" id="two"></relink-widget>' }),
    // The one that has asked has its words last.
    file: async (name, _, site) => {
      const first = () => site.backend.calls('create')[0];
      if (name === WASM || name.endsWith('.txt')) await eventually('the session is asked for', first);
      if (name === `relink-widget.${first()?.body.locale}.txt`) await eventually('the other asks', () => site.backend.calls('create').length > 1);
    },
    context: { viewport: { width: 1000, height: 2400 } },
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.widget('#two').reaches('review');
    const sent = new Set(world.backend.calls('create').map(({ key, body }) => `${key} ${JSON.stringify(body)}`));
    assert.deepEqual([sent.size, new Set(keys(world)).size, world.backend.sessions.size], [2, 2, 2]);
    assert.equal((await records(world.page)).length, 2);
  });
});

suite('an early answer that is odd', (it) => {
  it('Retry-After never counts shorter than from when the answer came', onCall({
    go: false,
    init: TELLS_WHEN_READ,
    backend: { create: first(problem(429, 'rate_limited', { headers: { 'retry-after': '5' } })) },
  }), async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await answered(world);
    await world.page.clock.runFor(4_000);
    world.arrive();
    await widget.reaches('loading');
    await world.page.clock.runFor(900);
    await idle(world.page);
    assert.equal(keys(world).length, 1);
    await world.page.clock.runFor(5_000);
    await widget.reaches('review');
    assert.deepEqual([keys(world).length, new Set(keys(world)).size], [2, 1]);
  });

  it('a body that never ends is given up by the core, in its time', {
    ...AFTER_THE_REQUEST,
    go: false,
    backend: { create: first({ status: 201, raw: '{"object"', neverEnds: true }) },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('loading');
    await world.page.clock.fastForward(40_000);
    await widget.reaches('review');
    assert.deepEqual([keys(world).length, new Set(keys(world)).size], [2, 1]);
  });

  it('a body of more than a megabyte that does not tell its length is none', onCall({
    backend: { create: () => ({ status: 201, raw: JSON.stringify({ object: 'x'.repeat(2_000_000) }) }) },
    init: TELLS_WHEN_READ,
  }), async (world) => {
    await answered(world);
    world.arrive();
    await becomes('it is told', ['invalid_response'], async () => (await world.events('relink-error')).map(({ detail }) => detail.code));
    assert.match((await world.events('relink-error'))[0].detail.message, /at most 1 MB/);
    assert.equal(keys(world).length, 1);
  });
});

suite('what is not plain is left to the core', (it) => {
  it('an account that is not plain text is asked for under one key', {
    page: (site) => merchantPage(site).replace('fca_1', 'fca_\u00e9'),
  }, async (world, widget) => {
    await relinks(world, widget);
    assert.deepEqual(world.backend.calls('create').map(({ body }) => body.account), ['fca_\u00e9']);
  });

  it('a page whose random numbers are all zero has keys that differ from that', {
    init: () => { crypto.getRandomValues = (array) => array; },
  }, async (world, widget) => {
    await relinks(world, widget);
    assert.deepEqual(keys(world).filter((key) => /^0*$/.test(key)), []);
  });

  const LISTENS = () => {
    window.sent = [];
    const send = window.fetch;
    window.fetch = (input, init) => {
      if (init?.method === 'POST') window.sent.push(String(input.url ?? input));
      return send(input, init);
    };
  };
  it('an endpoint of another scheme is never asked', {
    init: LISTENS, page: (site) => merchantPage(site).replace('"/relink"', '"blob:relink"'),
  }, async (world, widget) => {
    await widget.reaches('failed');
    assert.deepEqual(await world.page.evaluate(() => window.sent), []);
    assert.equal((await world.theEnd('relink-failure')).code, 'invalid_request');
  });

  it('without an endpoint nothing is asked, the page itself neither', {
    init: LISTENS, go: false, page: (site) => merchantPage(site).replace('endpoint="/relink"', ''),
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.host.evaluate(() => customElements.whenDefined('relink-widget'));
    await eventually('it has given up waiting for one', async () => {
      await world.page.clock.fastForward(5_000);
      return (await widget.state()) === 'failed';
    });
    assert.deepEqual(await world.page.evaluate(() => window.sent), []);
  });

  for (const [what, init] of [
    ['has no `MessageChannel`', () => { delete window.MessageChannel; }],
    ['has a `MessageChannel` that carries nothing', () => { window.MessageChannel = class { port1 = {}; port2 = { postMessage() {} }; }; }],
    ['has a `setTimeout` that never comes', () => { window.setTimeout = () => 0; }],
    ['has `Headers` that throw at first', () => {
      const Own = window.Headers;
      let n = 0;
      window.Headers = class extends Own {
        constructor(given) {
          super(given);
          n += 1;
          if (n === 1) throw new Error('not now');
        }
      };
    }],
  ]) {
    it(`a page that ${what} comes to the review, with one session`, { init }, async (world, widget) => {
      await widget.reaches('review');
      assert.deepEqual([new Set(keys(world)).size, world.backend.sessions.size], [1, 1]);
    });
  }
});

/** What such a page does, told to its server as it does it. */
const TELLS = `<script>
const tell = (what) => navigator.sendBeacon('/told', JSON.stringify({ what, prerendering: document.prerendering }));
const send = window.fetch;
window.fetch = (input, init) => {
  if (String(input.url ?? input).endsWith('/sessions')) tell('asks');
  return send(input, init);
};
addEventListener('relink-state', ({ detail }) => tell(detail.state));
addEventListener('load', () => tell('loaded'));
</script>`;
/** A page that has the browser prepare the next one, and goes there when its server has heard of that. */
const BEFORE = `<!doctype html><html lang="en"><title>Before</title>
<script type="speculationrules">{"prerender": [{"source": "list", "urls": ["/next"], "eagerness": "immediate"}]}</script>
<script>setInterval(async () => { if ((await (await fetch('/is-ready')).text()) === 'yes') location.href = '/next'; }, 50);</script>`;

describe('a page that the browser prepares in advance', { skip: ENGINE !== 'chromium' }, () => {
  for (const [what, after, expected] of [
    ['an element in sight starts when the page is seen', '', [['loaded', true], ['asks', false], ['review', false]]],
    [
      'a page that waits for that shows its modal then',
      `<script type="module">document.querySelector('relink-widget').display = 'modal';
document.addEventListener('prerenderingchange', () => document.querySelector('relink-widget').show());</script>`,
      [['loaded', true], ['asks', false], ['review', false]],
    ],
  ]) {
    test(what, async () => {
      const backend = new Backend();
      const site = await Site.start(backend, {
        page: (own, { pathname }) => {
          if (pathname === '/next') return merchantPage(own, { head: TELLS, after });
          return pathname === '/is-ready' ? (own.posted.length ? 'yes' : 'no') : BEFORE;
        },
      });
      const close = openWithoutDriver(`${site.shop}/`);
      const told = () => site.posted.map(({ body }) => body);
      try {
        await eventually('the session is reviewed', () => told().some((one) => one.what === 'review'), 30_000);
        assert.deepEqual(told().filter(({ what }) => what !== 'loading').map(({ what, prerendering }) => [what, prerendering]), expected);
        assert.equal(backend.calls('create').length, 1);
      } finally {
        await close();
        site.stop();
      }
    });
  }
});

const away = { '/away': '<!doctype html><title>Away</title><h1>Away</h1>' };
const CACHED = { launch: { whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] }, concurrency: 1 };

suite('a page that is left while the WebAssembly comes, and restored from the back-forward cache', (it) => {
  const RESTORED = { content: `(${TELLS_WHEN_READ})(); addEventListener('pageshow', (event) => { window.isRestored = event.persisted; });` };
  const awayAndBack = async (world, meanwhile = () => {}) => {
    await world.page.goto(`${world.site.shop}/away`);
    await meanwhile();
    await world.page.evaluate(() => { history.back(); }).catch(() => {});
    await eventually('it is back', () => world.page.evaluate(() => !!document.querySelector('relink-widget')).catch(() => false));
  };

  /** Firefox keeps no page that waits for an answer: there it is loaded anew. */
  const hasOneKey = async (world) => {
    assert.equal(await world.page.evaluate(() => window.isRestored), ENGINE === 'chromium');
    assert.deepEqual([new Set(keys(world)).size, world.backend.sessions.size], [1, 1]);
    if (ENGINE === 'chromium') assert.equal(keys(world).length, 1);
  };

  it('before anything was asked for', { pages: away, init: RESTORED, page: (site) => merchantPage(site, { element: 'display="modal"' }) }, async (world, widget) => {
    await widget.host.evaluate(() => customElements.whenDefined('relink-widget'));
    await awayAndBack(world);
    assert.equal(await world.page.evaluate(() => window.isRestored), true);
    await world.page.evaluate(() => { void document.querySelector('relink-widget').show(); });
    await becomes('its state', 'review', () => world.page.evaluate(() => document.querySelector('relink-widget').state));
    assert.equal(keys(world).length, 1);
  });

  it('while the request is under way', (() => {
    let answers;
    const answering = new Promise((done) => { answers = done; });
    return onCall({
      pages: away,
      init: RESTORED,
      backend: { create: ({ nth }) => (nth === 1 ? answering.then(() => undefined) : undefined) },
      setUp: (world) => { world.answers = answers; },
    });
  })(), async (world) => {
    await asked(world);
    await awayAndBack(world, () => world.answers());
    world.arrive();
    await becomes('its state', 'review', () => world.page.evaluate(() => document.querySelector('relink-widget').state));
    await hasOneKey(world);
  });

  it('after its answer', onCall({ pages: away, init: RESTORED }), async (world) => {
    await answered(world);
    await awayAndBack(world);
    world.arrive();
    await becomes('its state', 'review', () => world.page.evaluate(() => document.querySelector('relink-widget').state));
    await hasOneKey(world);
  });
}, CACHED);

suite('a page that writes itself anew', (it) => {
  /** That takes every listener away: what is told is heard by a new one. */
  const write = (world) => world.page.evaluate((html) => {
    document.open();
    window.told = [];
    window.addEventListener('relink-error', (event) => window.told.push(event.detail.code));
    window.addEventListener('relink-success', (event) => window.told.push(event.type));
    document.write(html);
    document.close();
  }, merchantPage(world.site));
  const succeeds = async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    await becomes('the last that is told', 'relink-success', () => world.page.evaluate(() => window.told.at(-1)));
  };

  // Chromium ends what the page was loading, and settles no promise of it.
  it('while its WebAssembly comes: told in its time, and the next try repeats the request', onCall({ go: false }), async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await asked(world);
    await write(world);
    world.arrive();
    await idle(world.page);
    await world.page.clock.fastForward(30_000);
    await widget.host.evaluate((host) => { void host.show(); });
    await succeeds(world, widget);
    assert.deepEqual([new Set(keys(world)).size, world.backend.sessions.size], [1, 1]);
  });

  it('before it is parsed: the new one relinks', (() => {
    let goes;
    const going = new Promise((done) => { goes = done; });
    return {
      page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/slow.js" crossorigin></script>` }),
      file: (name) => (name === 'slow.js' ? going.then(() => ({ status: 200, type: 'text/javascript', body: '' })) : undefined),
      setUp: (world) => { world.finish = goes; },
      go: false,
    };
  })(), async (world, widget) => {
    await world.page.goto(`${world.site.shop}/`, { waitUntil: 'commit' });
    await eventually('it has loaded', () => world.site.fetched.includes('relink-widget.en.txt'));
    await write(world);
    world.finish();
    await succeeds(world, widget);
    // The core may have asked for the first one.
    assert.deepEqual([new Set(keys(world)).size, world.backend.sessions.size], [1, 1]);
  });
});
