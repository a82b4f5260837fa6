// ARCHITECTURE.md, "The session comes while the WebAssembly does": the request leaves before the core runs, and nothing is lost,
// doubled or asked for unasked by it, whatever happens before, while and after the WebAssembly arrives. Past 400 lines, since each fault has its
// row for each of these moments.
import assert from 'node:assert/strict';
import { becomes, cut, eventually, first, hang, merchantPage, problem, session, suite } from '../harness/index.mjs';
import {
  AFTER_THE_REQUEST, GLUE, MODAL, TELLS_WHEN_READ, WASM, answered, asked, keys, onCall, records, relinks,
} from '../harness/early.mjs';

suite('the session comes while the WebAssembly does', (it) => {
  it('it is asked for before the WebAssembly is there, once, and its answer is used', AFTER_THE_REQUEST, async (world, widget) => {
    await relinks(world, widget);
    assert.deepEqual(world.backend.tally, { create: 1, read: 0, complete: 1, cancel: 0 });
  });

  it('it is asked for before the glue is there, by the first code that runs', {
    file: (name, _, site) => (name === GLUE
      ? eventually('the session is asked for', () => site.backend.calls('create').length > 0).then(() => undefined) : undefined),
  }, async (world, widget) => {
    await relinks(world, widget);
    assert.deepEqual(world.backend.tally, { create: 1, read: 0, complete: 1, cancel: 0 });
  });

  it('it waits for the scripts of the page that come later: what they give the element is sent', {
    page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/later.js" crossorigin></script>` }),
    file: (name, _, site) => {
      if (name === GLUE) return eventually('the session is asked for', () => site.backend.calls('create').length > 0).then(() => undefined);
      if (name !== 'later.js') return undefined;
      return eventually('the rest is on its way', () => site.fetched.includes(WASM)).then(() => ({
        status: 200, type: 'text/javascript', body: 'document.querySelector("relink-widget").headers = { "X-Later": "yes" };',
      }));
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(world.backend.calls('create').map((call) => call.headers['x-later']), ['yes']);
  });

  for (const [what, script] of [
    ['what hears on the window that it is parsed', 'window.addEventListener("DOMContentLoaded", give);'],
    ['what is put off until then, as jQuery does', 'document.addEventListener("DOMContentLoaded", () => setTimeout(give));'],
  ]) {
    it(`it waits for ${what}`, {
      page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/later.js" crossorigin></script>` }),
      file: (name, _, site) => {
        if (name === GLUE) return eventually('the session is asked for', () => site.backend.calls('create').length > 0).then(() => undefined);
        if (name !== 'later.js') return undefined;
        return eventually('the rest is on its way', () => site.fetched.includes(WASM)).then(() => ({
          status: 200, type: 'text/javascript', body: `const give = () => { document.querySelector("relink-widget").headers = { "X-Later": "yes" }; }; ${script}`,
        }));
      },
    }, async (world, widget) => {
      await widget.reaches('review');
      assert.deepEqual(world.backend.calls('create').map((call) => call.headers['x-later']), ['yes']);
    });
  }

  it('it waits for a script of the page that is slower than the glue', {
    page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/later.js" crossorigin></script>` }),
    file: (name, nth, site) => {
      if (name !== 'later.js') return AFTER_THE_REQUEST.file(name, nth, site);
      return eventually('the glue has run', () => site.fetched.includes('relink-widget.en.txt')).then(() => ({
        status: 200, type: 'text/javascript', body: 'document.querySelector("relink-widget").headers = { "X-Later": "yes" };',
      }));
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(world.backend.calls('create').map((call) => call.headers['x-later']), ['yes']);
  });

  it('it waits for nothing where the page is parsed and one of its pictures is still on its way', {
    page: (site) => MODAL(site).replace('</body>', `<img alt="" src="${site.cdn}/never.png"></body>`),
    file: (name, nth, site) => (name === 'never.png' ? new Promise(() => {}) : AFTER_THE_REQUEST.file(name, nth, site)),
    go: false,
  }, async (world, widget) => {
    await world.page.goto(`${world.site.shop}/`, { waitUntil: 'domcontentloaded' });
    await widget.host.evaluate((host) => customElements.whenDefined('relink-widget').then(() => { void host.show(); }));
    await relinks(world, widget);
    assert.equal(keys(world).length, 1);
  });

  it('for a page that is never parsed to its end the core asks', {
    page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/never.js" crossorigin></script>` }),
    file: (name) => (name === 'never.js' ? new Promise(() => {}) : undefined),
    go: false,
  }, async (world, widget) => {
    await world.page.goto(`${world.site.shop}/`, { waitUntil: 'commit' });
    await relinks(world, widget);
    assert.equal(keys(world).length, 1);
  });

  it('an answer that is whole before the WebAssembly is there is drawn at once: never the outline, and nothing laid out for it', onCall({
    init: () => {
      window.drawn = [];
      window.laidOut = [];
      const pane = () => document.querySelector('relink-widget')?.shadowRoot.querySelector('[data-pane]')?.dataset.pane;
      // Before anything is drawn to ask costs nothing.
      for (const [of, name] of [[Element, 'checkVisibility'], [Element, 'getClientRects'], [Element, 'getBoundingClientRect'], [Document, 'elementFromPoint'], [ShadowRoot, 'elementFromPoint']]) {
        const own = of.prototype[name];
        if (own) of.prototype[name] = function told(...given) { if (pane()) window.laidOut.push(name); return own.apply(this, given); };
      }
      const read = Response.prototype.text;
      Response.prototype.text = async function told() {
        const text = await read.call(this);
        window.isAnswered ||= this.url.endsWith('/sessions');
        return text;
      };
      document.addEventListener('DOMContentLoaded', () => {
        new MutationObserver(() => {
          if (pane() && window.drawn.at(-1) !== pane()) window.drawn.push(pane());
        }).observe(document.querySelector('relink-widget').shadowRoot, { childList: true, subtree: true, attributes: true });
      });
    },
  }), async (world, widget) => {
    await answered(world);
    world.arrive();
    await world.page.waitForFunction(() => window.drawn.length);
    await widget.reaches('review');
    assert.deepEqual(await world.page.evaluate(() => [window.drawn, window.laidOut]), [['review'], []]);
    assert.deepEqual(await world.states(), ['loading', 'review']);
  });

  for (const [what, element] of Object.entries({ 'an inline element': '', 'a modal': 'display="modal"' })) {
    it(`an answer that is whole before the WebAssembly is there does not make ready ${what} that nobody sees`, onCall({
      page: (site) => merchantPage(site, { element }).replace('<relink-widget', '<div id="panel" hidden><relink-widget').replace('</relink-widget>', '</relink-widget></div>'),
      init: TELLS_WHEN_READ,
    }), async (world, widget) => {
      await widget.host.evaluate((host) => customElements.whenDefined('relink-widget').then(() => { void host.show(); }));
      await answered(world);
      world.arrive();
      await eventually('it is told that nobody sees it', async () => (await world.events('relink-error')).length > 0);
      assert.equal((await world.events('relink-error'))[0].detail.code, 'not_visible');
      await widget.reaches('review');
      assert.deepEqual(await world.events('relink-ready'), []);
      await world.page.evaluate(() => { document.getElementById('panel').hidden = false; });
      await widget.host.evaluate((host) => { void host.show(); });
      await eventually('it is ready', async () => (await world.events('relink-ready')).length === 1);
      assert.equal(keys(world).length, 1);
    });
  }

  it('it leaves before the words are asked for, which wait for nothing', {
    ...AFTER_THE_REQUEST,
    init: () => {
      window.asked = [];
      const send = window.fetch;
      window.fetch = (...given) => {
        window.asked.push(String(given[0]).replace(/^.*[/]/, ''));
        return send(...given);
      };
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual((await world.page.evaluate(() => window.asked)).slice(-2), ['sessions', 'relink-widget.en.txt']);
  });

  it('with the headers, the token, the credentials and the language that the core sends', {
    ...AFTER_THE_REQUEST,
    init: () => {
      let n = 0;
      document.addEventListener('DOMContentLoaded', () => {
        document.querySelector('relink-widget').headers = async () => ({ 'X-Nth': String(n += 1) });
      });
    },
    page: (site) => merchantPage(site, { element: 'csrf-token="t1" credentials="include" lang="fr-CA"' })
      .replace('endpoint="/relink"', `endpoint="${site.elsewhere}/relink/"`),
  }, async (world, widget) => {
    await widget.reaches('review');
    const [{ body, headers, name }, ...more] = world.backend.requests;
    assert.deepEqual([more.length, name, body], [0, 'POST /sessions', { account: 'fca_1', locale: 'fr-CA' }]);
    assert.deepEqual([headers['x-nth'], headers['x-csrf-token']], ['1', 't1']);
    assert.match(headers['content-type'], /^application\/json/);
    assert.match(headers.accept, /problem\+json/);
  });

  const faults = {
    'cut': { answers: [cut], calls: 2 },
    '503': { answers: [problem(503, 'provider_unavailable')], calls: 2 },
    '429 with Retry-After': { answers: [problem(429, 'rate_limited', { headers: { 'retry-after': '1' } })], calls: 2 },
    '201 with a body that is not JSON': { answers: [{ status: 201, raw: '<html>Sign in to the Wi-Fi</html>' }], calls: 2 },
    '201 that is cut in its body': { answers: [{ status: 201, raw: '{"object"', headers: { 'content-length': '5000' }, cutAfter: true }], calls: 2 },
    'cut twice': { answers: [cut, cut], calls: 3 },
  };
  for (const [name, { answers, calls }] of Object.entries(faults)) {
    it(`${name}, before the WebAssembly is there: retried with the same key, as any call`, onCall({
      backend: { create: first(...answers) },
    }), async (world, widget) => {
      await asked(world);
      await world.page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
      world.arrive();
      await relinks(world, widget);
      assert.deepEqual([new Set(keys(world)).size, keys(world).length], [1, calls]);
      assert.deepEqual(await world.events('relink-error'), []);
    });

    it(`${name}, when the WebAssembly has arrived and the core waits for that answer: the same`, (() => {
      let waits;
      const waiting = new Promise((done) => { waits = done; });
      const scripted = first(...answers);
      return {
        ...AFTER_THE_REQUEST,
        backend: { create: async (call) => { await waiting; return scripted(call); } },
        setUp: (world) => { world.waits = waits; },
      };
    })(), async (world, widget) => {
      await widget.reaches('loading');
      assert.equal(keys(world).length, 1);
      world.waits();
      await relinks(world, widget);
      assert.deepEqual([new Set(keys(world)).size, keys(world).length], [1, calls]);
      assert.deepEqual(await world.events('relink-error'), []);
    });

    it(`${name}, while the WebAssembly arrives: the same`, {
      ...AFTER_THE_REQUEST, backend: { create: first(...answers) },
    }, async (world, widget) => {
      await relinks(world, widget);
      assert.deepEqual([new Set(keys(world)).size, keys(world).length], [1, calls]);
    });
  }

  for (const [status, code] of [[403, 'forbidden'], [404, 'session_not_found'], [401, 'not_authenticated']]) {
    it(`${status} before the WebAssembly is there is told as ever`, onCall({
      backend: { create: first(problem(status, code)) },
    }), async (world, widget) => {
      await asked(world);
      world.arrive();
      await eventually('it is told', async () => (await world.events('relink-error')).length + (await world.ends()).length > 0);
      const [told] = [...await world.events('relink-error'), ...await world.ends()];
      assert.equal((told.detail ?? told).code, code);
      assert.equal(keys(world).length, 1);
    });
  }

  it('an answer that never comes is given up by the core, in its time, and asked for again under the same key', {
    ...AFTER_THE_REQUEST, go: false, backend: { create: first(hang) },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('loading');
    assert.equal(keys(world).length, 1);
    await world.page.clock.fastForward(10_000);
    await world.page.clock.fastForward(30_000);
    await widget.reaches('review');
    assert.deepEqual([new Set(keys(world)).size, keys(world).length], [1, 2]);
  });

  it('401 with a function for the headers: it is called once more, and the request repeated once', onCall({
    backend: { create: first(problem(401, 'not_authenticated')) },
    init: () => {
      window.calls = 0;
      document.addEventListener('DOMContentLoaded', () => {
        document.querySelector('relink-widget').headers = () => ({ 'X-Nth': String(window.calls += 1) });
      });
    },
  }), async (world, widget) => {
    await asked(world);
    world.arrive();
    await relinks(world, widget);
    assert.deepEqual(world.backend.calls('create').map((call) => call.headers['x-nth']), ['1', '2']);
    assert.equal(new Set(keys(world)).size, 1);
  });

  it('a page that is loaded again before the WebAssembly came asks under the same key', onCall(), async (world, widget) => {
    await asked(world);
    const [record] = await records(world.page);
    await world.page.reload();
    world.arrive();
    await relinks(world, widget);
    assert.deepEqual(new Set(keys(world)), new Set([record.create_key]));
    assert.equal(world.backend.sessions.size, 1);
  });

  it('headers that never come stop nothing but this request, which never leaves', onCall({
    init: () => document.addEventListener('DOMContentLoaded', () => {
      document.querySelector('relink-widget').headers = () => new Promise(() => {});
    }),
  }), async (world, widget) => {
    await eventually('the key is saved', async () => (await records(world.page)).length === 1);
    world.arrive();
    await widget.reaches('loading');
    assert.deepEqual(world.backend.requests, []);
  });

  it('headers that fail early are asked for again, and told if they fail then', onCall({
    init: () => document.addEventListener('DOMContentLoaded', () => {
      let n = 0;
      document.querySelector('relink-widget').headers = () => {
        n += 1;
        if (n === 1) throw new Error('no token yet');
        return { 'X-Nth': String(n) };
      };
    }),
  }), async (world, widget) => {
    await eventually('the key is saved', async () => (await records(world.page)).length === 1);
    world.arrive();
    await relinks(world, widget);
    assert.equal(world.backend.calls('create')[0].headers['x-nth'], '2');
  });

  it('an element that has gone meanwhile asks for nothing more, and says nothing', onCall(), async (world) => {
    await asked(world);
    await world.page.evaluate(() => document.querySelector('relink-widget').remove());
    world.arrive();
    await eventually('all is there', () => world.site.fetched.includes(WASM));
    await world.page.evaluate(() => new Promise((done) => requestIdleCallback(done)));
    assert.deepEqual([world.backend.requests.length, world.heard.filter(({ name }) => name !== 'relink-state')], [1, []]);
  });

  it('another account that the page names meanwhile is the one that is relinked', onCall(), async (world, widget) => {
    await asked(world);
    await widget.host.evaluate((host) => { host.account = 'fca_2'; });
    world.arrive();
    await widget.reaches('review');
    assert.deepEqual(world.backend.calls('create').map((call) => call.body.account), ['fca_1', 'fca_2']);
    assert.equal(new Set(keys(world)).size, 2);
  });

  it('a session that the page names is read, and none is created', {
    page: (site) => merchantPage(site, { element: 'session="rls_9"' }),
    ...onCall({ backend: { existing: session({ id: 'rls_9' }) } }),
  }, async (world, widget) => {
    world.arrive();
    await widget.reaches('review');
    assert.deepEqual([world.backend.calls('create').length, world.backend.calls('read').length], [0, 1]);
  });

  it('a modal that is shown while the WebAssembly comes: asked for then, and not for the hover before', onCall({ page: MODAL }), async (world, widget) => {
    const trigger = world.page.getByRole('button', { name: 'Reconnect' });
    await trigger.hover();
    await eventually('the rest is on its way', () => world.site.fetched.includes(WASM));
    assert.deepEqual(world.backend.requests, []);
    await trigger.click();
    await asked(world);
    world.arrive();
    await relinks(world, widget);
    assert.equal(keys(world).length, 1);
  });

  it('an element that becomes a modal before the page is parsed asks for nothing, and opens nothing, until it is shown', (() => {
    const gate = {};
    gate.open = new Promise((done) => { gate.arrive = done; });
    return {
      page: (site) => merchantPage(site, { after: `<script type="module" src="${site.cdn}/later.js" crossorigin></script>` }),
      file: (name, _, site) => {
        if (name === GLUE) return gate.open.then(() => undefined);
        if (name !== 'later.js') return undefined;
        return eventually('the rest is on its way', () => site.fetched.includes(WASM)).then(() => ({
          status: 200, type: 'text/javascript', body: 'document.querySelector("relink-widget").display = "modal";',
        }));
      },
      setUp: (world) => { world.arrive = gate.arrive; },
    };
  })(), async (world, widget) => {
    world.arrive();
    await eventually('the words are there', () => world.site.fetched.includes('relink-widget.en.txt'));
    await world.page.evaluate(() => new Promise((done) => requestIdleCallback(() => setTimeout(() => requestIdleCallback(done)))));
    assert.deepEqual([world.backend.requests, await world.states()], [[], []]);
    assert.equal(await widget.host.evaluate((host) => !!host.shadowRoot.querySelector('dialog')), false);
    await widget.host.evaluate((host) => { void host.show(); });
    await relinks(world, widget);
    assert.equal(keys(world).length, 1);
  });

  for (const [what, init] of [
    ['`performance`', () => { Object.defineProperty(window, 'performance', { value: undefined }); }],
    ['`addEventListener`', () => {
      performance.getEntriesByType = () => [];
      window.addEventListener = () => { throw new Error('no'); };
    }],
  ]) {
    it(`a page with a broken ${what}: a modal shows its outline, and the core asks`, onCall({ page: MODAL, init }), async (world, widget) => {
      await widget.host.evaluate((host) => customElements.whenDefined('relink-widget').then(() => { void host.show(); }));
      await eventually('the outline is there', () => widget.host.evaluate((host) => !!host.shadowRoot.querySelector('dialog[open]')));
      world.arrive();
      await relinks(world, widget);
      assert.equal(keys(world).length, 1);
    });
  }

  it('a modal that is closed before the WebAssembly came ends once, as cancelled', onCall({ page: MODAL }), async (world) => {
    await world.page.evaluate(() => { document.querySelector('relink-widget').show(); });
    await asked(world);
    await world.page.evaluate(() => { document.querySelector('relink-widget').close(); });
    world.arrive();
    await becomes('its ends', ['relink-cancel'], async () => (await world.ends()).map((end) => end.name));
    assert.ok(new Set(keys(world)).size <= 1);
  });

  it('two equal elements are two flows', onCall({
    page: (site) => merchantPage(site, { after: '<relink-widget endpoint="/relink" account="fca_1" id="two"></relink-widget>' }),
    context: { viewport: { width: 1000, height: 2400 } },
  }), async (world, widget) => {
    await asked(world);
    world.arrive();
    await widget.reaches('review');
    await world.widget('#two').reaches('review');
    assert.equal(new Set(keys(world)).size, 2);
    assert.equal((await records(world.page)).length, 2);
  });

  for (const [what, init] of [
    ['storage that is refused', () => { Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } }); }],
    ['storage that keeps nothing', () => { Storage.prototype.setItem = () => {}; }],
    ['no random numbers', () => { crypto.getRandomValues = () => { throw new Error('no'); }; }],
    ['a `fetch` of its own that throws for POST at first', () => {
      const send = window.fetch;
      let thrown = false;
      window.fetch = (input, init) => {
        if (init?.method === 'POST' && !thrown) {
          thrown = true;
          throw new Error('not now');
        }
        return send(input, init);
      };
    }],
  ]) {
    it(`a page with ${what} relinks as ever, with one session`, { init }, async (world, widget) => {
      await relinks(world, widget);
      assert.equal(world.backend.sessions.size, 1);
      assert.equal(new Set(keys(world)).size, 1);
    });
  }

  it('a page with a `toJSON` on every object is asked for what it names', {
    ...AFTER_THE_REQUEST, init: () => { Object.prototype.toJSON = () => 'broken'; },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.deepEqual(world.backend.requests.map((request) => request.body), [{ account: 'fca_1', locale: 'en' }]);
  });

  for (const [what, file] of [['a WebAssembly', WASM], ['a glue', GLUE]]) it(`${what} that never comes is told, and the next try asks under the same key`, {
    file: (name, _, site) => (name === file && !site.comes ? { status: 404, type: 'text/javascript' } : undefined),
  }, async (world, widget) => {
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    world.site.comes = true;
    await widget.host.evaluate((host) => { host.show(); });
    await relinks(world, widget);
    assert.equal(world.backend.sessions.size, 1);
    // The answer of before may be old by then.
    assert.deepEqual([keys(world).length, new Set(keys(world)).size], [2, 1]);
  });
});
