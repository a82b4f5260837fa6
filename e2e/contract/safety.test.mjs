// docs/contract.md: text from outside is text, secrets stay where they are needed. A strict page is the matter of policy.test.mjs.
import assert from 'node:assert/strict';
import {
  CANARY, account, active, activeSavings, anyAccount, collected, eventually, failed, merchantPage, problem, savings, says,
  session, suite,
} from '../harness/index.mjs';

const MARKUP = '<img src=x onerror="window.__hacked = true"><b>Bank</b>';
const BIDI = '\u202Ekcab\u2066drawn\u2069 Checking';
const twoBack = {
  session: anyAccount({ accounts: [account(), savings()] }),
  read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
};

/** All of the page that someone could read: markup through shadow roots, storages, address, history. */
const everything = (page) => page.evaluate(async () => {
  const markup = (root) => [...root.querySelectorAll('*')].reduce((text, element) => {
    const own = [...element.attributes].filter(({ name }) => name !== 'csrf-token').map(({ name, value }) => `${name}=${value}`);
    const value = 'value' in element ? String(element.value) : '';
    return `${text} ${own.join(' ')} ${value} ${element.shadowRoot ? markup(element.shadowRoot) + element.shadowRoot.textContent : ''}`;
  }, root.textContent ?? '');
  const bases = (await indexedDB.databases?.()) ?? [];
  const resources = performance.getEntriesByType('resource').map((entry) => entry.name);
  return JSON.stringify([
    markup(document), { ...sessionStorage }, { ...localStorage }, location.href, history.state, document.cookie, bases,
    await caches.keys(), resources, window.name,
  ]);
});

suite('text from outside', (it) => {
  it('that looks like markup is shown as it is', {
    backend: {
      session: session({
        merchant: { name: `Shop ${MARKUP}`, support_url: null, privacy_url: null },
        institution: { id: 'x', name: MARKUP, logo_url: null },
        accounts: [account({ institution_name: MARKUP, display_name: `<script>window.__hacked = true</script>` })],
      }),
    },
    stripe: () => collected(active({ institution_name: MARKUP, display_name: MARKUP })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.shows('<b>Bank</b>');
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(await world.page.evaluate(() => window.__hacked), undefined);
    assert.equal(await widget.host.evaluate((host) => host.shadowRoot.querySelectorAll('b, script').length), 0);
  });

  it('cannot turn the direction of what stands around it', {
    backend: { session: session({ accounts: [account({ display_name: BIDI })] }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.shows('Checking');
    const text = await widget.host.evaluate((host) => host.shadowRoot.textContent);
    for (const control of ['\u202E', '\u202D', '\u202A', '\u202B']) assert.equal(text.includes(control), false, escape(control));
  });

  it('of endless length breaks nothing', {
    context: { viewport: { width: 360, height: 740 } },
    backend: {
      session: session({
        merchant: { name: 'M'.repeat(5000), support_url: null, privacy_url: null },
        institution: { id: 'x', name: 'B'.repeat(5000), logo_url: null },
        accounts: [account({ institution_name: 'B'.repeat(5000), display_name: 'N'.repeat(5000) })],
      }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    const [inner, outer] = await widget.host.evaluate((host) => {
      const surface = host.shadowRoot.querySelector('[part~="surface"]');
      return [surface.scrollWidth, surface.clientWidth];
    });
    assert.ok(inner <= outer + 1, `${inner} > ${outer}`);
    assert.equal(await world.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await widget.forward();
    await widget.reaches('succeeded');
  });

  it('as an address is a link only where it is HTTPS', {
    backend: {
      session: session({
        merchant: { name: 'Corner Store', support_url: 'javascript:window.__hacked=1', privacy_url: 'http://corner.example/privacy' },
        institution: { id: 'x', name: 'Harbour Bank', logo_url: 'data:image/svg+xml,<svg onload="window.__hacked=1"/>' },
        accounts: [account({ status_details: { inactive: { cause: 'account_closed', action: 'none' } } })],
      }),
    },
  }, async (world, widget) => {
    await widget.reaches('failed');
    const addresses = await widget.host.evaluate((host) =>
      [...host.shadowRoot.querySelectorAll('[href], [src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src')));
    assert.deepEqual(addresses.filter((address) => /^(javascript|http|data):/.test(address)), []);
    await widget.offersAWay();
  });

  it('as a link opens outside, without a way back into this page', {
    backend: { session: session({ accounts: [account({ status_details: { inactive: { cause: 'account_closed', action: 'none' } } })] }) },
  }, async (world, widget) => {
    await widget.reaches('failed');
    const links = await widget.host.evaluate((host) => [...host.shadowRoot.querySelectorAll('a[target="_blank"]')].map((one) => one.rel));
    assert.ok(links.length > 0);
    for (const rel of links) assert.match(rel, /noopener/);
  });
});

suite('secrets', (it) => {
  it('are in no markup, address, storage, event or console line, in any state', {
    page: (site) => merchantPage(site, { element: `csrf-token="csrf_${CANARY}"` }),
    init: () => document.addEventListener('DOMContentLoaded', () => {
      document.querySelector('relink-widget').headers = { Authorization: 'Bearer bearer_CANARY' };
      new BroadcastChannel('relink-widget').addEventListener('message', (event) => console.log(JSON.stringify(event.data)));
    }),
    backend: {
      session: anyAccount({
        accounts: [account({ account_numbers: [], account_number: '000CANARY9876543210', balance: { current: { usd: 'CANARY' } } }), savings()],
        client_secret: CANARY,
      }),
      read: twoBack.read,
      complete: ({ nth, session: known }) => (nth === 1
        ? problem(503, 'provider_unavailable', { detail: CANARY, title: CANARY })
        : nth === 2 ? says(failed(known, 'no_account')) : undefined),
    },
    stripe: ({ nth }) => (nth === 1 ? { throws: CANARY } : collected(active(), activeSavings())),
  }, async (world, widget) => {
    const clean = async () => {
      for (const [where, text] of Object.entries({
        page: await everything(world.page),
        events: JSON.stringify((await world.events()).map((event) => event.detail)),
        console: world.console.join('\n'),
        addresses: world.backend.requests.map((request) => request.name).join('\n'),
      })) assert.equal(text.includes('CANARY'), false, `${where}: …${text.slice(Math.max(0, text.indexOf('CANARY') - 80), text.indexOf('CANARY') + 20)}`);
    };
    await widget.reaches('review');
    await clean();
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    await clean();
    await widget.forward();
    await widget.reaches('selecting');
    await clean();
    await widget.choose('1234');
    await widget.forward();
    await eventually('a second error is told', async () => (await world.events('relink-error')).length > 1);
    await clean();
    await widget.forward();
    await eventually('it goes on', async () => (await widget.state()) === 'selecting');
    await widget.choose('1234');
    await widget.forward();
    await world.theEnd('relink-success');
    await clean();
  });

  it('are not left behind by a cancelled flow', { stripe: () => new Promise(() => {}) }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await widget.host.evaluate((host) => host.close());
    await world.theEnd('relink-cancel');
    assert.equal((await everything(world.page)).includes('CANARY'), false);
  });
});
