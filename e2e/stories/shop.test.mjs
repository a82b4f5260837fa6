// What the shop does as a merchant that runs relink-server beside it: tokens that run out or are refused, a button that has
// done its work, data that starts over.
import assert from 'node:assert/strict';
import { becomes, eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const ACCOUNT = 'fca_access_expired';

/** The tokens that a page's requests to relink-server bore, in order. */
const tokensOf = (page) => {
  const tokens = [];
  page.on('request', (request) => {
    const { authorization } = request.headers();
    if (authorization && new URL(request.url()).pathname.startsWith('/relink/')) tokens.push(authorization);
  });
  return tokens;
};

/** Refuses requests below `/relink/` as relink-server refuses a token, where `isRefused` says so. */
const refuse = (town, isRefused) => town.context.route(`${town.relink.base}/relink/**`, (route) => {
  const request = route.request();
  if (request.method() === 'OPTIONS' || !isRefused(request.headers().authorization)) return route.continue();
  return route.fulfill({
    status: 401,
    headers: { 'content-type': 'application/problem+json', 'access-control-allow-origin': town.shop.base },
    body: JSON.stringify({ type: 'about:blank', title: 'Refused', status: 401, code: 'not_authenticated', request_id: 'req_1' }),
  });
});

stories('the shop', (it) => {
  it('takes the button away from an account that works again, and leaves the focus on its name', {}, async (town) => {
    const widget = await town.reconnect(ACCOUNT);
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await widget.reaches('succeeded');
    const row = town.page.locator(`[data-account="${ACCOUNT}"]`);
    await row.getByText('Active').waitFor();
    await widget.forward();
    await becomes('the button is gone', 0, () => row.getByText('Reconnect', { exact: true }).count());
    await becomes('the focus is on the name', `/accounts/${ACCOUNT}`, () =>
      town.page.evaluate(() => document.activeElement.getAttribute('href')));
  });

  it('offers to reconnect nothing that works, is closed or was removed', {}, async (town) => {
    for (const account of ['fca_healthy', 'fca_account_closed', 'fca_disconnected']) {
      const row = town.page.locator(`[data-account="${account}"]`);
      assert.equal(await row.count(), 1, account);
      assert.equal(await row.getByText('Reconnect', { exact: true }).count(), 0, account);
    }
    const [healthy, paused] = ['fca_healthy', 'fca_tan_deactivated'].map((id) => town.page.locator(`[data-account="${id}"] .chip`));
    assert.deepEqual([await healthy.innerText(), await paused.innerText()], ['Active', 'Payments failing']);
  });

  it('brings a fresh token where one is refused, and the customer notices nothing', {}, async (town) => {
    let first;
    await refuse(town, (token) => {
      first ??= token;
      return token === first;
    });
    const tokens = tokensOf(town.page);
    const widget = await town.reconnect(ACCOUNT);
    await widget.reaches('review');
    assert.equal(town.heard.filter(({ name }) => name === 'relink-error').length, 0);
    assert.equal(tokens[0], first);
    assert.notEqual(tokens[1], first);
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
  });

  it('lets whoever was signed out meanwhile be told so, and asks the bank nothing', {}, async (town) => {
    await town.page.waitForFunction(() => customElements.get('relink-widget'));
    await town.context.clearCookies();
    const widget = await town.reconnect(ACCOUNT);
    await eventually('it is told', () => town.heard.some(({ detail }) => detail.code === 'not_authenticated'));
    await widget.offersAWay();
    assert.equal(await town.page.locator('iframe').count(), 0);
  });

  it('starts over with all accounts as they were at the banks', { page: '/developers' }, async (town) => {
    const widget = await town.run('access_expired/same');
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
    const status = async () => (await town.accounts('cus_demo')).find(({ id }) => id === ACCOUNT).status;
    await becomes('it works', 'active', status);
    await town.page.goto(`${town.shop.base}/developers`);
    await town.page.getByRole('button', { name: 'Reset demo data' }).click();
    await town.page.waitForURL('**/developers');
    await becomes('it is broken again', 'inactive', status);
    await town.page.goto(`${town.shop.base}/accounts`);
    assert.equal(await town.status(ACCOUNT), 'inactive');
    const again = await town.reconnect(ACCOUNT);
    await again.reaches('review');
    await again.forward();
    await town.agree('Everyday Checking ••••1234');
    await again.reaches('succeeded');
  });
});
