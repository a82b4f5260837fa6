// Whole stories that do not go straight: another account, a closed window, a bank that is down, an account that cannot be
// repaired, some of several.
import assert from 'node:assert/strict';
import { eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const DEVELOPERS = { page: '/developers' };
const errors = (town) => town.heard.filter((event) => event.name === 'relink-error').map((event) => event.detail.code);
const isTold = (town, code) => eventually(`${code} is told`, () => errors(town).includes(code));

stories('a relink that does not go straight', (it) => {
  it('with a wrong account and then the right one ends once, and well', {}, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Holiday Savings ••••9999');
    await isTold(town, 'no_account');
    for (const text of ['9999', '1234']) await widget.shows(text);
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    await widget.reaches('succeeded');
    await widget.forward();
    await town.keeps('fca_access_expired', 'active');
  });

  it('with another login and then the right one ends once, and well', {}, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.forward();
    const bank = town.bank();
    await bank.press('Continue');
    await bank.press('Use another login');
    await bank.press('Connect with another login');
    await eventually('the customer is told', async () => errors(town).length > 0 || (await widget.state()) === 'review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    await town.keeps('fca_access_expired', 'active');
  });

  it('with the bank closed and then finished ends once, and well', {}, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.forward();
    await town.bank().press('Close');
    await widget.reaches('review');
    assert.deepEqual(await town.ends(), []);
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    await town.keeps('fca_access_expired', 'active');
  });

  it('that was refused in the bank\'s window may be tried again', {}, async (town) => {
    const widget = await town.reconnect('fca_test_oauth');
    await widget.reaches('review');
    await widget.forward();
    const window = await town.bankWindow();
    await window.getByRole('button', { name: 'Refuse' }).click();
    await town.bank().press('Go back');
    await widget.reaches('review');
    await widget.offersAWay();
    assert.deepEqual(await town.ends(), []);
    assert.equal(await town.status('fca_test_oauth'), 'inactive');
  });

  it('at a bank that is known to have trouble says so before anybody goes there, and works all the same', {}, async (town) => {
    const widget = await town.reconnect('fca_bank_degraded');
    await widget.reaches('review');
    await widget.shows(/Low Tide Bank.? has trouble just now/);
    await town.page.reload();
    const again = await town.reconnect('fca_bank_degraded');
    await again.reaches('review');
    await again.shows(/has trouble just now/);
    await again.forward();
    await town.agree('Pier Checking ••••3701');
    assert.equal((await town.theEnd('relink-success')).outcome, 'relinked');
    assert.deepEqual(town.referers, [`${town.shop.base}/`], 'the shop\'s page tells Stripe its origin');
    await again.reaches('succeeded');
    await again.forward();
    await town.keeps('fca_bank_degraded', 'active');
  });

  it('at a bank that is known to be down says so before anybody goes there', {}, async (town) => {
    const widget = await town.reconnect('fca_down_scheduled');
    await widget.reaches('review');
    await widget.shows(/can’t be reached just now, so reconnecting will probably not work/);
    await widget.offersAWay();
    assert.deepEqual([await town.ends(), await town.page.locator('iframe').count()], [[], 0]);
  });

  const DOWN = {
    fca_down_scheduled: /can’t be reached/,
    fca_down_unscheduled: /can’t be reached/,
    fca_down_error: /Nothing has changed/,
  };
  for (const [account, says] of Object.entries(DOWN)) {
    it(`at a bank that is down (${account}) changes nothing, says so and leaves a way on`, {}, async (town) => {
      const widget = await town.reconnect(account);
      await widget.reaches('review');
      await widget.forward();
      const bank = town.bank();
      await bank.press('Continue');
      await bank.press('Go back');
      await isTold(town, 'handoff_failed');
      await widget.reaches('review');
      await widget.shows(says);
      await widget.offersAWay();
      assert.deepEqual(await town.ends(), []);
      assert.equal(await town.status(account), 'inactive');
    });
  }

  for (const scenario of ['account_closed', 'not_repairable']) {
    it(`of ${scenario} is told as not repairable, and the bank is never opened`, DEVELOPERS, async (town) => {
      const widget = await town.run(`${scenario}/same`);
      const detail = await town.theEnd('relink-failure');
      assert.ok(['account_closed', 'not_relinkable'].includes(detail.code));
      await widget.reaches('failed');
      assert.equal(await town.page.locator('iframe').count(), 0);
      assert.match(await widget.part('primary-button').first().getAttribute('href'), /^https:/);
      await town.page.goto(`${town.shop.base}/accounts`);
      assert.equal(await town.status(`fca_${scenario}`), 'inactive');
    });
  }

  it('of an account that works already says so, and the bank is never opened', DEVELOPERS, async (town) => {
    const widget = await town.run('healthy/same');
    assert.equal((await town.theEnd('relink-success')).outcome, 'already_active');
    await widget.reaches('succeeded');
    assert.equal(await town.page.locator('iframe').count(), 0);
  });

  it('of two accounts of which one stays broken is partial, and says which', DEVELOPERS, async (town) => {
    const widget = await town.run('partial/any');
    await widget.reaches('review');
    await widget.forward();
    const bank = town.bank();
    await bank.press('Continue');
    await bank.pick('Studio Checking ••••3301');
    await bank.pick('Studio Savings ••••3302');
    await bank.press('Agree and connect');
    await eventually('it goes on', async () => ['selecting', 'succeeded'].includes(await widget.state()));
    if ((await widget.state()) === 'selecting') {
      await widget.chooseOnly('3301', '3302');
      await widget.forward();
    }
    const detail = await town.theEnd('relink-success');
    assert.equal(detail.outcome, 'partial');
    assert.deepEqual(detail.accounts.map(({ id }) => id), ['fca_partial']);
    for (const text of ['3301', '3302']) await widget.shows(text);
    await town.keeps('fca_partial', 'active');
    assert.equal(await town.status('fca_partial_stays'), 'inactive');
  });

  it('of another customer\'s account is refused, and nothing is told of it', DEVELOPERS, async (town) => {
    const widget = await town.run('other/same');
    const detail = await town.theEnd('relink-failure');
    assert.equal(detail.code, 'forbidden');
    assert.equal((await widget.text()).includes('5150'), false);
    await widget.offersAWay();
  });

  it('with Stripe down for a moment goes on by itself', {}, async (town) => {
    await town.ask('faults', { status: '503', times: '2' });
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
  });

  it('is put off until tomorrow, and the shop says when it asks again and does not ask until then', {}, async (town) => {
    const summary = town.page.locator('[data-live="summary"]');
    const asked = async () => Number.parseInt((await summary.innerText()).match(/\d+/)?.[0] ?? '1', 10);
    const before = await asked();
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.host.getByRole('button', { name: 'Remind me tomorrow' }).click();
    await town.theEnd('relink-cancel');
    const row = town.page.locator('[data-account="fca_access_expired"]');
    await eventually('the shop says when', async () => /We’ll ask again on \d+ \w+\./.test(await row.innerText()));
    assert.match(await town.page.locator('#toast').innerText(), /We’ll ask again on/);
    assert.equal(await asked(), before - 1, 'its banner no longer counts the account');
    await town.page.reload();
    assert.equal(await asked(), before - 1);
    assert.match(await row.innerText(), /We’ll ask again on/);
    // Whoever wants to may reconnect all the same.
    const again = await town.reconnect('fca_access_expired');
    await again.reaches('review');
    await again.forward();
    await town.agree('Everyday Checking ••••1234');
    await eventually('it is a success', async () => (await town.ends()).some((end) => end.name === 'relink-success'));
    await eventually('nothing is said of tomorrow', async () => !/ask again/.test(await row.innerText()));
  });

  it('that was cancelled can be begun again, as a flow of its own', {}, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.out();
    await town.theEnd('relink-cancel');
    const again = await town.reconnect('fca_access_expired');
    await again.reaches('review');
    await again.forward();
    await town.agree('Everyday Checking ••••1234');
    await eventually('it is a success', async () => (await town.ends()).some((end) => end.name === 'relink-success'));
    await town.keeps('fca_access_expired', 'active');
  });
});
