// Whole stories: from the shop's page through the widget and the bank to the row in the shop's database, for each way in
// that the bank has.
import assert from 'node:assert/strict';
import { eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const DEVELOPERS = { page: '/developers' };

stories('a relink in the shop', (it) => {
  it('of exactly one account ends with the account active in the database', {}, async (town) => {
    assert.equal(await town.status('fca_access_expired'), 'inactive');
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    await widget.shows('1234');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, detail.rule], ['relinked', 'same_account']);
    await widget.reaches('succeeded');
    await widget.forward();
    await town.keeps('fca_access_expired', 'active');
  });

  it('of any account of two takes the one that the customer picks, and only that one', DEVELOPERS, async (town) => {
    const widget = await town.run('any/any');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Joint Savings ••••3202');
    const detail = await town.theEnd('relink-success');
    assert.equal(detail.rule, 'any_account');
    assert.ok(detail.accounts.some(({ id }) => id === 'fca_any_savings'));
    await town.keeps('fca_any_savings', 'active');
    assert.equal(await town.status('fca_any'), 'inactive');
  });

  it('of two accounts that the bank gave asks which, and completes those', DEVELOPERS, async (town) => {
    const widget = await town.run('several/any');
    await widget.reaches('review');
    await widget.forward();
    const bank = town.bank();
    await bank.press('Continue');
    await bank.pick('Home Checking ••••3101');
    await bank.pick('Home Savings ••••3102');
    await bank.press('Agree and connect');
    await widget.reaches('selecting');
    await widget.chooseOnly('3101', '3102');
    await widget.forward();
    const detail = await town.theEnd('relink-success');
    assert.deepEqual(detail.accounts.map(({ id }) => id).sort(), ['fca_several', 'fca_several_savings']);
    await town.keeps('fca_several', 'active');
    assert.equal(await town.status('fca_several_savings'), 'active');
    assert.equal(await town.status('fca_several_card'), 'inactive');
  });

  it('at a bank with a window of its own goes through that window', {}, async (town) => {
    const widget = await town.reconnect('fca_test_oauth');
    await widget.reaches('review');
    await widget.forward();
    const window = await town.bankWindow();
    await window.getByRole('button', { name: 'Allow access' }).click();
    const bank = town.bank();
    await bank.pick('Success ••••6790');
    await bank.press('Agree and connect');
    await town.theEnd('relink-success');
    await town.keeps('fca_test_oauth', 'active');
  });

  it('at a bank that lets accounts be chosen in its window is chosen there', {}, async (town) => {
    const widget = await town.reconnect('fca_institution_requirement');
    await widget.reaches('review');
    await widget.forward();
    const window = await town.bankWindow();
    await window.getByLabel('Premier Savings ••••4410').check();
    await window.getByRole('button', { name: 'Allow access' }).click();
    await town.bank().press('Agree and connect');
    await town.theEnd('relink-success');
    await town.keeps('fca_institution_requirement', 'active');
  });

  it('at a bank with a form and a code asks for both there, and never in the widget', {}, async (town) => {
    const widget = await town.reconnect('fca_sandbox_form');
    await widget.reaches('review');
    await widget.forward();
    const bank = town.bank();
    await bank.press('Continue');
    await bank.type('Username', 'mfa');
    await bank.type('Password', 'anything');
    await bank.press('Sign in');
    await bank.type('Code', '123456');
    await bank.press('Verify');
    await bank.pick('Success ••••6792');
    await bank.press('Agree and connect');
    await town.theEnd('relink-success');
    assert.equal(await widget.host.evaluate((host) => host.shadowRoot.querySelectorAll('input').length), 0);
    await town.keeps('fca_sandbox_form', 'active');
  });

  it('of an expiring number renews it, and the shop says so', {}, async (town) => {
    const row = town.page.locator('[data-account="fca_tan_expiring"]');
    assert.match(await row.innerText(), /Reconnect to keep payments working/);
    const widget = await town.reconnect('fca_tan_expiring');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Family Checking ••••7718');
    await town.theEnd('relink-success');
    await widget.forward();
    await eventually('the shop no longer warns', async () => !/Reconnect to keep payments working/.test(await row.innerText()));
    await town.keeps('fca_tan_expiring', 'active');
  });

  it('of one broken account leaves the other widgets of the page alone', {}, async (town) => {
    const widget = await town.reconnect('fca_access_expired');
    await widget.reaches('review');
    assert.equal(await town.widget('#w-fca_unspecified').state(), null);
    await widget.out();
    await town.theEnd('relink-cancel');
    assert.equal(await town.status('fca_access_expired'), 'inactive');
  });

  it('is reached without JavaScript by a link to the account\'s page', { context: { javaScriptEnabled: false } }, async (town) => {
    await town.reconnect('fca_access_expired');
    await town.page.waitForURL('**/accounts/fca_access_expired');
    assert.equal(await town.page.getByText('Reconnecting needs JavaScript').isVisible(), true);
  });
});
