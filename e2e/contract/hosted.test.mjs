// docs/contract.md, section 2: the handoff `hosted`. The browser's own pop-up blocker is on: a window that is not opened inside
// the customer's click does not open.
import assert from 'node:assert/strict';
import {
  CANARY, account, active, activeSavings, becomes, eventually, failed, hostedAt, problem, succeeded, suite,
} from '../harness/index.mjs';

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin' };
const PHONE = {
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};
const IN_APP = {
  userAgent: 'Mozilla/5.0 (Linux; Android 15; Pixel 9; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 Instagram 350.0',
};
const noWindows = () => { window.open = () => null; };

/** A hosted story: the bank's "Agree" makes the session succeed, and leaves its window. */
const hosted = (more = {}) => ({
  setUp: (world) => { world.backend.template = hostedAt(world.site, more.session); },
  agreed: ({ id, backend }) => backend.change(id, (known) => succeeded(known)),
  ...more,
});
/** The same, back in the shop's page afterwards. */
const andBack = (more = {}) => hosted({ returnTo: (site) => `${site.shop}/?status=cancelled&error=access_denied`, ...more });

/** Presses the way forward and gives the bank's window. */
const toBank = async (world, widget) => {
  const opening = world.context.waitForEvent('page');
  await widget.forward();
  const bank = await opening;
  await bank.waitForURL('**/connect?session=*');
  return bank;
};
/** Waits for further reads of the session, beyond those so far. */
const moreReads = (world, many = 2) => world.asked('read', world.backend.calls('read').length + many, 20_000);

suite('a hosted page', (it) => {
  it('opens in a window inside the customer\'s click, and the session then is the truth', hosted(), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await widget.reaches('authorizing');
    assert.equal(await bank.evaluate(() => window.opener), null);
    await bank.click('text=Agree');
    const detail = await world.theEnd('relink-success');
    assert.equal(detail.outcome, 'relinked');
    await eventually('the bank\'s window is gone', () => bank.isClosed());
    assert.equal(world.site.visits.length, 1);
  });

  it('whose bank cuts its opener off ends as well', hosted({ bankHeaders: ISOLATED }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await moreReads(world, 3);
    assert.deepEqual(await world.ends(), [], 'a window that looks closed is no cancellation');
    assert.equal(await widget.state(), 'authorizing');
    await bank.click('text=Agree');
    assert.equal((await world.theEnd('relink-success')).outcome, 'relinked');
  });

  it('that gave the account linked before and another leaves the choice to the customer', hosted({
    session: { relink_options: { authorization: 'fcauth_1', account: null } },
    agreed: ({ id, backend }) => backend.change(id, { accounts: [active(), activeSavings()] }),
  }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await bank.click('text=Agree');
    await widget.reaches('selecting');
    await widget.choose('9876');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete').map(({ body }) => body), [{ accounts: ['fca_2'] }]);
  });

  it('a pending session whose accounts work again is completed with the backend', hosted({
    agreed: ({ id, backend }) => backend.change(id, { accounts: [active()] }),
  }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await bank.click('text=Agree');
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_1'] });
  });

  it('that was closed with nothing done is a hint: it is asked, not believed, and may still end well', hosted(), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    const reads = world.backend.calls('read').length;
    await bank.close();
    await world.asked('read', reads + 1);
    await moreReads(world);
    assert.deepEqual(await world.ends(), []);
    world.backend.change('rls_1', (known) => succeeded(known));
    await eventually('the flow goes on from what the backend says', async () => {
      if ((await widget.state()) === 'review') await widget.forward();
      return (await world.ends()).length > 0;
    });
    await world.theEnd('relink-success');
  });

  it('that was closed can be opened again', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await (await toBank(world, widget)).close();
    await moreReads(world, 1);
    const again = await toBank(world, widget);
    await again.click('text=Agree');
    await world.theEnd('relink-success');
  });

  it('stays in authorizing while the customer is there, and primary opens it again', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    await widget.reaches('authorizing');
    const again = await toBank(world, widget);
    await again.click('text=Agree');
    await world.theEnd('relink-success');
    assert.equal(world.site.visits.length, 2);
  });

  it('says what to choose over there', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    await widget.reaches('authorizing');
    for (const text of ['1234', 'Harbour Bank']) await widget.shows(text);
  });

  it('left by the customer in the widget is cancelled, after the session was read', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    await widget.reaches('authorizing');
    await widget.out();
    assert.equal((await world.theEnd('relink-cancel')).state, 'authorizing');
    // The page gets the event before the backend has the request: nobody waits for that.
    await world.asked('cancel');
    const acts = world.backend.requests.map((request) => request.act);
    assert.ok(acts.indexOf('read') < acts.indexOf('cancel') && acts.includes('read'), acts.join());
  });

  it('left in the widget although the bank is done is a success, also where the backend is busy for a moment', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    await widget.reaches('authorizing');
    world.backend.change('rls_1', (known) => succeeded(known));
    let busy = 1;
    await world.context.route('**/sessions/rls_1', (route) => (busy-- > 0 ? route.fulfill({ status: 503 }) : route.fallback()));
    await widget.host.evaluate((host) => host.close());
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('cancel').length, 0);
  });

  it('that the browser stops is offered as a link, and primary leaves in this tab', andBack({ init: noWindows }), async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'popup_blocked');
    assert.equal(await widget.state(), 'authorizing');
    const href = await widget.part('primary-button').first().getAttribute('href');
    assert.equal(href, `${world.site.bank}/connect?session=rls_1`);
    await widget.forward();
    await world.page.waitForURL('**/connect?session=rls_1');
    await world.page.click('text=Agree');
    await widget.reaches('succeeded');
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('that the browser stops leaves one button, a link that can be followed by itself', andBack({ init: noWindows }), async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    const way = widget.part('primary-button').first();
    await way.and(world.page.locator('a[href]')).click();
    await world.page.waitForURL('**/connect?session=rls_1');
    await world.page.click('text=Agree');
    await world.theEnd('relink-success');
  });

  it('that throws at opening is treated as stopped', hosted({
    init: () => { window.open = () => { throw new Error('sandboxed'); }; },
  }), async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', async () =>
      (await world.events('relink-error')).some((event) => event.detail.code === 'popup_blocked'));
    await widget.offersAWay();
  });

  for (const [where, context] of Object.entries({ 'on a phone': PHONE, 'in an in-app browser': IN_APP })) {
    it(`${where} opens in the same tab at once, and coming back reads the session`, andBack({ context }), async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await world.page.waitForURL('**/connect?session=rls_1');
      assert.equal(world.context.pages().length, 1);
      await world.page.click('text=Agree');
      await widget.reaches('succeeded');
      await world.theEnd('relink-success');
      assert.equal(world.backend.calls('create').length, 1);
    });
  }

  it('a parameter of the address one comes back to is not believed', andBack({
    context: PHONE,
    agreed: () => {},
    returnTo: (site) => `${site.shop}/?status=succeeded&relink=rls_1&result=relinked`,
  }), async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.page.waitForURL('**/connect?session=rls_1');
    await world.page.click('text=Agree');
    await world.page.waitForURL('**/?status=succeeded**');
    await moreReads(world);
    assert.deepEqual(await world.ends(), []);
    assert.equal(await widget.state(), 'authorizing');
    await widget.offersAWay();
  });

  it('a message that says success is not believed', hosted(), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await widget.reaches('authorizing');
    await bank.evaluate(() => {
      const message = { type: 'relink-success', status: 'succeeded', session: 'rls_1' };
      window.opener?.postMessage(message, '*');
    });
    await world.page.evaluate(() => window.postMessage({ status: 'succeeded', session: 'rls_1' }, '*'));
    await moreReads(world);
    assert.deepEqual(await world.ends(), []);
    assert.equal(await widget.state(), 'authorizing');
  });

  it('reads one at a time, and not in a rush', hosted(), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    await moreReads(world, 3);
    const at = world.backend.calls('read').map((call) => call.at);
    const gaps = at.slice(1).map((time, index) => time - at[index]);
    assert.ok(Math.max(...gaps) >= 1_500 && at.length < 12, gaps.join(', '));
  });

  it('whose session fails at the bank with another account is explained and can be tried again', hosted({
    agreed: ({ id, backend }) => backend.change(id, (known) => (id === 'rls_1' ? failed(known, 'no_account') : succeeded(known))),
  }), async (world, widget) => {
    await widget.reaches('review');
    await (await toBank(world, widget)).click('text=Agree');
    await eventually('it is told', async () =>
      (await world.events('relink-error')).some((event) => event.detail.code === 'no_account'));
    const again = await toBank(world, widget);
    assert.match(again.url(), /session=rls_2/);
    await again.click('text=Agree');
    assert.equal((await world.theEnd('relink-success')).session, 'rls_2');
  });

  it('a backend that stumbles while the customer is at the bank loses nothing', hosted({
    backend: { read: ({ nth }) => (nth < 3 ? problem(503, 'provider_unavailable') : undefined) },
  }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await world.asked('read', 1, 20_000);
    await bank.click('text=Agree');
    await eventually('it ends', async () => (await world.ends()).length > 0, 30_000);
    await world.theEnd('relink-success');
  });

  for (const url of ['http://bank.example/connect', 'javascript:alert(1)', 'data:text/html,<h1>bank</h1>', 'not an address']) {
    it(`at ${url.split(':')[0]}: is never opened, and ends in a failure with a way on`, hosted({
      session: { handoff: { type: 'hosted', url } },
    }), async (world, widget) => {
      await widget.reaches('failed');
      const detail = await world.theEnd('relink-failure');
      assert.equal(detail.code, 'invalid_response');
      await widget.offersAWay();
      assert.equal(world.context.pages().length, 1);
    });
  }

  it('that sends its window back to the merchant\'s page ends the flow once, not in both windows', andBack(), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await bank.click('text=Agree');
    await widget.reaches('succeeded');
    await eventually('the bank\'s window is back, or gone', () => bank.isClosed() || bank.url().startsWith(world.site.shop));
    const other = world.widget('relink-widget', bank);
    await eventually('what runs there has settled', async () =>
      bank.isClosed() || ['review', 'succeeded'].includes(await other.state().catch(() => null)));
    const sessions = (await world.ends()).map((end) => end.detail.session);
    assert.deepEqual(sessions, [...new Set(sessions)]);
    assert.equal((await world.ends()).filter((end) => end.page === world.page).length, 1);
  });

  it('loaded again while the customer is at the bank goes on waiting, and ends once', hosted({
    bankHeaders: ISOLATED,
  }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await widget.reaches('authorizing');
    await world.page.reload();
    await widget.reaches('authorizing');
    assert.equal(world.backend.calls('create').length, 1);
    await bank.click('text=Agree');
    await world.theEnd('relink-success');
  });

  it('in a modal, the same', hosted({
    element: 'display="modal" open',
  }), async (world, widget) => {
    await widget.reaches('review');
    const bank = await toBank(world, widget);
    await bank.click('text=Agree');
    await world.theEnd('relink-success');
    await becomes('the modal shows the end', true, () => widget.part('surface').isVisible());
  });

  it('gets no word of the customer, the account or a secret by its address or referrer', hosted({
    session: { accounts: [account({ account_holder: { type: 'customer', customer: CANARY } })] },
  }), async (world, widget) => {
    await widget.reaches('review');
    await toBank(world, widget);
    const [visit] = world.site.visits;
    assert.equal(visit.url, '/connect?session=rls_1');
    assert.equal(JSON.stringify(visit).includes(CANARY), false);
    assert.equal((visit.referer ?? '').includes('fca_'), false);
  });

  it('of a session that was named by the page ends under that name', hosted({
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Named</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><relink-widget endpoint="/relink" session="rls_named"></relink-widget></body></html>`,
    setUp: (world) => {
      world.backend.sessions.set('rls_named', hostedAt(world.site)('rls_named'));
    },
  }), async (world, widget) => {
    await widget.reaches('review');
    await (await toBank(world, widget)).click('text=Agree');
    assert.equal((await world.theEnd('relink-success')).session, 'rls_named');
    assert.equal(world.backend.calls('create').length, 0);
  });
}, { launch: { ignoreDefaultArgs: ['--disable-popup-blocking'] }, concurrency: 4 });
