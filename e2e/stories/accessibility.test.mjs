// What axe-core finds in the shop with the widget in it, at each step that a customer stops at.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
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
      await widget.part('primary-button').first().waitFor();
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
      await widget.shows('9999');
      assert.deepEqual(await violations(town.page), [], 'wrong account');
      await widget.out();
      await widget.reaches('cancelled');
      assert.deepEqual(await violations(town.page), [], 'cancelled');
    });

    it('has no violation where the account cannot be repaired', { context: { colorScheme } }, async (town) => {
      const widget = await town.reconnect('fca_account_closed');
      await widget.reaches('failed');
      assert.deepEqual(await violations(town.page), [], 'failed');
    });
  });
}
