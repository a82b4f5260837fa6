// docs/contract.md, section 2: a handoff of type confirm. No bank is visited, and the customer agrees in the review.
import assert from 'node:assert/strict';
import {
  active, confirming, eventually, failed, hang, problem, says, session, suite,
} from '../harness/index.mjs';

/** What would be true of a bank only. */
const OF_A_BANK = /window|pop-?up|waiting for|sign in at harbour bank\.|bank has confirmed/i;

/** Nothing was opened, and no event says that it was. */
const openedNothing = async (world) => {
  assert.equal(world.collects.length, 0);
  assert.equal(world.stripeLoads ?? 0, 0, 'Stripe.js is not loaded');
  assert.equal(world.context.pages().length, 1, 'no window was opened');
  const told = (await world.events('relink-event')).map(({ detail }) => detail.name);
  for (const name of ['flow_launched_in_browser', 'institution_authorized', 'accounts_selected']) {
    assert.equal(told.includes(name), false, name);
  }
  assert.equal((await world.states()).includes('authorizing'), false);
};

suite('a handoff of type confirm', (it) => {
  it('is agreed to in the review, by a button that says what, and completed without naming an account', {
    backend: { session: confirming() },
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.match(await widget.part('primary-button').first().innerText(), /Allow Corner Store to keep using Harbour Bank/);
    assert.doesNotMatch(await widget.text(), OF_A_BANK);
    await widget.forward();
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    assert.deepEqual(detail.accounts.map(({ id }) => id), ['fca_1']);
    assert.deepEqual(world.backend.calls('complete').map(({ body }) => body), [{ accounts: [] }]);
    assert.deepEqual(await world.states(), ['loading', 'review', 'completing', 'succeeded']);
    await eventually('success is in the stream', async () =>
      (await world.events('relink-event')).some(({ detail }) => detail.name === 'success'));
    const stream = (await world.events('relink-event')).map(({ detail }) => detail);
    assert.deepEqual(stream.map(({ name }) => name), ['open', 'consent_acquired', 'success']);
    assert.deepEqual([...new Set(stream.map(({ handoff }) => handoff))], ['confirm']);
    await openedNothing(world);
  });

  it('waits for the backend without a word of the bank', {
    go: false,
    backend: { session: confirming(), complete: ({ nth }) => (nth === 1 ? hang : undefined) },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await world.page.clock.fastForward(10_000);
    await widget.shows('longer than usual');
    assert.doesNotMatch(await widget.text(), OF_A_BANK);
    await world.page.clock.fastForward(20_000);
    await world.theEnd('relink-success');
    const keys = world.backend.calls('complete').map(({ key }) => key);
    assert.deepEqual([new Set(keys).size, keys.length], [1, 2]);
    await openedNothing(world);
  });

  it('that was agreed to goes on after a reload, under the same key', {
    backend: { session: confirming(), complete: ({ nth }) => (nth === 1 ? hang : undefined) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await world.page.reload();
    await world.theEnd('relink-success');
    const [one, two] = world.backend.calls('complete');
    assert.equal(one.key, two.key);
    assert.deepEqual(two.body, { accounts: [] });
    await openedNothing(world);
  });

  it('and was not agreed to is the review again after a reload, and nothing is completed', {
    backend: { session: confirming() },
  }, async (world, widget) => {
    await widget.reaches('review');
    await world.page.reload();
    await widget.reaches('review');
    assert.deepEqual(world.backend.tally, { create: 1, read: 1, complete: 0, cancel: 0 });
  });

  it('can be left from the review, and the backend hears of it', {
    backend: { session: confirming() },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.out();
    assert.equal((await world.theEnd('relink-cancel')).state, 'review');
    await world.tally({ create: 1, cancel: 1 });
  });

  it('is not asked for where all works already', {
    backend: { session: confirming({ accounts: [active()] }) },
  }, async (world) => {
    assert.equal((await world.theEnd('relink-success')).outcome, 'already_active');
    assert.equal(world.backend.calls('complete').length, 0);
  });

  it('that the backend turns down is no other account, and can be tried again', {
    backend: {
      session: confirming(),
      complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.doesNotMatch(await widget.text(), /different account|You chose/);
    await widget.forward();
    await world.theEnd('relink-success');
    await openedNothing(world);
  });

  it('whose session ran out is agreed to once, where the new one asks for the same', {
    go: false, backend: { session: confirming() },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await world.page.clock.fastForward(1_900_000);
    await widget.forward();
    assert.equal((await world.theEnd('relink-success')).session, world.backend.latest.id);
    assert.equal(world.backend.calls('complete').length, 1);
    await openedNothing(world);
  });

  it('whose session ran out is asked again, where the new one asks for more', {
    go: false,
    backend: {
      session: (id) => confirming({ id, permissions: id === 'rls_1' ? ['balances'] : ['balances', 'ownership'] }),
    },
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await world.page.clock.fastForward(1_900_000);
    await widget.forward();
    await widget.shows('See who owns the account');
    await widget.reaches('review');
    assert.equal(world.backend.calls('complete').length, 0);
  });

  it('that nobody answers for asks the backend before it says so, and tries again under the same key', {
    backend: { session: confirming(), complete: ({ nth }) => (nth <= 5 ? problem(503, 'provider_unavailable') : undefined) },
    go: false,
  }, async (world, widget) => {
    await world.page.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await eventually('the error is told', async () => {
      await world.page.clock.runFor(2_000);
      return (await world.events('relink-error')).length > 0;
    });
    assert.ok(world.backend.calls('read').length > 0);
    assert.doesNotMatch(await widget.text(), OF_A_BANK);
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(new Set(world.backend.calls('complete').map(({ key }) => key)).size, 1);
  });
});
