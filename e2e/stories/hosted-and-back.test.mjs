// Whole stories over the sandbox's hosted pages: in a window, cut off, stopped, in the same tab; and pages that are loaded
// again, or twice.
import assert from 'node:assert/strict';
import { eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const DEVELOPERS = { page: '/developers' };
const STAGE = '#stage relink-widget';
const PHONE = {
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
};

/** Agrees on a hosted page. */
const agree = async (page, name) => {
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByLabel(name).check();
  await page.getByRole('button', { name: 'Agree and connect' }).click();
};
/** Presses the way forward and gives the window that opens. */
const window = async (town, widget) => {
  const opening = town.context.waitForEvent('page');
  await widget.forward();
  const page = await opening;
  await page.waitForURL('**/hosted/**');
  return page;
};

/** Waits for the flow to end well. The bank's window comes back to a page of the shop too: no flow may end in both. */
const endsWell = async (town) => {
  const ours = async () => (await town.ends()).filter((end) => end.page === town.page);
  await eventually('the flow has ended', async () => (await ours()).length > 0, 25_000);
  assert.deepEqual((await ours()).map((end) => end.name), ['relink-success']);
  const sessions = (await town.ends()).map((end) => end.detail.session);
  assert.deepEqual(sessions, [...new Set(sessions)], 'one flow has ended twice');
};

stories('a hosted relink', (it) => {
  it('in a window ends with the account active in the database', DEVELOPERS, async (town) => {
    const widget = await town.run('hosted/hosted');
    await widget.reaches('review');
    await agree(await window(town, widget), 'Weekly Checking ••••1410');
    await endsWell(town);
    await town.keeps('fca_hosted', 'active');
  });

  it('at a bank that cuts its opener off ends as well', DEVELOPERS, async (town) => {
    const widget = await town.run('hosted_coop/hosted');
    await widget.reaches('review');
    const bank = await window(town, widget);
    await widget.reaches('authorizing');
    await agree(bank, 'Fairwater Checking ••••1420');
    await endsWell(town);
    await town.keeps('fca_hosted_coop', 'active');
  });

  it('that the browser stops goes on in the same tab, and back', {
    ...DEVELOPERS, init: () => { window.open = () => null; },
  }, async (town) => {
    const widget = await town.run('hosted/hosted');
    await widget.reaches('review');
    await widget.forward();
    await eventually('it is told', () => town.heard.some((event) => event.detail.code === 'popup_blocked'));
    await widget.forward();
    await town.page.waitForURL('**/hosted/**');
    await agree(town.page, 'Weekly Checking ••••1410');
    await town.page.waitForURL('**/developers**');
    await town.theEnd('relink-success');
    await town.widget(STAGE).reaches('succeeded');
    await town.keeps('fca_hosted', 'active');
  });

  it('on a phone goes through the same tab, and back', { ...DEVELOPERS, context: PHONE }, async (town) => {
    const widget = await town.run('hosted/hosted');
    await widget.reaches('review');
    await widget.forward();
    await town.page.waitForURL('**/hosted/**');
    await agree(town.page, 'Weekly Checking ••••1410');
    await town.page.waitForURL('**/developers**');
    await town.theEnd('relink-success');
    await town.keeps('fca_hosted', 'active');
  });

  it('with the wrong account and then the right one ends once, and well', DEVELOPERS, async (town) => {
    const widget = await town.run('hosted/hosted');
    await widget.reaches('review');
    await agree(await window(town, widget), 'Weekly Savings ••••1411');
    await eventually('it is told', () => town.heard.some((event) => event.detail.code === 'no_account'), 20_000);
    await agree(await window(town, widget), 'Weekly Checking ••••1410');
    await endsWell(town);
    await town.keeps('fca_hosted', 'active');
  });

  it('loaded again while the customer is at the bank goes on waiting', DEVELOPERS, async (town) => {
    const widget = await town.run('hosted_coop/hosted');
    await widget.reaches('review');
    const bank = await window(town, widget);
    await widget.reaches('authorizing');
    await town.page.reload();
    const again = town.widget(STAGE);
    await again.host.evaluate((host) => void host.show());
    await again.reaches('authorizing');
    await agree(bank, 'Fairwater Checking ••••1420');
    await endsWell(town);
    await town.keeps('fca_hosted_coop', 'active');
  });
});

stories('a page of the shop that is loaded again', (it) => {
  const inline = { page: '/accounts/fca_access_expired' };

  it('in review finds the same review', inline, async (town, widget) => {
    await widget.reaches('review');
    await town.page.reload();
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    await town.page.goto(`${town.shop.base}/accounts`);
    await town.keeps('fca_access_expired', 'active');
  });

  it('while the bank is open goes on, and ends once', inline, async (town, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await town.bank().frame.getByRole('button', { name: 'Continue', exact: true }).waitFor();
    await town.page.reload();
    await widget.reaches('review', 'authorizing');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
  });

  it('after its end finds that everything works, as a flow of its own', inline, async (town, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    await town.page.reload();
    await widget.reaches('succeeded');
    await eventually('each flow has its end', async () => (await town.ends()).length === 2);
    assert.deepEqual((await town.ends()).map((end) => end.detail.outcome), ['relinked', 'already_active']);
  });

  it('in a second tab ends right in both', inline, async (town, widget) => {
    await widget.reaches('review');
    const page = await town.newPage();
    await page.goto(`${town.shop.base}/accounts/fca_access_expired`);
    const other = town.widget('relink-widget', page);
    await other.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await widget.reaches('succeeded');
    await other.forward();
    await eventually('the other ends right', async () => {
      const frame = town.bank(page).frame;
      const state = await other.state();
      if (state === 'authorizing' && (await frame.getByRole('button', { name: 'Continue', exact: true }).isVisible().catch(() => false))) {
        await town.agree('Everyday Checking ••••1234', page);
      }
      return state === 'succeeded';
    }, 25_000);
    assert.deepEqual((await town.ends()).map((end) => end.name), ['relink-success', 'relink-success']);
  });
});
