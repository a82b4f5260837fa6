// A hosted relink from the staff's desk to the bank and back: the mail in the inbox, the page on a phone, the timeline.
import assert from 'node:assert/strict';
import { becomes, eventually } from '../harness/waiting.mjs';
import { stories } from './town.mjs';

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const ACCOUNT = 'fca_access_expired';

/** Nothing sticks out of the screen. */
const fits = async (page, what) => {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(wide <= screen, `${what} is ${wide} wide on a screen of ${screen}`);
};


stories('a hosted relink', (it) => {
  it('goes from the dashboard by mail to the phone, to the bank and back', { staff: true, context: PHONE }, async (town) => {
    const desk = await town.staff();
    await desk.locator(`[data-account="${ACCOUNT}"]`).getByRole('checkbox').check();
    await desk.getByRole('button', { name: 'Email customers' }).click();
    const letter = desk.frameLocator('iframe.letter');
    await letter.getByText('Everyday Checking •••• 1234').filter({ visible: true }).first().waitFor();
    await desk.getByRole('button', { name: 'Send 1 email' }).click();
    await desk.getByRole('heading', { name: '1 email is on its way' }).waitFor();

    await eventually('the mail has come', async () => (await town.look('mails')).data.length === 1);
    const phone = town.page;
    const asked = [];
    town.context.on('request', (request) => asked.push([request.url(), request.headers().referer ?? '']));
    await phone.goto(`${town.sandbox.base}/inbox`);
    await phone.getByRole('link', { name: /reconnect Harbour Bank/i }).click();
    await fits(phone, 'the inbox');
    await phone.frameLocator('iframe').getByRole('link', { name: /Reconnect .?Harbour Bank/ }).click();

    await phone.getByRole('heading', { name: 'Reconnect Harbour Bank' }).first().waitFor();
    await fits(phone, 'the hosted page');
    assert.match(new URL(phone.url()).pathname, /^\/r\/l\/hrl_[0-9a-f]{32}$/);
    const token = asked.map(([url]) => /\/r\/([0-9a-f]{40})$/.exec(url)?.[1]).find(Boolean);
    assert.equal(asked.filter(([url]) => url.includes(token)).length, 1, 'the token is in an address once');
    const widget = town.widget();
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    const detail = await town.theEnd('relink-success');
    assert.deepEqual([detail.outcome, detail.rule], ['relinked', 'same_account']);
    await widget.reaches('succeeded');
    assert.equal(asked.filter(([url]) => url.includes(token)).length, 1, 'the token is in an address once');
    assert.deepEqual(asked.filter(([, referer]) => referer.includes(token)), [], 'and in no Referer');
    assert.deepEqual(town.referers, [`${town.relink.base}/`], 'the hosted page tells Stripe its origin');
    assert.equal(await phone.evaluate((token) => `${document.cookie} ${document.documentElement.outerHTML}`.includes(token), token), false);
    await fits(phone, 'the end');
    await town.keeps(ACCOUNT, 'active');
    await town.reopen();

    await desk.goto(`${town.relink.base}/dashboard/accounts/${ACCOUNT}`);
    const told = () => desk.locator('.timeline li').evaluateAll((items) => items.map((item) => item.dataset.what));
    assert.deepEqual((await told()).slice(0, 4), ['relinked', 'opened', 'mailed', 'asked']);
    assert.match(await desk.locator('.hero').innerText(), /Works/);
    // The limit is reset: broken again, the customer can be asked again at once.
    await town.ask(`financial_connections/accounts/${ACCOUNT}/deactivate`, { cause: 'access_denied' });
    await becomes('the customer can be asked again', true, async () => {
      await desk.reload();
      return desk.getByText('Can be asked by email').isVisible();
    });
    await desk.context().close();
  });

  it('leaves the page by the widget\'s own button for the address that the shop gave, and the link is dead then', { staff: true, context: PHONE }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url', return_url: `${town.shop.base}/help` });
    await town.page.goto(made.url);
    const widget = town.widget();
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await widget.reaches('succeeded');
    await widget.forward();
    await town.page.waitForURL('**/help');
    await town.page.goto(made.url);
    await town.page.getByRole('heading', { name: 'Harbour Bank is connected' }).waitFor();
    assert.equal(await town.page.locator('#stage').count(), 0);
    assert.equal((await town.hostedNow(made.id)).status, 'succeeded');
  });

  it('is not begun by a program that opens the link and runs its scripts', { staff: true }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url' });
    const posts = [];
    town.context.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    const page = await town.newPage();
    await page.goto(made.url, { waitUntil: 'networkidle' });
    // It sees what a customer sees: the review, of a preview.
    await town.widget(undefined, page).reaches('review');
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    assert.equal(await page.evaluate(() => Boolean(customElements.get('relink-widget'))), true);
    assert.deepEqual(posts, []);
    const { status, opened_at: opened } = await town.hostedNow(made.id);
    assert.deepEqual([status, opened], ['open', null]);
  });

  it('about several accounts of a bank lists them in one mail, and its link repairs them', { staff: true, context: PHONE }, async (town) => {
    const desk = await town.staff();
    await desk.goto(`${town.relink.base}/dashboard?q=cus_demo`);
    for (const account of ['fca_several', 'fca_several_savings']) await desk.locator(`[data-account="${account}"]`).getByRole('checkbox').check();
    await desk.getByRole('button', { name: 'Email customers' }).click();
    await desk.getByText('One email, about 2 accounts.').waitFor();
    await desk.getByRole('button', { name: 'Send 1 email' }).click();
    await desk.getByRole('heading', { name: '1 email is on its way' }).waitFor();
    await desk.reload();
    await desk.getByRole('heading', { name: '1 email is on its way' }).waitFor();
    await eventually('the mail has come', async () => (await town.look('mails')).data.length === 1);
    const [mail] = (await town.look('mails')).data;
    await town.page.goto(/https?:\S+\/r\/[0-9a-f]{40}/.exec(mail.text)[0]);
    await town.page.getByText('Home Savings •••• 3102').waitFor();
    await fits(town.page, 'the page of several accounts');
    const widget = town.widget();
    await widget.reaches('review');
    assert.equal(await widget.host.getAttribute('authorization'), 'fcauth_several');
    await desk.context().close();
  });

  it('says what to do in a browser that has not opened the link', { staff: true, context: PHONE }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url' });
    await town.page.goto(made.url);
    await town.widget().reaches('review');
    await town.context.clearCookies();
    await town.page.reload();
    await town.page.getByRole('heading', { name: 'Open the link again' }).waitFor();
    await fits(town.page, 'the page without a cookie');
    await town.page.goto(made.url);
    await town.page.getByRole('heading', { name: 'Reconnect Harbour Bank' }).first().waitFor();
  });

  it('that the customer gives up can be begun again on the same page', { staff: true, context: PHONE }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url' });
    await town.page.goto(made.url);
    const widget = town.widget();
    await widget.reaches('review');
    await widget.out();
    await town.page.locator('#again').click();
    await town.widget().reaches('review');
    assert.equal((await town.hostedNow(made.id)).status, 'open');
  });

  it('of a wrong account changes nothing, and the link stays good', { staff: true, context: PHONE }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url' });
    await town.page.goto(made.url);
    const widget = town.widget();
    await widget.reaches('review');
    await widget.forward();
    await town.agree('Holiday Savings ••••9999');
    await widget.reaches('review');
    await widget.shows('9999');
    assert.equal((await town.hostedNow(made.id)).status, 'open');
    await widget.forward();
    await town.agree('Everyday Checking ••••1234');
    await town.theEnd('relink-success');
  });

  it('reads from right to left in Arabic, and fits a screen of 320', { staff: true, context: { viewport: { width: 320, height: 640 } } }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url', locale: 'ar' });
    await town.page.goto(made.url);
    assert.equal(await town.page.evaluate(() => getComputedStyle(document.querySelector('h1')).direction), 'rtl');
    await fits(town.page, 'the page');
    const widget = town.widget();
    await widget.reaches('review');
    assert.equal(await widget.host.getAttribute('lang'), 'ar');
    await fits(town.page, 'the widget');
  });

  it('says what is needed where there is no script, and the dashboard needs none', { staff: true, context: { javaScriptEnabled: false } }, async (town) => {
    const made = await town.hosted({ account: ACCOUNT, delivery: 'url' });
    await town.page.goto(made.url);
    assert.equal(await town.page.getByText('Reconnecting needs JavaScript').isVisible(), true);
    const desk = await town.staff({ javaScriptEnabled: false, viewport: PHONE.viewport });
    await desk.getByLabel('Show').selectOption('number_ends');
    await desk.getByRole('button', { name: 'Apply' }).click();
    await desk.getByText('Stops working in').first().waitFor();
    await fits(desk, 'the dashboard');
    await desk.getByRole('link', { name: 'Audit trail' }).click();
    await desk.getByRole('cell', { name: 'Link handed out' }).waitFor();
    await fits(desk, 'the audit trail');
    await desk.context().close();
  });
});
