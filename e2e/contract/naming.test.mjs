// docs/contract.md, section 2: what a session names. Without it no bank is opened; an account with a new id is the old one; and
// what the merchant says of itself.
import assert from 'node:assert/strict';
import {
  account, active, activeSavings, anyAccount, becomes, collected, eventually, merchantPage, problem, savings, says, session,
  succeeded, suite,
} from '../harness/index.mjs';

const DAY = 24 * 60 * 60;
const DOT = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E';
const renamed = (changes = {}) => active({ id: 'fca_new', replaces: 'fca_1', ...changes });
const checked = (widget) => widget.host.locator('[part~="account-option"] input:checked').count();

suite('a session that does not say what is relinked', (it) => {
  for (const [how, options] of [
    ['at all', undefined],
    ['but null', null],
    ['in an empty object', {}],
    ['but nulls', { authorization: null, account: null }],
    ['but empty texts', { authorization: '', account: '' }],
    ['by text', { authorization: 7, account: ['fca_1'] }],
  ]) {
    for (const handoff of ['stripe_js', 'hosted', 'confirm']) {
      it(`${how} is invalid_response, and nothing is opened (${handoff})`, {
        backend: {
          session: session({
            relink_options: options,
            handoff: { type: handoff, url: 'https://bank.example/', publishable_key: 'pk_test_1', client_secret: 'fcsess_secret' },
          }),
        },
      }, async (world, widget) => {
        const detail = await world.theEnd('relink-failure');
        assert.deepEqual([detail.code, detail.session], ['invalid_response', 'rls_1']);
        assert.deepEqual([world.collects.length, world.stripeLoads ?? 0], [0, 0]);
        assert.equal(world.backend.calls('complete').length, 0);
        assert.equal(world.context.pages().length, 1);
        await widget.offersAWay();
      });
    }
  }

  it('but names the account alone is a session like any other', {
    backend: { session: session({ relink_options: { account: 'fca_1' } }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    assert.equal((await world.theEnd('relink-success')).rule, 'same_account');
  });
});

suite('an account with a new id', (it) => {
  it('is the one that was needed', {
    stripe: () => collected(renamed()),
    backend: {
      read: ({ session: known }) => says({ ...known, accounts: [renamed()] }),
      complete: ({ id, session: known, backend }) => {
        backend.change(id, { ...succeeded(known, [renamed()]), relink_result: { account: 'fca_new', authorization: 'fcauth_1', failure_reason: null } });
        return says(backend.sessions.get(id));
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    assert.equal(detail.rule, 'same_account');
    assert.deepEqual(detail.accounts.map(({ id, replaces }) => [id, replaces]), [['fca_new', 'fca_1']]);
    assert.deepEqual(await world.events('relink-error'), []);
  });

  it('is no part that is missing', {
    stripe: () => collected(renamed(), activeSavings()),
    backend: {
      session: anyAccount({ limits: null, accounts: [account(), savings()] }),
      read: ({ session: known }) => says({ ...known, accounts: [renamed(), activeSavings()] }),
      complete: ({ session: known }) => says(succeeded(known, [renamed(), activeSavings()])),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    assert.equal(await checked(widget), 2);
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    assert.deepEqual(detail.accounts.map(({ id, replaces }) => [id, replaces]), [['fca_new', 'fca_1'], ['fca_2', null]]);
    assert.deepEqual([...world.backend.calls('complete')[0].body.accounts].sort(), ['fca_2', 'fca_new']);
  });
});

suite('a choice of any number', (it) => {
  const third = active({ id: 'fca_3', display_name: 'Holiday', last4: '3333' });
  it('has what was linked before chosen, and nothing else', {
    stripe: () => collected(active(), activeSavings(), third),
    backend: {
      session: anyAccount({ limits: null, accounts: [account(), savings()] }),
      read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings(), third] }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    const option = (text) => widget.host.locator('[part~="account-option"]', { hasText: text }).locator('input');
    assert.deepEqual(
      await Promise.all(['1234', '9876', '3333'].map((text) => option(text).isChecked())),
      [true, true, false],
    );
    await widget.choose('1234');
    await becomes('one is left', 1, () => checked(widget));
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
  });

  it('of which one may be taken has nothing chosen', {
    stripe: () => collected(active(), activeSavings()),
    backend: {
      session: anyAccount({ accounts: [account(), savings()] }),
      read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    assert.equal(await checked(widget), 0);
  });

  it('tells accounts of the same name and number apart by their kind', {
    stripe: () => collected(active(), active({ id: 'fca_2', subcategory: 'savings' })),
    backend: {
      session: anyAccount({ accounts: [account(), account({ id: 'fca_2', subcategory: 'savings' })] }),
      read: ({ session: known }) => says({ ...known, accounts: [active(), active({ id: 'fca_2', subcategory: 'savings' })] }),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('selecting');
    const texts = await widget.part('account-option').allInnerTexts();
    assert.match(texts[0], /Checking account/);
    assert.match(texts[1], /Savings account/);
    await widget.choose('Savings account');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
  });
});

suite('a merchant', (it) => {
  const merchant = (changes) => ({ name: 'Corner Store', support_url: null, privacy_url: null, ...changes });
  it('has its logo where its mark is', {
    backend: { session: session({ merchant: merchant({ logo_url: 'https://corner.example/mark.svg' }) }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    const sources = await widget.host.locator('[part~="header"] img').evaluateAll((images) => images.map((image) => image.src));
    assert.deepEqual(sources, ['https://corner.example/mark.svg']);
  });

  for (const odd of ['http://corner.example/mark.svg', DOT, 'javascript:alert(1)', 7]) {
    it(`has its initials where the logo is ${odd}`.slice(0, 70), {
      backend: { session: session({ merchant: merchant({ logo_url: odd, sign_in_url: odd }) }), complete: () => problem(401, 'not_authenticated') },
    }, async (world, widget) => {
      await widget.reaches('review');
      assert.equal(await widget.host.locator('[part~="header"] img').count(), 0);
      await widget.forward();
      await widget.shows('signed out');
      assert.equal(await widget.host.locator('a[part~="primary-button"]').count(), 0);
    });
  }

  it('has the customer sign in, where they are signed out and it says where', {
    backend: {
      session: session({ merchant: merchant({ sign_in_url: 'https://corner.example/sign-in' }) }),
      complete: ({ nth }) => (nth <= 2 ? problem(401, 'not_authenticated') : undefined),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    const way = widget.part('primary-button').first();
    assert.match(await way.innerText(), /Sign in to Corner Store/);
    assert.equal(await way.getAttribute('href'), 'https://corner.example/sign-in');
    assert.deepEqual(await world.ends(), []);
  });

  for (const [said, leads] of [['https://corner.example/in', () => 'https://corner.example/in'], ['/sign-in?back=1', (shop) => `${shop}/sign-in?back=1`], ['javascript:alert(1)', () => null]]) {
    it(`has who is signed out before a session sign in where the page says: ${said}`, {
      page: (site) => merchantPage(site, { element: `merchant-name="Corner Store" sign-in-url="${said}"` }),
      backend: { create: () => problem(401, 'not_authenticated') },
    }, async (world, widget) => {
      await widget.reaches('failed');
      const way = widget.part('primary-button').first();
      assert.equal(await way.getAttribute('href'), leads(world.site.shop));
      assert.match(await way.innerText(), leads('') ? /Sign in to .?Corner Store/ : /Start again/);
    });
  }
});

suite('a day that cannot be said', (it) => {
  const ending = (on) => active({
    status_details: { active: { action: 'relink_required', cause: 'access_expired', expected_deactivation_date: on } },
  });
  const now = Math.floor(Date.now() / 1000);
  for (const [how, on] of [['past', now - 3 * DAY], ['beyond all calendars', 8_640_000_000_001], ['negative', -1e15]]) {
    it(`because it is ${how} is left out of the sentence`, {
      backend: { session: session({ accounts: [ending(on)] }) },
    }, async (world, widget) => {
      await widget.reaches('review');
      await widget.shows('soon stop sharing');
      assert.doesNotMatch(await widget.text(), /Invalid|NaN|undefined|\{|1970/);
    });
  }
});
