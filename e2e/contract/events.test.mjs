// docs/contract.md, section 1: the events, what each tells, and in which order.
import assert from 'node:assert/strict';
import {
  CANARY, ENDS, account, active, anyAccount, closedModal, collected, eventually, failed, merchantPage, problem, says, session, suite,
} from '../harness/index.mjs';

const DETAILS = {
  'relink-ready': ['flow', 'session'],
  'relink-state': ['flow', 'previous', 'session', 'state'],
  'relink-success': ['accounts', 'authorization', 'flow', 'outcome', 'rule', 'session'],
  'relink-failure': ['code', 'failure_reason', 'flow', 'message', 'request_id', 'retryable', 'session'],
  'relink-remind': ['account', 'flow', 'reason', 'session'],
  'relink-cancel': ['flow', 'session', 'state'],
  'relink-error': ['code', 'flow', 'message', 'request_id', 'retryable', 'session'],
  'relink-event': [
    'account', 'attempt', 'elapsed_ms', 'error_code', 'final', 'flow', 'handoff', 'institution_name', 'name', 'reason',
    'session', 'timestamp',
  ],
};

/** Events hold the fields of the table and no other, bubble, and leave shadow roots. */
const areWellFormed = (events) => {
  for (const event of events) {
    assert.deepEqual(Object.keys(event.detail).sort(), DETAILS[event.name], event.name);
    assert.deepEqual([event.bubbles, event.composed], [true, true], event.name);
  }
};

suite('events', (it) => {
  it('a relink tells of itself in order, each event bubbling and composed', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    const events = await world.events();
    areWellFormed(events);
    const told = events.filter((event) => event.name !== 'relink-event')
      .map(({ name, detail }) => (detail.state ? `${name} ${detail.previous ?? ''}>${detail.state}` : name));
    assert.deepEqual(told, [
      'relink-state >loading',
      'relink-state loading>review',
      'relink-ready',
      'relink-state review>authorizing',
      'relink-state authorizing>completing',
      'relink-state completing>succeeded',
      'relink-success',
    ]);
  });

  it('the analytics stream of a relink is in Stripe\'s own names', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    await eventually('success is in the stream', async () =>
      (await world.events('relink-event')).some((event) => event.detail.name === 'success'));
    const stream = (await world.events('relink-event')).map((event) => event.detail);
    assert.deepEqual(stream.map((detail) => detail.name), [
      'open', 'consent_acquired', 'flow_launched_in_browser', 'institution_authorized', 'accounts_selected', 'success',
    ]);
    const latest = stream.at(-1);
    assert.equal(latest.institution_name, 'Harbour Bank');
    assert.equal(latest.error_code, null);
    assert.ok(Math.abs(latest.timestamp - Date.now()) < 60_000 || Math.abs(latest.timestamp - Date.now() / 1000) < 60);
  });

  it('relink-state leads the attribute: whoever hears it reads the same state from the element', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    const last = (await world.events('relink-state')).at(-1);
    assert.equal(last.detail.state, 'succeeded');
    assert.equal(last.state, 'succeeded');
  });

  it('relink-ready comes once, when the first interactive view is on screen', {}, async (world, widget) => {
    await widget.reaches('review');
    await eventually('it is ready', async () => (await world.events('relink-ready')).length > 0);
    const [ready] = await world.events('relink-ready');
    assert.match(ready.heading, /Harbour Bank/);
    assert.equal(ready.detail.session, 'rls_1');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal((await world.events('relink-ready')).length, 1);
  });

  it('relink-success names outcome, rule, authorization and the accounts, and nothing more', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const { flow, ...detail } = await world.theEnd('relink-success');
    assert.ok(flow);
    assert.deepEqual(detail, {
      session: 'rls_1',
      outcome: 'relinked',
      rule: 'same_account',
      authorization: 'fcauth_1',
      accounts: [{
        id: 'fca_1', replaces: null, institution_name: 'Harbour Bank', display_name: 'Everyday Checking', last4: '1234',
      }],
    });
  });

  it('without a required account the rule is any_account', {
    backend: { session: anyAccount() },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    assert.equal((await world.theEnd('relink-success')).rule, 'any_account');
  });

  it('an account without a name or a number is told with nulls', {
    backend: { session: session({ accounts: [account({ display_name: null, last4: null })] }) },
    stripe: () => collected(active({ display_name: null, last4: null })),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const { accounts } = await world.theEnd('relink-success');
    assert.deepEqual(accounts, [
      { id: 'fca_1', replaces: null, institution_name: 'Harbour Bank', display_name: null, last4: null },
    ]);
  });

  it('relink-failure names code and the backend\'s request, and show() resolves to it', {
    backend: { create: ({ backend }) => new Promise((answer) => { backend.answer1 = answer; }) },
  }, async (world, widget) => {
    await world.asked('create');
    await widget.host.evaluate((host) => { window.__shown = host.show(); });
    world.backend.answer1(problem(403, 'forbidden', { request_id: 'req_locked', detail: CANARY }));
    const detail = await world.theEnd('relink-failure');
    assert.equal(detail.code, 'forbidden');
    assert.equal(detail.request_id, 'req_locked');
    assert.equal(detail.retryable, false);
    assert.equal(detail.session, null);
    assert.equal(detail.failure_reason, null);
    assert.equal(typeof detail.message, 'string');
    assert.deepEqual(await world.page.evaluate(() => window.__shown), { type: 'relink-failure', ...detail });
    areWellFormed(await world.events());
  });

  it('relink-cancel names the state in which the customer closed it', {
    stripe: () => new Promise(() => {}),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('authorizing');
    await widget.host.evaluate((host) => host.close());
    const detail = await world.theEnd('relink-cancel');
    assert.deepEqual([detail.session, detail.state], ['rls_1', 'authorizing']);
    const stream = await world.events('relink-event');
    assert.equal(stream.at(-1).detail.name, 'cancel');
    areWellFormed(await world.events());
  });

  it('relink-remind comes before the one end, where the page says that it asks again', {
    page: (site) => merchantPage(site, { element: 'remind-later' }),
  }, async (world, widget) => {
    await widget.reaches('review');
    const other = widget.host.locator('[part~="secondary-button"]');
    assert.equal(await other.textContent(), 'Remind me tomorrow');
    await other.click();
    await world.theEnd('relink-cancel');
    const events = await world.events();
    areWellFormed(events);
    const told = events.map(({ name, detail }) => (name === 'relink-event' ? detail.name : name));
    assert.deepEqual(told.slice(-5), ['relink-state', 'remind', 'relink-remind', 'cancel', 'relink-cancel']);
    const { detail } = events.find(({ name }) => name === 'relink-remind');
    assert.deepEqual([detail.session, detail.account, detail.reason], ['rls_1', 'fca_1', 'access_expired']);
    await eventually('the session is cancelled at the backend', () => world.backend.calls('cancel').length === 1);
  });

  it('nobody is offered a reminder by a page that does not say that it asks again', {}, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(await widget.host.locator('[part~="secondary-button"]').textContent(), 'Not now');
    await widget.host.locator('[part~="secondary-button"]').click();
    await world.theEnd('relink-cancel');
    assert.deepEqual(await world.events('relink-remind'), []);
  });

  it('relink-error tells of what the customer may still get past, and ends nothing', {
    backend: {
      complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined),
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    const [error] = await world.events('relink-error');
    assert.equal(error.detail.code, 'no_account');
    assert.equal(error.detail.retryable, true);
    assert.deepEqual(await world.ends(), []);
    const stream = (await world.events('relink-event')).map((event) => event.detail);
    assert.ok(stream.some((detail) => detail.name === 'error' && detail.error_code === 'no_account'));
    areWellFormed(await world.events());
  });

  it('a closed modal is no error and no end', { stripe: ({ nth }) => (nth === 1 ? closedModal : collected(active())) }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await widget.reaches('review');
    assert.deepEqual(await world.ends(), []);
    assert.equal(world.backend.calls('complete').length, 0);
    await widget.forward();
    await world.theEnd('relink-success');
  });

  it('whatever happens in a flow, its end is told once and last', {
    backend: {
      complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined),
    },
    stripe: ({ nth }) => (nth === 1 ? closedModal : collected(active())),
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.collected(1);
    await widget.reaches('review');
    await widget.forward();
    await eventually('the wrong account is told', async () => (await world.events('relink-error')).length > 0);
    await widget.forward();
    await world.theEnd('relink-success');
    const names = (await world.events()).filter((event) => event.name !== 'relink-event').map((event) => event.name);
    assert.equal(names.filter((name) => ENDS.includes(name)).length, 1);
    assert.equal(names.at(-1), 'relink-success');
  });

  it('a flow has one id, through a wrong account, an expired session and a reload, and the next has another', {
    backend: {
      complete: ({ nth, id, session: known, backend }) => {
        if (nth === 1) {
          backend.change(id, failed(known, 'no_account'));
          return says(backend.sessions.get(id));
        }
        return nth === 2 ? problem(410, 'session_expired') : undefined;
      },
    },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('the wrong account is told', async () => (await world.events('relink-error')).length > 0);
    await widget.reaches('review');
    await world.page.reload();
    await widget.reaches('review');
    await widget.forward();
    await eventually('the expired session is replaced', () => world.backend.calls('create').length === 3);
    await widget.reaches('review');
    await widget.forward();
    const { flow } = await world.theEnd('relink-success');
    assert.match(flow, /^\S{8,}$/);
    assert.deepEqual([...new Set((await world.events()).map(({ detail }) => detail.flow))], [flow]);
    const attempts = (await world.events('relink-event')).map(({ detail }) => detail.attempt);
    assert.equal(attempts[0], 1);
    assert.equal(attempts.at(-1), 3);
    await world.page.reload();
    await eventually('another flow has begun', async () => (await world.events()).at(-1).detail.flow !== flow);
  });

  it('the stream says what the flow is about, and how long it has lasted', {}, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    await eventually('success is in the stream', async () =>
      (await world.events('relink-event')).some(({ detail }) => detail.name === 'success'));
    const stream = (await world.events('relink-event')).map(({ detail }) => detail);
    for (const told of stream) {
      assert.deepEqual(
        [told.reason, told.account, told.handoff, told.attempt, told.error_code, told.final],
        ['access_expired', 'fca_1', 'stripe_js', 1, null, null],
        told.name,
      );
    }
    const elapsed = stream.map((told) => told.elapsed_ms);
    assert.ok(elapsed.every((ms, at) => Number.isInteger(ms) && ms >= (elapsed[at - 1] ?? 0)), elapsed.join());
  });

  it('an error says whether the flow ended by it, and so does the opening of a flow that begins with one', {
    backend: { create: () => problem(403, 'forbidden') },
  }, async (world) => {
    await world.theEnd('relink-failure');
    await eventually('the error is in the stream', async () =>
      (await world.events('relink-event')).some(({ detail }) => detail.name === 'error'));
    const stream = (await world.events('relink-event')).map(({ detail }) => [detail.name, detail.error_code, detail.final]);
    assert.deepEqual(stream, [['open', 'forbidden', true], ['error', 'forbidden', true]]);
  });

  it('events do not reach through to a detail that the page could change for others', {}, async (world, widget) => {
    await widget.reaches('review');
    await world.page.evaluate(() => {
      document.addEventListener('relink-state', (event) => { event.detail.state = 'spoilt'; }, { capture: true });
    });
    await widget.forward();
    await widget.reaches('succeeded');
    assert.equal(await widget.host.evaluate((host) => host.state), 'succeeded');
  });
});
