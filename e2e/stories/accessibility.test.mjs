// What axe-core finds in the shop with the widget in it, at each step that a customer stops at.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The violations of the page, each with where it is. */
const violations = async (page) => {
  // The shop's policy refuses inline scripts; this one comes from outside of the page.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.flat().join(' ')} ${node.failureSummary}`));
  });
};

for (const colorScheme of ['light', 'dark']) {
  stories(`the shop with the widget, ${colorScheme}`, (it) => {
    it('has no violation in review, at the bank and at the end', { context: { colorScheme } }, async (town) => {
      const widget = await town.reconnect('fca_access_expired');
      await widget.reaches('review');
      assert.deepEqual(await violations(town.page), [], 'review');
      await widget.forward();
      await widget.reaches('authorizing');
      const bank = town.bank();
      await bank.frame.getByRole('button', { name: 'Continue', exact: true }).waitFor();
      const atBank = (await violations(town.page)).filter((violation) => !violation.includes('iframe'));
      assert.deepEqual(atBank, [], 'authorizing');
      await town.agree('Everyday Checking ••••1234');
      await widget.reaches('succeeded');
      assert.deepEqual(await violations(town.page), [], 'succeeded');
    });

    it('has no violation inline, and with a wrong account', {
      context: { colorScheme }, page: '/accounts/fca_access_expired',
    }, async (town, widget) => {
      await widget.reaches('review');
      assert.deepEqual(await violations(town.page), [], 'review');
      await widget.forward();
      await town.agree('Holiday Savings ••••9999');
      await widget.reaches('review');
      await widget.shows('9999');
      assert.deepEqual(await violations(town.page), [], 'wrong account');
      await widget.out();
      await widget.reaches('cancelled');
      assert.deepEqual(await violations(town.page), [], 'cancelled');
    });

    it('has no violation where the account cannot be repaired', { page: '/developers', context: { colorScheme } }, async (town) => {
      const widget = await town.run('account_closed/same');
      await widget.reaches('failed');
      assert.deepEqual(await violations(town.page), [], 'failed');
    });

    it('has no violation on the hosted page, from its first sight to the end', { context: { colorScheme }, staff: true }, async (town) => {
      const made = await town.hosted({ account: 'fca_access_expired', delivery: 'url' });
      await town.page.goto(made.url);
      assert.deepEqual(await violations(town.page), [], 'the page');
      const widget = town.widget();
      await widget.reaches('review');
      assert.deepEqual(await violations(town.page), [], 'review');
      await widget.forward();
      await town.agree('Everyday Checking ••••1234');
      await widget.reaches('succeeded');
      assert.deepEqual(await violations(town.page), [], 'the end');
      await town.page.goto(made.url);
      assert.deepEqual(await violations(town.page), [], 'a link that is used');
      await town.page.goto(`${town.relink.base}/r/0`);
      assert.deepEqual(await violations(town.page), [], 'no link');
      await town.page.goto(`${town.relink.base}/r/l/hrl_0`);
      assert.deepEqual(await violations(town.page), [], 'a link that this browser has not opened');
    });

    it('has no violation on the dashboard and in the mail', { context: { colorScheme }, staff: true }, async (town) => {
      const desk = await town.staff({ colorScheme });
      const at = async (path) => {
        await desk.goto(path.startsWith('/') ? `${town.relink.base}${path}` : path);
        assert.deepEqual(await violations(desk), [], path);
      };
      await at('/dashboard');
      await at('/dashboard/send?account=fca_access_expired&account=fca_account_closed');
      await at('/dashboard/preview/fca_access_expired');
      await desk.goto(`${town.relink.base}/dashboard/send?account=fca_access_expired`);
      await desk.getByRole('button', { name: 'Send 1 email' }).click();
      await desk.getByRole('heading', { name: '1 email is on its way' }).waitFor();
      assert.deepEqual(await violations(desk), [], 'what came of it');
      await eventually('the mail has come', async () => (await town.look('mails')).data.length === 1);
      for (const path of ['/dashboard/accounts/fca_access_expired', '/dashboard/messages', '/dashboard/audit']) await at(path);
      await at(`${town.sandbox.base}/inbox`);
      await at(`${town.sandbox.base}/inbox/1`);
      await desk.goto(`${town.relink.base}/dashboard`);
      await desk.getByRole('button', { name: 'Sign out' }).click();
      await desk.getByRole('heading', { name: 'Staff sign-in' }).waitFor();
      assert.deepEqual(await violations(desk), [], 'the sign-in');
      await desk.context().close();
    });
  });
}
