// Whole stories about what Stripe gives back: an authorization that is relinked alone, in each of the three ways that Stripe
// describes; accounts with new ids; several at once; a session that does not say what is relinked; and consent that is asked
// for once. From the shop's page through the bank to the rows.
import assert from 'node:assert/strict';
import { becomes, eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const DEVELOPERS = { page: '/developers' };
const ids = (accounts) => accounts.map(({ id }) => id).sort();

/** Runs a scenario to the bank, and agrees to share these accounts. */
async function share(town, scenario, ...names) {
  const widget = await town.run(scenario);
  await widget.reaches('review');
  await widget.forward();
  const bank = town.bank();
  await bank.press('Continue');
  for (const name of names) await bank.pick(name);
  await bank.press('Agree and connect');
  return widget;
}

/** The accounts that can be chosen in the widget, and whether they are. */
async function choices(widget) {
  const found = {};
  for (const option of await widget.part('account-option').all()) {
    const digits = (await option.innerText()).match(/\d{4}/)[0];
    found[digits] = await option.locator('input').isChecked();
  }
  return found;
}

/** What relink-server says of the customer's accounts, by the end of their numbers: a list for each, since none may double. */
async function told(town, digits) {
  const accounts = await town.accounts('cus_demo');
  const of = (last4) => accounts.filter((account) => account.last4 === last4).map(({ condition }) => condition.status);
  return Object.fromEntries(digits.map((last4) => [last4, of(last4)]));
}

/** Sees that relink-server says so, and that it is in the database: another one that cannot reach Stripe says it too. */
async function keeps(town, wanted) {
  await becomes('relink-server says', wanted, () => told(town, Object.keys(wanted)));
  await town.reopen('http://127.0.0.1:9');
  assert.deepEqual(await told(town, Object.keys(wanted)), wanted, 'the database says otherwise');
}
const WORKING = ['working'];
const BROKEN = ['broken'];

stories('an authorization that is relinked alone', (it) => {
  it('by those that were chosen: the other stays broken, and it is partial', DEVELOPERS, async (town) => {
    const widget = await share(town, 'several/any', 'Home Savings ••••3102');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['partial', ['fca_several_savings']]);
    for (const text of ['3101', '3102', '3103']) await widget.shows(text);
    await keeps(town, { 3101: BROKEN, 3102: WORKING, 3103: BROKEN });
  });

  it('by one of those, where the merchant takes just one: that is all that was asked for', DEVELOPERS, async (town) => {
    await share(town, 'any/any', 'Joint Savings ••••3202');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['relinked', ['fca_any_savings']]);
    await keeps(town, { 3201: BROKEN, 3202: WORKING });
  });

  it('by all of them, whichever was chosen: both work, and nothing is partial', DEVELOPERS, async (town) => {
    const widget = await share(town, 'whole/any', 'Cottage Checking ••••3501');
    await widget.reaches('selecting');
    assert.deepEqual(await choices(widget), { 3501: true, 3502: true });
    await widget.forward();
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['relinked', ['fca_whole', 'fca_whole_savings']]);
    await keeps(town, { 3501: WORKING, 3502: WORKING });
  });

  it('by all of them, of which one is not kept: it works all the same, and nothing is partial', DEVELOPERS, async (town) => {
    const widget = await share(town, 'whole/any', 'Cottage Checking ••••3501');
    await widget.reaches('selecting');
    await widget.chooseOnly('3501');
    await widget.forward();
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['relinked', ['fca_whole']]);
    await keeps(town, { 3501: WORKING, 3502: WORKING });
  });

  it('by one of another login at the bank: that one works, the asked one does not, and it is partial', DEVELOPERS, async (town) => {
    const widget = await share(town, 'wide/any', 'Harbor Savings ••••3602');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['partial', ['fca_wide_other']]);
    for (const text of ['3601', '3602']) await widget.shows(text);
    await keeps(town, { 3601: BROKEN, 3602: WORKING });
  });

  it('by one of another login, while the asked one came back elsewhere: a fresh read says so, and nothing is partial', DEVELOPERS, async (town) => {
    const widget = await town.run('wide/any');
    await widget.reaches('review');
    await widget.forward();
    const bank = town.bank();
    await bank.press('Continue');
    await town.ask('webhooks', { mode: 'paused' });
    await town.ask('financial_connections/accounts/fca_wide/expected_deactivation_date', { date: '' });
    await bank.pick('Harbor Savings ••••3602');
    await bank.press('Agree and connect');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['relinked', ['fca_wide_other']]);
    await keeps(town, { 3601: WORKING, 3602: WORKING });
  });
});

stories('a renewal', (it) => {
  it('of several has those chosen that were linked before, leaves out what was not, and completes just those', DEVELOPERS, async (town) => {
    // The customer gives one more at the bank, which the merchant never had.
    const widget = await share(town, 'whole/any', 'Cottage Checking ••••3501', 'Cottage Savings ••••3502', 'Cottage Reserve ••••3503');
    await widget.reaches('selecting');
    assert.deepEqual(await choices(widget), { 3501: true, 3502: true, 3503: false });
    await widget.forward();
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, ids(detail.accounts)], ['relinked', ['fca_whole', 'fca_whole_savings']]);
    await keeps(town, { 3501: WORKING, 3502: WORKING });
  });

  it('with a new id doubles nothing, says which it replaces, and can be done again', DEVELOPERS, async (town) => {
    const before = (await town.accounts('cus_demo')).length;
    const widget = await share(town, 'new_id/any', 'Garden Checking ••••3401');
    const detail = await town.theEnd('relink-success');
    const [renewed] = detail.accounts;
    assert.deepEqual([detail.accounts.length, renewed.replaces, renewed.id === 'fca_new_id'], [1, 'fca_new_id', false]);
    assert.equal((await widget.text()).split('3401').length - 1, 1, 'it is shown once');
    await becomes('nothing doubles', before, async () => (await town.accounts('cus_demo')).length);
    const now = (await town.accounts('cus_demo')).find(({ id }) => id === renewed.id);
    assert.equal(now.replaces, 'fca_new_id');
    // Done again, it is the renewed account that is asked for, and the old one is nowhere.
    await town.ask(`financial_connections/accounts/${renewed.id}/deactivate`, {});
    await becomes('it is broken again', { 3401: BROKEN }, () => told(town, ['3401']));
    await town.page.goto(`${town.shop.base}/developers`);
    const again = await town.run('new_id/any');
    await again.reaches('review');
    assert.equal((await again.text()).split('3401').length - 1, 1, 'it is asked for once');
    await keeps(town, { 3401: BROKEN, 3402: BROKEN });
  });
});

stories('a session that does not say what is relinked', (it) => {
  it('is not understood, and the bank is never opened', DEVELOPERS, async (town) => {
    await town.context.route('**/relink/sessions', async (route) => {
      const answer = await route.fetch();
      if (route.request().method() !== 'POST') return route.fulfill({ response: answer });
      return route.fulfill({ response: answer, json: { ...await answer.json(), relink_options: null } });
    });
    await town.run('access_expired/same');
    assert.equal((await town.theEnd('relink-failure')).code, 'invalid_response');
    assert.equal(await town.page.locator('iframe').count(), 0);
    await town.keeps('fca_access_expired', 'inactive');
  });
});

const TEXT = 'I allow the sandbox to collect my account data and share it with this business.';

stories('consent', (it) => {
  it('is asked for once where Stripe lets the merchant ask: the text is Stripe\'s, and the backend learns when', { ...DEVELOPERS, consent: true }, async (town) => {
    await town.ask('account', { pre_collected_consent: 'granted' });
    const bodies = [];
    town.context.on('request', (request) => {
      if (request.url().endsWith('/complete')) bodies.push(request.postDataJSON());
    });
    const widget = await town.run('access_expired/same');
    await widget.reaches('review');
    await widget.shows(TEXT);
    assert.match(await widget.part('primary-button').innerText(), /^Agree and continue$/);
    const clicked = Math.floor(Date.now() / 1000);
    await widget.forward();
    const bank = town.bank();
    await bank.pick('Everyday Checking ••••1234');
    await bank.press('Agree and connect');
    await town.theEnd('relink-success');
    const [{ consent }] = bodies;
    assert.match(consent.id, /^fccons_/);
    assert.ok(Math.abs(consent.collected_at - clicked) <= 2, `${consent.collected_at - clicked} s`);
    const events = await town.events('financial_connections.session.updated');
    assert.deepEqual(events.map(({ data }) => data.object.pre_collected_consent), [{ outcome: 'consent_accepted' }]);
    await town.keeps('fca_access_expired', 'active');
  });

  it('is left to Stripe where Stripe says that it is not enabled, and all goes on', { ...DEVELOPERS, consent: true }, async (town) => {
    const widget = await share(town, 'access_expired/same', 'Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    assert.equal((await widget.text()).includes(TEXT), false);
    await eventually('the operator is told', () => town.relink.log.join('').includes('financial_connections/consents'));
    await town.keeps('fca_access_expired', 'active');
  });
});
