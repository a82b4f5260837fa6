// docs/contract.md, section 2: the handoff `stripe_js`, and choosing among the accounts that came back.
import assert from 'node:assert/strict';
import {
  CANARY, STRIPE_JS, account, active, activeSavings, anyAccount, becomes, closedModal, collected, eventually, failed,
  merchantPage, savings, says, seen, session, suite,
} from '../harness/index.mjs';

const two = { accounts: [account(), savings()] };
const bothBack = () => collected(active(), activeSavings());
/** A backend whose reads show both accounts working. */
const reads = (document) => ({
  session: document,
  read: ({ session: known }) => says({ ...known, accounts: known.accounts.map((one) => ({ ...one, status: 'active', status_details: {} })) }),
});
const thousand = Array.from({ length: 1000 }, (_, index) => account({
  id: `fca_${index + 1}`, display_name: `Household ${index + 1}`, last4: String(1000 + index),
}));

suite('Stripe.js', (it) => {
  it('is given the session\'s key and secret', {}, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.collects.length, 0, 'nothing is opened before the click');
    await widget.forward();
    const call = await world.collected();
    assert.equal(call.key, 'pk_test_1');
    assert.equal(call.clientSecret, CANARY);
    assert.equal(call.options?.stripeAccount, undefined);
  });

  it('is given the connected account where the session names one', {
    backend: { session: session({ handoff: { type: 'stripe_js', publishable_key: 'pk_test_1', client_secret: CANARY, stripe_account: 'acct_1' } }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    assert.deepEqual((await world.collected()).options, { stripeAccount: 'acct_1' });
  });

  it('that the page has already is used, and none is loaded', {
    page: (site) => merchantPage(site, { head: `<script>${STRIPE_JS}</script>` }),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.stripeLoads, undefined);
  });

  it('is loaded from Stripe\'s own host, once for the page', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Two</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><body>
<relink-widget id="one" endpoint="/relink"></relink-widget><relink-widget id="two" endpoint="/relink" account="fca_2"></relink-widget></body></html>`,
    context: { viewport: { width: 1200, height: 2400 } },
  }, async (world) => {
    for (const id of ['#one', '#two']) {
      await world.widget(id).reaches('review');
      await world.widget(id).forward();
      await world.widget(id).reaches('succeeded');
    }
    assert.equal(world.stripeLoads, 1);
    assert.equal(await world.page.locator('script[src^="https://js.stripe.com/"][integrity]').count(), 0);
  });

  it('closed by the customer changes nothing, and the same session serves again', {
    stripe: ({ nth }) => (nth === 1 ? closedModal : collected(active())),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('read');
    await widget.reaches('review');
    assert.equal(world.backend.calls('complete').length, 0);
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual([world.backend.calls('create').length, world.collects.length], [1, 2]);
  });

  it('closed although the backend knows of a success is a success', {
    stripe: () => closedModal,
    backend: { read: ({ session: known }) => says(succeededNow(known)) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('that returns the account is no success where the backend says otherwise', {
    backend: { complete: ({ session: known }) => says(failed(known, 'no_authorization')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () =>
      (await world.events('relink-error')).some((event) => event.detail.code === 'no_authorization'));
    assert.deepEqual(await world.ends(), []);
    await widget.offersAWay();
  });

  for (const [how, answer] of Object.entries({
    'resolves with an error': { resolves: { error: { type: 'api_error', code: 'brand_new', message: CANARY } } },
    'says that the institution is unavailable': { resolves: { error: { type: 'api_error', code: 'financial_connections_institution_unavailable', message: 'x' } } },
    throws: { throws: CANARY },
    'resolves with nothing': { resolves: null },
    'resolves with nonsense': { resolves: { financialConnectionsSession: 'fcsess' } },
  })) {
    it(`that ${how} is told as handoff_failed, and the customer may try again`, {
      stripe: ({ nth }) => (nth === 1 ? answer : collected(active())),
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
      const [error] = await world.events('relink-error');
      assert.equal(error.detail.code, 'handoff_failed');
      assert.equal(JSON.stringify(error.detail).includes(CANARY), false);
      await widget.reaches('review');
      await widget.forward();
      await world.theEnd('relink-success');
    });
  }

  it('whose script is blocked is told as handoff_failed, and loaded again at the next try', {
    stripeScript: (route, nth) => (nth === 1 ? route.abort() : undefined),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'handoff_failed');
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('whose script arrives but defines nothing is told as handoff_failed', {
    stripeScript: (route, nth) => (nth === 1 ? route.fulfill({ contentType: 'text/javascript', body: '' }) : undefined),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'handoff_failed');
    await widget.offersAWay();
  });

  it('whose script never arrives leaves a way out at once, and an answer in time', {
    go: false,
    stripeScript: (route, nth) => (nth === 1 ? new Promise(() => {}) : undefined),
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('authorizing');
    await widget.offersAWay();
    await world.page.clock.fastForward(60_000);
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    await widget.offersAWay();
  });

  it('that never resolves can be opened again by the primary button, or left', {
    stripe: ({ nth }) => (nth === 1 ? new Promise(() => {}) : collected(active())),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await widget.reaches('authorizing');
    assert.ok((await widget.part('close-button').count()) > 0);
    await widget.forward();
    await world.collected(2);
    await world.theEnd('relink-success');
  });

  it('a wrong account is explained with both accounts masked, and a new session makes it right in the same flow', {
    stripe: ({ nth }) => (nth === 1 ? collected(activeSavings()) : collected(active())),
    backend: {
      complete: ({ nth, id, session: known, backend }) => {
        if (nth > 1) return undefined;
        backend.change(id, failed(known, 'no_account', [account()]));
        return says(backend.sessions.get(id));
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'no_account');
    for (const text of ['9876', '1234', 'Nothing has changed']) await widget.shows(text);
    await widget.forward();
    await world.theEnd('relink-success');
    const [one, two] = world.backend.calls('create');
    assert.notEqual(one.key, two.key);
    assert.deepEqual(world.backend.calls('complete').map((call) => call.id), ['rls_1', 'rls_2']);
    assert.equal((await world.events('relink-success'))[0].detail.session, 'rls_2');
  });

  it('a wrong account may be chosen as often as the customer likes', {
    stripe: ({ nth }) => (nth < 4 ? collected(activeSavings()) : collected(active())),
    backend: {
      complete: ({ nth, id, session: known, backend }) => {
        if (nth === 4) return undefined;
        backend.change(id, failed(known, 'no_account'));
        return says(backend.sessions.get(id));
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    for (const time of [1, 2, 3]) {
      await widget.forward();
      await eventually('it is told', async () => (await world.events('relink-error')).length === time);
    }
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 4);
  });

  for (const reason of ['no_authorization', 'other', 'brand_new_reason']) {
    it(`a relink that failed by ${reason} is explained, and the customer may try again`, {
      backend: { complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, reason)) : undefined) },
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
      assert.deepEqual(await world.ends(), []);
      await widget.forward();
      await world.theEnd('relink-success');
      assert.equal(world.backend.calls('create').length, 2);
    });
  }
});

/** The session as a backend that has heard of the success gives it. */
function succeededNow(known) {
  return { ...known, status: 'succeeded', accounts: [active()], relink_result: { account: 'fca_1', authorization: 'fcauth_1', failure_reason: null } };
}

suite('choosing', (it) => {
  it('one account that came back needs no second choice', { backend: { session: anyAccount(two) } }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal((await world.states()).includes('selecting'), false);
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_1'] });
  });

  it('of several that came back is the customer\'s, and only that one is posted', {
    stripe: bothBack, backend: reads(anyAccount(two)),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    assert.equal(await widget.part('primary-button').first().isEnabled(), false);
    await widget.choose('9876');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
  });

  it('is not asked where exactly one account must be relinked and came back among others', {
    stripe: bothBack,
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_1'] });
  });

  it('of any number posts all that were chosen', {
    stripe: bothBack, backend: reads(anyAccount({ ...two, limits: null })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await widget.choose('1234');
    await widget.choose('9876');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual([...world.backend.calls('complete')[0].body.accounts].sort(), ['fca_1', 'fca_2']);
  });

  it('of at most two allows no third', {
    stripe: () => collected(...['1', '2', '3'].map((n) => active({ id: `fca_${n}`, last4: `000${n}` }))),
    backend: reads(anyAccount({
      limits: { accounts: 2 }, accounts: ['1', '2', '3'].map((n) => account({ id: `fca_${n}`, last4: `000${n}` })),
    })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await widget.choose('0001');
    await widget.choose('0002');
    await becomes('the third is shut', true, () =>
      widget.host.locator('[part~="account-option"]', { hasText: '0003' }).locator('input').isDisabled());
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('complete')[0].body.accounts.length, 2);
  });

  it('keeps accounts on the list that may not be chosen, each with its reason', {
    stripe: () => collected(active(), activeSavings(), active({ id: 'fca_3', last4: '5555' })),
    backend: reads(anyAccount({
      accounts: [account(), savings(), account({ id: 'fca_3', last4: '5555', supported_payment_method_types: [] })],
    })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    await widget.shows('5555');
    await widget.shows(/payments/i);
    assert.equal(await widget.host.locator('[part~="account-option"]', { hasText: '5555' }).locator('input:enabled').count(), 0);
  });

  it('works by keyboard alone', { stripe: bothBack, backend: reads(anyAccount(two)) }, async (world, widget) => {
    await widget.reaches('review');
    await widget.part('primary-button').first().focus();
    await world.page.keyboard.press('Enter');
    await widget.reaches('selecting');
    const { keyboard } = world.page;
    const focused = () => widget.host.evaluate((host) => host.shadowRoot.activeElement?.type ?? '');
    await eventually('Tab reaches the choice', async () => {
      await keyboard.press('Tab');
      return (await focused()) === 'radio';
    });
    await keyboard.press('Space');
    await keyboard.press('ArrowDown');
    await eventually('the choice is made', () => widget.part('primary-button').first().isEnabled());
    await eventually('Tab reaches the way forward', async () => {
      await keyboard.press('Tab');
      return widget.host.evaluate((host) => host.shadowRoot.activeElement?.matches('[part~="primary-button"]'));
    });
    await keyboard.press('Enter');
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
  });

  it('among a thousand stays quick and usable by keyboard', {
    stripe: () => ({ resolves: { financialConnectionsSession: { id: 'x', accounts: thousand.map((one) => seen({ ...one, status: 'active' })) } } }),
    backend: reads(anyAccount({ accounts: thousand })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    const { keyboard } = world.page;
    await eventually('Tab reaches the search', async () => {
      await keyboard.press('Tab');
      return widget.host.evaluate((host) => host.shadowRoot.activeElement?.type === 'search');
    });
    const begun = Date.now();
    await keyboard.type('1776');
    await becomes('one is left', 1, () => widget.part('account-option').count());
    assert.ok(Date.now() - begun < 4_000, `the search took ${Date.now() - begun} ms`);
    await keyboard.press('Tab');
    await keyboard.press('Space');
    await eventually('the choice is made', () => widget.part('primary-button').first().isEnabled());
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_777'] });
  });
});
