// docs/contract.md, section 1: the element itself, its attributes, properties and methods, before any bank is involved.
// Past 400 lines, since it follows that section from its first line to its last.
import assert from 'node:assert/strict';
import { account, becomes, cut, eventually, merchantPage, problem, session, suite } from '../harness/index.mjs';

const ATTRIBUTES = {
  endpoint: 'endpoint',
  account: 'account',
  authorization: 'authorization',
  session: 'session',
  display: 'display',
  theme: 'theme',
  lang: 'lang',
  credentials: 'credentials',
  csrfToken: 'csrf-token',
  merchantName: 'merchant-name',
  signInUrl: 'sign-in-url',
  assetsBase: 'assets-base',
};
const DEFAULTS = { display: 'inline', theme: 'auto', credentials: 'same-origin', open: false, remindLater: false };
const RUNTIME = /\.wasm$|\.css$|glue/;

/** A page whose element stands far below the fold. */
const farBelow = (site) =>
  merchantPage(site, { before: '<div style="height: 12000px"></div>' });

/** A page that puts no element in. */
const bare = ({ cdn }, body = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><body>${body}</body></html>`;

suite('the element', (it) => {
  it('one script tag from another origin defines it', {}, async (world, widget) => {
    assert.notEqual(new URL(world.site.cdn).host, new URL(world.site.shop).host);
    await widget.reaches('review');
  });

  it('every attribute is reflected as a camelCase property', { page: (site) => bare(site) }, async ({ page }) => {
    await page.evaluate(() => customElements.whenDefined('relink-widget'));
    for (const [property, attribute] of Object.entries(ATTRIBUTES)) {
      const [toAttribute, toProperty] = await page.evaluate(([property, attribute]) => {
        const one = document.createElement('relink-widget');
        one[property] = 'modal';
        const two = document.createElement('relink-widget');
        two.setAttribute(attribute, 'modal');
        return [one.getAttribute(attribute), two[property]];
      }, [property, attribute]);
      assert.deepEqual([toAttribute, toProperty], ['modal', 'modal'], property);
    }
  });

  it('open and remindLater are booleans, as open is on a dialog', { page: (site) => bare(site) }, async ({ page }) => {
    for (const [property, attribute] of [['open', 'open'], ['remindLater', 'remind-later']]) {
      const seen = await page.evaluate(async ([property, attribute]) => {
        await customElements.whenDefined('relink-widget');
        const one = document.createElement('relink-widget');
        const seen = [one[property]];
        one[property] = true;
        seen.push(one.getAttribute(attribute), one[property]);
        one[property] = false;
        seen.push(one.hasAttribute(attribute), one[property]);
        return seen;
      }, [property, attribute]);
      assert.deepEqual(seen, [false, '', true, false, false], property);
    }
  });

  it('absent attributes have the defaults of the table', { page: (site) => bare(site) }, async ({ page }) => {
    const seen = await page.evaluate(async (names) => {
      await customElements.whenDefined('relink-widget');
      const one = document.createElement('relink-widget');
      return Object.fromEntries(names.map((name) => [name, one[name]]));
    }, Object.keys(DEFAULTS));
    assert.deepEqual(seen, DEFAULTS);
  });

  it('properties set before the class was there count once it is', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Late</title><body>
<script>
  const late = document.createElement('relink-widget');
  late.endpoint = '/relink'; late.account = 'fca_late'; late.csrfToken = 'late-token';
  late.headers = { 'X-Late': 'yes' };
  document.body.append(late);
</script>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script></body></html>`,
  }, async (world, widget) => {
    await widget.reaches('review');
    const { body, headers } = world.backend.calls('create')[0];
    assert.equal(body.account, 'fca_late');
    assert.equal(headers['x-csrf-token'], 'late-token');
    assert.equal(headers['x-late'], 'yes');
  });

  it('an inline element far below starts, and fetches, only when it nears the viewport', { page: farBelow }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    await world.page.waitForLoadState('networkidle');
    assert.equal(await widget.state(), null);
    assert.deepEqual(world.site.fetched, ['relink-widget.js']);
    assert.equal(world.backend.requests.length, 0);
    await widget.host.evaluate((host) => host.scrollIntoView());
    await widget.reaches('review');
    assert.equal(world.site.fetched.filter((name) => name.endsWith('.wasm')).length, 1);
  });

  it('a modal element fetches nothing but the loader until it is shown', { element: 'display="modal"' }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    await world.page.waitForLoadState('networkidle');
    assert.deepEqual(world.site.fetched, ['relink-widget.js']);
    assert.equal(await widget.state(), null);
    assert.equal(world.backend.requests.length, 0);
  });

  it('before the script has loaded it shows nothing and shifts no layout', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Still</title><body><p id="above">Above</p>
<relink-widget endpoint="/relink" display="modal"></relink-widget><p id="below">Below</p>
<script>
  const place = () => document.getElementById('below').getBoundingClientRect().top;
  window.before = place();
  window.after = customElements.whenDefined('relink-widget').then(place);
</script><script type="module" src="${cdn}/relink-widget.js" crossorigin></script></body></html>`,
  }, async ({ page }, widget) => {
    assert.equal(await page.evaluate(async () => (await window.after) - window.before), 0);
    assert.equal((await widget.host.evaluate((host) => host.getBoundingClientRect().height)), 0);
  });

  it('several elements on one page are independent and share one WebAssembly', {
    page: (site) => bare(site, `<relink-widget id="one" endpoint="/relink" account="fca_1"></relink-widget>
<relink-widget id="two" endpoint="/relink" account="fca_2"></relink-widget>`),
    context: { viewport: { width: 1200, height: 2400 } },
  }, async (world) => {
    const [one, two] = [world.widget('#one'), world.widget('#two')];
    await one.reaches('review');
    await two.reaches('review');
    await one.forward();
    await one.reaches('succeeded');
    assert.equal(await two.state(), 'review');
    assert.deepEqual((await world.ends()).map((end) => end.target), ['one']);
    assert.deepEqual(world.backend.calls('create').map((call) => call.body.account).sort(), ['fca_1', 'fca_2']);
    assert.equal(world.site.fetched.filter((name) => name.endsWith('.wasm')).length, 1);
  });

  it('equal elements are independent too, wherever they stand and whichever came first', {
    page: (site) => bare(site, `<div id="card"></div><relink-widget id="one" endpoint="/relink" account="fca_1"></relink-widget>`),
    context: { viewport: { width: 1200, height: 2400 } },
  }, async (world) => {
    const one = world.widget('#one');
    await one.reaches('review');
    await world.page.evaluate(() => {
      const copy = document.getElementById('one').cloneNode(true);
      document.getElementById('card').attachShadow({ mode: 'open' }).append(Object.assign(copy, { id: 'two' }));
    });
    const two = world.widget('#two');
    await two.reaches('review');
    await two.host.evaluate((host) => host.close());
    await two.reaches('cancelled');
    assert.equal(await one.state(), 'review');
    await one.forward();
    await one.reaches('succeeded');
    const keys = world.backend.calls('create').map((call) => call.key);
    assert.deepEqual([keys.length, new Set(keys).size], [2, 2]);
    assert.deepEqual((await world.ends()).map((end) => [end.name, end.detail.session]), [
      ['relink-cancel', 'rls_2'], ['relink-success', 'rls_1'],
    ]);
  });

  it('a page that includes the script twice is served as if it did once', {
    page: (site) => bare(site, `<relink-widget endpoint="/relink"></relink-widget>
<script type="module" src="${site.cdn}/relink-widget.js?again" crossorigin></script>`),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.site.fetched.filter((name) => name.endsWith('.wasm')).length, 1);
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('removed and put back, the same flow goes on', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate(async (host) => {
      const place = host.parentNode;
      host.remove();
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      place.append(host);
    });
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(world.backend.calls('create').length, 1);
    assert.equal((await world.ends()).length, 1);
  });

  it('moved in the page, it goes on where it was', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => document.body.append(host));
    assert.equal(await widget.state(), 'review');
    await widget.forward();
    await widget.reaches('succeeded');
    assert.deepEqual(world.backend.tally, { create: 1, read: world.backend.tally.read, complete: 1, cancel: 0 });
  });

  it('removed for good while it waits, it asks and reports nothing more', {
    stripe: () => new Promise(() => {}),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await widget.host.evaluate((host) => host.remove());
    const before = world.backend.requests.length;
    await world.page.clock.install();
    await world.page.clock.fastForward(60_000);
    await world.page.evaluate(() => 0);
    assert.equal(world.backend.requests.length, before);
    assert.deepEqual(await world.ends(), []);
  });

  it('a copy of a running element starts a flow of its own', {
    context: { viewport: { width: 1200, height: 2400 } },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => {
      const copy = host.cloneNode(true);
      copy.id = 'copy';
      copy.setAttribute('account', 'fca_2');
      host.after(copy);
    });
    await world.widget('#copy').reaches('review');
    assert.equal(world.backend.calls('create').length, 2);
  });

  it('with JavaScript off its light-DOM children are what is seen', {
    needs: 'a driver that turns scripts off',
    context: { javaScriptEnabled: false },
    page: (site) => bare(site, '<relink-widget endpoint="/relink"><a href="/by-hand">Reconnect by hand</a></relink-widget>'),
  }, async ({ page }) => {
    assert.equal(await page.getByText('Reconnect by hand').isVisible(), true);
  });

  it('once it runs the light-DOM children give way', {
    page: (site) => bare(site, '<relink-widget endpoint="/relink"><a href="/by-hand">Reconnect by hand</a></relink-widget>'),
  }, async ({ page }, widget) => {
    await widget.reaches('review');
    assert.equal(await page.getByText('Reconnect by hand').isVisible(), false);
  });

  it('where the WebAssembly cannot be loaded the children stay, and restart() tries again', {
    page: (site) => bare(site, '<relink-widget endpoint="/relink"><a href="/by-hand">Reconnect by hand</a></relink-widget>'),
    file: (name, nth) => (name.endsWith('.wasm') && nth === 1 ? { status: 503 } : null),
  }, async (world, widget) => {
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    const [error] = await world.events('relink-error');
    assert.deepEqual(Object.keys(error.detail).sort(), ['code', 'flow', 'message', 'request_id', 'retryable', 'session']);
    assert.equal(error.detail.retryable, true);
    assert.equal(await world.page.getByText('Reconnect by hand').isVisible(), true);
    await widget.host.evaluate((host) => host.restart());
    await widget.reaches('review');
    assert.equal(await world.page.getByText('Reconnect by hand').isVisible(), false);
  });

  // Its attributes are told to the class before it is connected: `display` must not have it wait for the viewport twice.
  it('what fails is told once and is not tried again when it is next in sight, whatever attributes were there before the script', {
    init: () => { globalThis.fetch = () => Promise.reject(new TypeError('no network')); },
    page: (site) => bare(site, '<relink-widget display="inline" endpoint="/relink"></relink-widget>'),
  }, async (world) => {
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    await world.page.evaluate(async () => {
      const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      for (const display of ['none', 'block']) {
        document.querySelector('relink-widget').style.display = display;
        await drawn();
      }
    });
    assert.equal((await world.events('relink-error')).length, 1);
  });

  it('where the browser has no WebAssembly the children stay visible', {
    init: () => { delete globalThis.WebAssembly; },
    page: (site) => bare(site, '<relink-widget endpoint="/relink"><a href="/by-hand">Reconnect by hand</a></relink-widget>'),
  }, async (world) => {
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal(await world.page.getByText('Reconnect by hand').isVisible(), true);
  });

  it('state is absent before, and follows the flow to its end', {}, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(await widget.host.evaluate((host) => host.state), 'review');
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(await widget.host.evaluate((host) => host.state), 'succeeded');
    assert.deepEqual(await world.states(), ['loading', 'review', 'authorizing', 'completing', 'succeeded']);
  });

  it('state cannot be set by the page', {}, async (world, widget) => {
    await widget.reaches('review');
    const still = await widget.host.evaluate((host) => {
      try { host.state = 'succeeded'; } catch { /* read-only in a module */ }
      return host.state;
    });
    assert.equal(still, 'review');
  });

  it('show() starts an inline element and resolves to the event that ends the flow', { page: farBelow }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    const shown = widget.host.evaluate((host) => host.show());
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.deepEqual(await shown, { type: 'relink-success', ...detail });
  });

  it('show() called twice gives both callers the one end', {}, async (world, widget) => {
    await widget.reaches('review');
    const both = widget.host.evaluate((host) => Promise.all([host.show(), host.show()]));
    await widget.out();
    const [one, two] = await both;
    assert.equal(one.type, 'relink-cancel');
    assert.deepEqual(one, two);
    assert.equal((await world.ends()).length, 1);
  });

  it('show() resolves, and does not reject, where the flow fails', {
    backend: { create: () => problem(403, 'forbidden') },
  }, async (world, widget) => {
    const end = await widget.host.evaluate((host) => host.show());
    assert.equal(end.type, 'relink-failure');
    assert.equal(end.code, 'forbidden');
  });

  it('close() cancels a running flow', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => host.close());
    await widget.reaches('cancelled');
    assert.equal((await world.theEnd('relink-cancel')).state, 'review');
    await world.asked('cancel');
  });

  it('close() before anything runs does nothing', { page: farBelow }, async (world, widget) => {
    await world.page.evaluate(() => customElements.whenDefined('relink-widget'));
    await widget.host.evaluate((host) => { host.close(); host.scrollIntoView(); });
    await widget.reaches('review');
    assert.deepEqual(await world.ends(), []);
  });

  it('restart() starts over with a new session', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.host.evaluate((host) => host.restart());
    await world.asked('create', 2);
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.notEqual(one.key, two.key);
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(world.backend.calls('complete')[0].id, 'rls_2');
  });

  it('restart() after the end starts a new flow, which has an end of its own', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    await widget.host.evaluate((host) => host.restart());
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    await becomes('two flows, two ends', 2, async () => (await world.ends()).length);
    assert.equal(world.backend.calls('create').length, 2);
  });

  it('theme dark and light are drawn as asked', {
    page: (site) => bare(site, `<relink-widget id="dark" theme="dark" endpoint="/relink"></relink-widget>
<relink-widget id="light" theme="light" endpoint="/relink" account="fca_2"></relink-widget>`),
    context: { viewport: { width: 1200, height: 2400 } },
  }, async (world) => {
    const ground = async (id) => {
      await world.widget(id).reaches('review');
      return world.widget(id).part('surface').evaluate((surface) => getComputedStyle(surface).backgroundColor);
    };
    assert.deepEqual([await ground('#dark'), await ground('#light')], ['rgb(20, 23, 31)', 'rgb(255, 255, 255)']);
  });

  it('theme auto follows the browser where the page leaves it to that', { head: '<style>:root { color-scheme: light dark }</style>', context: { colorScheme: 'dark' } }, async (world, widget) => {
    await widget.reaches('review');
    const ground = await widget.part('surface').evaluate((surface) => getComputedStyle(surface).backgroundColor);
    assert.equal(ground, 'rgb(20, 23, 31)');
  });

  it('the shadow parts of a review are there to style', {}, async (world, widget) => {
    await widget.reaches('review');
    for (const part of ['surface', 'header', 'heading', 'body', 'footer', 'primary-button', 'secondary-button',
      'close-button', 'account', 'permission']) {
      assert.ok((await widget.part(part).count()) > 0, part);
    }
  });

  it('an element without an endpoint ends in a failure that names the fault', {
    page: (site) => bare(site, '<relink-widget account="fca_1"></relink-widget>'),
  }, async (world, widget) => {
    await widget.reaches('failed');
    assert.equal((await world.theEnd('relink-failure')).code, 'invalid_request');
    await widget.offersAWay();
  });

  it('the account, the bank and the merchant are named before the bank', {
    backend: { session: session({ accounts: [account({ display_name: 'Household', last4: '4242' })] }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    for (const text of ['Household', '4242', 'Harbour Bank', 'Corner Store']) await widget.shows(text);
  });

  it('a page that only fetches the loader has done all it must before the widget is needed', { page: farBelow }, async (world) => {
    await world.page.waitForLoadState('networkidle');
    assert.deepEqual(world.site.fetched.filter((name) => RUNTIME.test(name)), []);
  });

  it('the backend may be gone when the element is removed', { backend: { create: () => cut } }, async (world, widget) => {
    await world.asked('create');
    await widget.host.evaluate((host) => host.remove());
    assert.deepEqual(await world.ends(), []);
  });
});
