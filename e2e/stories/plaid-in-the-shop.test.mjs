// Whole stories of a customer with accounts at both providers: the shop, relink-server, and a stand-in for each of them.
import assert from 'node:assert/strict';
import { eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

/** Presses the way forward and gives Plaid's page, in its window. */
const toPlaid = async (town, widget) => {
  const opening = town.context.waitForEvent('page');
  await widget.forward();
  const page = await opening;
  await page.waitForURL('**/hl/*');
  return page;
};
const agree = (hosted) => hosted.getByRole('button', { name: 'Sign in and agree' }).click();

/** Waits for the flow of the shop's page to end well; Plaid's window comes back to a page of the shop too. */
const success = async (town) => {
  const ours = async () => (await town.ends()).filter((end) => end.page === town.page);
  await eventually('the flow has ended', async () => (await ours()).length > 0, 25_000);
  const ends = await ours();
  assert.deepEqual(ends.map((end) => end.name), ['relink-success']);
  return ends[0].detail;
};

stories('a customer with accounts at Stripe and at Plaid', (it) => {
  it('sees both, and repairs a changed password at Plaid from the shop', { plaid: true }, async (town) => {
    assert.equal(await town.status('fca_access_expired'), 'inactive');
    const widget = await town.reconnect('acc_login_required_0000');
    await widget.reaches('review');
    await widget.shows('First Platypus Bank');
    await agree(await toPlaid(town, widget));
    await widget.reaches('succeeded');
    const { outcome, authorization, accounts } = await success(town);
    assert.deepEqual([outcome, authorization, accounts.map(({ id }) => id)], ['relinked', 'item_login_required', ['acc_login_required_0000']]);
    await town.keeps('acc_login_required_0000', 'active');
    assert.equal(await town.status('acc_login_required_1111'), 'active', 'a login is repaired whole');
    assert.equal(await town.status('fca_access_expired'), 'inactive', 'and Stripe\'s is another');
  });

  it('repairs one at Stripe beside it as ever', { plaid: true }, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    assert.equal((await town.theEnd('relink-success')).accounts[0].id, 'fca_access_expired');
    await town.keeps('fca_access_expired', 'active');
  });

  it('who leaves out the account that is needed is told so, and shares it at the second try', { plaid: true }, async (town) => {
    const widget = await town.reconnect('acc_oauth_0000');
    await widget.reaches('review');
    const first = await toPlaid(town, widget);
    await first.getByLabel('0000').uncheck();
    await agree(first);
    await eventually('the wrong account is told', () => town.heard.some(({ name, detail }) => name === 'relink-error' && detail.code === 'no_account'), 20_000);
    await widget.shows('0000');
    assert.equal(await widget.state(), 'review');
    const second = await toPlaid(town, widget);
    await second.getByLabel('0000').check();
    await agree(second);
    await widget.reaches('succeeded');
    assert.equal((await success(town)).outcome, 'relinked');
    await town.keeps('acc_oauth_0000', 'active');
  });

  it('whose item is repaired elsewhere meanwhile is told that it works', { plaid: true }, async (town) => {
    const widget = await town.reconnect('acc_login_required_0000');
    await widget.reaches('review');
    await toPlaid(town, widget);
    await fetch(`${town.plaid.base}/test_helpers/items/item_login_required/repair`, { method: 'POST' });
    await widget.reaches('succeeded');
    await success(town);
    await town.keeps('acc_login_required_0000', 'active');
  });

  it('whose accounts come back under new ids has none of them twice', { plaid: true }, async (town) => {
    const of = (id) => town.page.locator(`[data-account^="${id}"]`);
    const before = (await town.accounts('cus_demo')).length;
    const widget = await town.reconnect('acc_new_ids_0000');
    await widget.reaches('review');
    await agree(await toPlaid(town, widget));
    await widget.reaches('succeeded');
    const { outcome, accounts } = await success(town);
    assert.deepEqual([outcome, accounts[0].replaces], ['relinked', 'acc_new_ids_0000']);
    assert.equal((await town.accounts('cus_demo')).length, before);
    await town.page.goto(`${town.shop.base}/accounts`);
    assert.equal(await of('acc_new_ids_').count(), 2, 'two accounts, not four');
    assert.equal(await of('acc_new_ids_0000_').getAttribute('data-status'), 'active');
  });

  it('finds each of Plaid\'s cases by name among those for developers', { plaid: true, page: '/developers' }, async (town) => {
    const widget = await town.run('plaid_pending_expiration/same');
    await widget.reaches('review');
    await agree(await toPlaid(town, widget));
    await widget.reaches('succeeded');
    await success(town);
  });
});
