// docs/embedding.md, "Content Security Policy": its list is enough, with Trusted Types too; and each of its entries is
// needed: without it that one thing is refused and reported, the customer has a way on or out, and nothing else changes.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  STRIPE_JS, account, active, activeSavings, anyAccount, becomes, collected, eventually, failed, hostedAt, merchantPage, problem,
  savings, says, session, suite,
} from '../harness/index.mjs';
import { ENTRIES, documented, refused, watch } from '../harness/policy.mjs';

const TYPED = "; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'";
const EMBEDDING = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
/** How that page includes Stripe.js itself. */
const [INCLUDED] = /<script src="https:\/\/js\.stripe\.com[^\n]*/.exec(EMBEDDING);

/** A page under the documented policy. */
const under = (policy, more = {}) => ({ init: watch, headers: documented(policy), ...more });
const typed = (more) => under({ more: TYPED }, more);
const obeyed = async (world) => assert.deepEqual(await refused(world), []);
const relink = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await world.theEnd('relink-success');
};
const told = async (world) => {
  await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
  const [{ detail }] = await world.events('relink-error');
  return detail;
};

const LOGO = 'https://logos.example/harbour.png';
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const FRAMES = ['https://js.stripe.com/v3/modal.html', 'https://b.js.stripe.com/inner.html', 'https://hooks.stripe.com/redirect.html'];
const CHUNK = 'https://b.js.stripe.com/chunk.js';
const API = 'https://api.stripe.com/v1/link_account_sessions';
/** Stripe.js, with what it does inside: a script more, its frames, each of which answers, and a call of its API. */
const INSIDE = `(() => {
  const chunk = () => new Promise((onload, onerror) => {
    document.head.append(Object.assign(document.createElement('script'), { src: '${CHUNK}', onload, onerror }));
  });
  const frame = (src) => new Promise((seen) => {
    const element = Object.assign(document.createElement('iframe'), { src, title: src, className: 'stripe' });
    addEventListener('message', (event) => event.source === element.contentWindow && seen());
    document.body.append(element);
  });
  window.Stripe = () => ({
    _registerWrapper() {}, registerAppInfo() {},
    async collectFinancialConnectionsAccounts(argument) {
      try {
        await chunk();
        await fetch('${API}');
      } catch {
        return { error: { type: 'api_connection_error', message: 'Stripe could not be reached.' } };
      }
      await Promise.all(${JSON.stringify(FRAMES)}.map(frame));
      const { resolves } = await window.__stripe({ key: 'pk', options: null, argument });
      document.querySelectorAll('.stripe').forEach((one) => one.remove());
      return resolves;
    },
  });
})();`;
const HERE = { 'access-control-allow-origin': '*' };
/** Stripe's places and the bank's logo, in place of the network. */
const outside = async ({ context }) => {
  const serve = (url, contentType, body) => context.route(url, (route) => route.fulfill({ contentType, headers: HERE, body }));
  await serve('https://js.stripe.com/**', 'text/javascript', INSIDE);
  for (const url of FRAMES) await serve(url, 'text/html', '<script>parent.postMessage("here", "*")</script>');
  await serve(CHUNK, 'text/javascript', '');
  await serve(API, 'application/json', '{}');
  await serve(LOGO, 'image/png', PIXEL);
};
const everything = {
  go: false,
  backend: { session: session({ institution: { id: 'fcinst_1', name: 'Harbour Bank', logo_url: LOGO } }) },
  page: (site) => merchantPage(site).replace('></relink-widget>', '><a href="/by-hand">By hand</a></relink-widget>'),
};
const opened = async (world) => {
  await outside(world);
  await world.page.goto(`${world.site.shop}/`);
};
const logo = (widget) => widget.host.locator('img').evaluateAll((images) => images.some((image) => image.naturalWidth > 0 && image.checkVisibility()));

suite('the policy that embedding.md lists', (it) => {
  it('is enough for all that Stripe.js and the bank\'s logo need', under({}, everything), async (world, widget) => {
    await opened(world);
    await widget.reaches('review');
    await eventually('the logo is shown', () => logo(widget));
    await relink(world, widget);
    await obeyed(world);
  });

  it('is enough with Trusted Types where the page includes Stripe.js and allows no policy of ours', {
    ...under({ more: `${TYPED}; trusted-types 'none'` }),
    head: INCLUDED,
    init: `(${watch})(); ${STRIPE_JS}`,
  }, async (world, widget) => {
    await relink(world, widget);
    await obeyed(world);
  });

  it('is enough with Trusted Types and the one policy that embedding.md names', under({ more: `${TYPED}; trusted-types relink-widget` }), async (world, widget) => {
    await relink(world, widget);
    await obeyed(world);
  });

  for (const [what, scenario, through] of [
    ['a whole relink', {}, relink],
    ['a modal', { element: 'display="modal"' }, async (world, widget) => {
      await widget.host.evaluate((host) => { host.open = true; });
      await relink(world, widget);
      await widget.forward();
    }],
    ['choosing', {
      stripe: () => collected(active(), activeSavings()),
      backend: {
        session: anyAccount({ accounts: [account(), savings()] }),
        read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
      },
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
      await widget.choose('9876');
      await widget.forward();
      await widget.reaches('succeeded');
    }],
    ['a wrong account and a cancellation', { backend: { complete: ({ session: known }) => says(failed(known, 'no_account')) } }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await told(world);
      await widget.out();
      await widget.reaches('cancelled');
    }],
    ['a failure', { backend: { create: () => problem(403, 'forbidden') } }, (_, widget) => widget.reaches('failed')],
    ['a hosted page', { setUp: (world) => { world.backend.template = hostedAt(world.site); } }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('authorizing');
      await world.asked('read');
    }],
    ['another language and messages of the page\'s own', {}, async (world, widget) => {
      await widget.reaches('review');
      await widget.host.evaluate((host) => { host.messages = { not_now: 'Later' }; host.lang = 'de'; });
      await widget.shows('Later');
    }],
  ]) {
    it(`is enough, with Trusted Types, for ${what}`, typed(scenario), async (world, widget) => {
      await through(world, widget);
      await obeyed(world);
    });
  }
});

/** Told of the load, which failed: the children stay. */
const unloaded = (code, message) => async (world) => {
  const detail = await told(world);
  assert.deepEqual([detail.code, detail.session], [code, null]);
  assert.match(detail.message, message);
  assert.equal(await world.page.getByText('By hand').isVisible(), true);
};
/** Told of the way to the bank, which is closed: the customer is back where they were, and may leave. */
const handoffFailed = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  assert.equal((await told(world)).code, 'handoff_failed');
  await widget.reaches('review');
  await widget.offersAWay();
};
/** Stripe's modal waits for a frame that stays empty: the customer can leave. */
const emptyFrame = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await widget.reaches('authorizing');
  await world.page.waitForFunction(() => window.__refused.length > 0);
  await widget.out();
  await widget.reaches('cancelled');
  await world.theEnd('relink-cancel');
};

/** By entry: what is refused without it, all of it; and what is seen of that. */
const NEEDED = {
  'script-src https://cdn.example': [/^script-src-elem http:\/\/127\.0\.0\.1:\d+\/relink-widget\.js$/, async (world) => {
    await world.page.waitForFunction(() => window.__refused.length > 0);
    assert.equal(await world.page.getByText('By hand').isVisible(), true);
    assert.deepEqual(await world.events(), []);
  }],
  "script-src 'wasm-unsafe-eval'": [/^script-src wasm-eval$/, unloaded('unknown', /CompileError/)],
  'script-src https://js.stripe.com': [/^script-src-elem https:\/\/js\.stripe\.com\//, handoffFailed],
  'script-src https://*.js.stripe.com': [/^script-src-elem https:\/\/b\.js\.stripe\.com\/chunk\.js$/, handoffFailed],
  'connect-src https://cdn.example': [/^connect-src http:\/\/127\.0\.0\.1:\d+\/relink-widget[\w.-]*\.(wasm|css|txt)$/, unloaded('network_error', /TypeError/)],
  "connect-src 'self'": [/^connect-src http:\/\/localhost:\d+\/relink\/sessions$/, async (world, widget) => {
    const detail = await told(world);
    assert.equal(detail.code, 'network_error');
    assert.match(detail.message, /POST \/sessions/);
    await widget.offersAWay();
  }],
  'connect-src https://api.stripe.com': [/^connect-src https:\/\/api\.stripe\.com\//, handoffFailed],
  'frame-src https://js.stripe.com': [/^frame-src https:\/\/js\.stripe\.com/, emptyFrame],
  'frame-src https://*.js.stripe.com': [/^frame-src https:\/\/b\.js\.stripe\.com/, emptyFrame],
  'frame-src https://hooks.stripe.com': [/^frame-src https:\/\/hooks\.stripe\.com/, emptyFrame],
  'img-src https:': [/^img-src https:\/\/logos\.example\//, async (world, widget) => {
    await widget.reaches('review');
    await world.page.waitForFunction(() => window.__refused.length > 0);
    await widget.shows('HB');
    assert.equal(await logo(widget), false);
    await relink(world, widget);
  }],
};

test('each entry of the list has a test of what is refused without it', () => {
  assert.deepEqual(Object.keys(NEEDED).sort(), [...ENTRIES].sort());
});

suite('the policy that embedding.md lists, but without', (it) => {
  for (const [without, [what, seen]] of Object.entries(NEEDED)) {
    it(`${without}, refuses that alone, and it is told`, under({ without }, everything), async (world, widget) => {
      await opened(world);
      await seen(world, widget);
      const reports = await refused(world);
      assert.ok(reports.length > 0);
      for (const report of reports) assert.match(report, what);
      assert.equal(await world.page.getByRole('heading', { name: 'Your bank accounts' }).isVisible(), true);
    });
  }

  it('require-trusted-types-for\'s policy of ours, refuses the address of Stripe.js alone', under({ more: `${TYPED}; trusted-types 'none'` }, everything), async (world, widget) => {
    await opened(world);
    await handoffFailed(world, widget);
    const reports = await refused(world);
    await becomes('what is refused is Trusted Types\'', true, () => reports.length > 0 && reports.every((report) => /^(require-)?trusted-types/.test(report)));
  });
});
