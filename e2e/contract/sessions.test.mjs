// docs/contract.md, section 2: what a relink session may say, and what the widget makes of it.
import assert from 'node:assert/strict';
import {
  account, active, activeSavings, anyAccount, collected, eventually, failed, first, problem, savings, says, session,
  succeeded, suite,
} from '../harness/index.mjs';

const DAY = 24 * 60 * 60;
const inDays = (days) => Math.floor(Date.now() / 1000) + days * DAY;
const unrepairable = (cause) => account({ status_details: { inactive: { cause, action: 'none' } } });
const number = (changes) => ({
  identifier_type: 'tokenized_account_number', status: 'transactable', expected_expiry_date: null,
  supported_networks: ['ach'], ...changes,
});
const healthy = (changes = {}) => session({ accounts: [active(changes)] });
const named = (document) => ({
  page: ({ cdn }) => `<!doctype html><html lang="en"><title>Named</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><relink-widget endpoint="/relink" session="${document.id}"></relink-widget></body></html>`,
  backend: { existing: document },
});
/** No word of trouble to the page. */
const silent = async (world) => {
  const loud = (await world.events()).filter(({ name }) => ['relink-error', 'relink-failure'].includes(name));
  assert.deepEqual(loud.map((event) => event.detail), []);
};

suite('a session', (it) => {
  it('named by the session attribute is read, and none is created', named(session({ id: 'rls_named' })), async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create').length, 0);
    assert.equal(world.backend.calls('read')[0].id, 'rls_named');
    await widget.forward();
    assert.equal((await world.theEnd('relink-success')).session, 'rls_named');
    assert.equal(world.backend.calls('complete')[0].id, 'rls_named');
  });

  it('that is found succeeded already is a success', named(succeeded(session({ id: 'rls_done' }))), async (world, widget) => {
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    assert.equal(detail.session, 'rls_done');
    await widget.reaches('succeeded');
    assert.equal(world.collects.length, 0);
  });

  it('that is created succeeded already is a success', {
    backend: { create: () => says(succeeded(session()), 201) },
  }, async (world) => {
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.tally, { create: 1, read: 0, complete: 0, cancel: 0 });
  });

  it('named that has expired is replaced by a new one, silently', named(session({ id: 'rls_old', status: 'expired' })), async (world, widget) => {
    await widget.reaches('review');
    await silent(world);
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('create').length, 1);
    assert.notEqual(world.backend.calls('complete')[0].id, 'rls_old');
  });

  it('that a read answers with session_expired for is replaced silently', {
    ...named(session({ id: 'rls_old' })),
    backend: { existing: session({ id: 'rls_old' }), read: first(problem(410, 'session_expired')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await silent(world);
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('that is expired when it is created is replaced once', {
    backend: { create: first(says(session({ status: 'expired' }), 201)) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await silent(world);
    const [one, two] = world.backend.calls('create');
    assert.notEqual(one.key, two.key);
  });

  it('that expires twice ends in a failure with session_expired', {
    backend: { create: ({ nth }) => says(session({ id: `rls_${nth}`, status: 'expired' }), 201) },
  }, async (world, widget) => {
    assert.equal((await world.theEnd('relink-failure')).code, 'session_expired');
    assert.equal(world.backend.calls('create').length, 2);
    await widget.offersAWay();
  });

  it('that expires at the completion is replaced silently, and the customer goes on', {
    backend: { complete: first(problem(410, 'session_expired')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('create', 2);
    await widget.reaches('review');
    await silent(world);
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('complete').at(-1).id, 'rls_2');
  });

  it('whose seconds have run out on the review is replaced at the click, and the customer goes straight to the bank', {
    go: false,
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await world.page.clock.fastForward(1_900_000);
    await widget.forward();
    await world.asked('create', 2);
    await world.theEnd('relink-success');
    assert.equal(world.collects.length, 1);
    await silent(world);
  });

  it('is not taken for expired because the browser\'s clock is wrong, where expires_in is given', {
    go: false,
  }, async (world, widget) => {
    await world.page.clock.install({ time: Date.now() + 400 * DAY * 1000 });
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('without expires_in counts by expires_at', {
    backend: {
      create: ({ nth }) => {
        const { expires_in: _, ...document } = session({ id: `rls_${nth}` });
        return nth === 1 ? says({ ...document, expires_at: inDays(-1) }, 201) : undefined;
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create').length, 2);
    await silent(world);
  });

  it('unknown to the backend is an error with a way on', named(session({ id: 'rls_x' })), async (world, widget) => {
    world.backend.sessions.delete('rls_x');
    await world.page.reload();
    await eventually('it is told', async () =>
      (await world.events()).some((event) => event.detail.code === 'session_not_found'));
    await widget.offersAWay();
  });

  for (const status of ['failed', 'cancelled']) {
    it(`named that is ${status} is spent: the way on is a new one`, named(session({ id: 'rls_spent', status })), async (world, widget) => {
      await eventually('there is a way on', async () => (await widget.part('primary-button').count()) > 0);
      await widget.forward();
      await world.asked('create');
      await eventually('it goes on', async () => {
        if ((await widget.state()) === 'review') await widget.forward();
        return world.collects.length > 0;
      });
      await world.theEnd('relink-success');
      assert.equal(world.backend.calls('complete')[0].id === 'rls_spent', false);
    });
  }

  it('in which all accounts turn out active is already_active, and the bank is never opened', {
    backend: { session: healthy() },
  }, async (world, widget) => {
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'already_active');
    assert.deepEqual(detail.accounts.map(({ id }) => id), ['fca_1']);
    await widget.reaches('succeeded');
    await widget.forward();
    assert.equal(world.collects.length, 0);
    assert.equal(world.backend.calls('complete').length, 0);
  });

  it('with a number that expires in more than 30 days is already_active', {
    backend: { session: healthy({ account_numbers: [number({ expected_expiry_date: inDays(31) })] }) },
  }, async (world) => {
    assert.equal((await world.theEnd('relink-success')).outcome, 'already_active');
  });

  const REASONS = {
    'a tokenized number that expires within 30 days': { account_numbers: [number({ expected_expiry_date: inDays(29) })] },
    'a deactivated tokenized number': { account_numbers: [number({ status: 'deactivated' })] },
    'an expired tokenized number': { account_numbers: [number({ status: 'expired' })] },
    'a permission that was not granted yet': { permissions: ['payment_method'] },
    'an announced deactivation': {
      status_details: {
        active: { action: 'relink_required', cause: 'institution_requirement', expected_deactivation_date: inDays(12) },
      },
    },
  };
  for (const [reason, changes] of Object.entries(REASONS)) {
    it(`for an active account with ${reason} is a review, not already_active`, {
      backend: { session: healthy(changes) },
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await world.theEnd('relink-success');
    });
  }

  for (const cause of [
    'access_denied', 'access_expired', 'account_closed', 'account_unavailable', 'institution_requirement', 'unspecified', 'brand_new_cause',
  ]) {
    it(`for an account that is inactive by ${cause} says why in words`, {
      backend: { session: session({ accounts: [account({ status_details: { inactive: { cause, action: 'relink_required' } } })] }) },
    }, async (world, widget) => {
      await widget.reaches('review');
      const text = await widget.text();
      assert.ok(text.includes('Harbour Bank') && text.includes('1234'));
      assert.equal(text.includes(cause), false, 'the name of the cause is not shown');
    });
  }

  for (const cause of ['account_closed', 'account_unavailable', 'brand_new_cause']) {
    it(`whose account has action none (${cause}) is told so at once, and the bank is never opened`, {
      backend: { session: session({ accounts: [unrepairable(cause)] }) },
    }, async (world, widget) => {
      const detail = await world.theEnd('relink-failure');
      assert.ok(['not_relinkable', 'account_closed'].includes(detail.code), detail.code);
      assert.equal(detail.retryable, false);
      await widget.reaches('failed');
      const way = widget.part('primary-button').first();
      assert.equal(await way.getAttribute('href'), 'https://corner.example/help');
      assert.equal(world.collects.length, 0);
      assert.equal(world.stripeLoads, undefined);
    });
  }

  for (const code of ['not_relinkable', 'account_closed']) {
    it(`refused with ${code} is told as not repairable`, {
      backend: { create: () => problem(409, code) },
    }, async (world, widget) => {
      assert.equal((await world.theEnd('relink-failure')).code, code);
      await widget.offersAWay();
      assert.equal(world.backend.calls('create').length, 1);
    });
  }

  it('with a handoff of an unknown type ends in unsupported_handoff, with a way on', {
    backend: { session: session({ handoff: { type: 'telepathy', frequency: 7 } }) },
  }, async (world, widget) => {
    assert.equal((await world.theEnd('relink-failure')).code, 'unsupported_handoff');
    await widget.offersAWay();
    assert.equal(world.collects.length, 0);
  });

  it('with unknown values and fields in every place is read all the same', {
    backend: {
      session: {
        ...session({
          status: 'pondering',
          permissions: ['payment_method', 'telepathy'],
          accounts: [account({
            status: 'dreaming', status_details: { dreaming: { depth: 3 } }, category: 'crypto', subcategory: 'wallet',
            permissions: ['levitation'], supported_payment_method_types: ['us_bank_account', 'carrier_pigeon'],
            account_numbers: [{ identifier_type: 'iban', status: 'hovering', supported_networks: ['x'] }],
          })],
        }),
        brand_new: { nested: [1, 2, 3] },
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('with nulls wherever null may be is read all the same', {
    backend: {
      session: session({
        merchant: { name: 'Corner Store', support_url: null, privacy_url: null },
        institution: { id: null, name: null, logo_url: null },
        permissions: [],
        limits: null,
        accounts: [account({
          institution_name: 'Harbour Bank', display_name: null, last4: null, permissions: null, account_numbers: null,
          supported_payment_method_types: null, subcategory: null, category: null,
        })],
      }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('that names no accounts yet claims nothing and goes on', {
    backend: { session: session({ accounts: [] }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('of which some accounts came back is partial: which did, which did not, and a way to do the rest', {
    backend: {
      session: anyAccount({ limits: { accounts: null }, accounts: [account(), savings()] }),
      complete: ({ session: known }) => says(succeeded(known, [active(), savings()])),
    },
    stripe: () => collected(active()),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'partial');
    assert.deepEqual(detail.accounts.map(({ id }) => id), ['fca_1']);
    for (const text of ['1234', '9876']) await widget.shows(text);
    await widget.part('secondary-button').first().click();
    await world.asked('create', 2);
    await widget.reaches('review');
  });

  it('of which the backend lists only the account that came back is partial, too', {
    backend: {
      session: anyAccount({ limits: null, accounts: [account(), savings()] }),
      complete: ({ session: known }) => says(succeeded(known, [active()])),
    },
    stripe: () => collected(active()),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'partial');
    assert.deepEqual(detail.accounts.map(({ id }) => id), ['fca_1']);
    await widget.shows('9876');
  });

  it('whose completion the backend refuses as failed is never called a success', {
    backend: { complete: ({ session: known }) => says(failed(known, 'other')) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.deepEqual(await world.ends(), []);
    await widget.offersAWay();
  });

  it('that succeeds without saying which account did is believed', {
    backend: {
      session: anyAccount({ accounts: [account(), savings()] }),
      complete: ({ session: known }) => says(succeeded(known, [active(), activeSavings()])),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    assert.equal(detail.authorization, 'fcauth_1');
  });
});
