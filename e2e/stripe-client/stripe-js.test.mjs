// The sandbox's Stripe.js and bank pages in a real browser, from a merchant's page with a strict policy.
//
//   SANDBOX_BIN=target/debug/sandbox CHROMIUM=/usr/bin/chromium-headless-shell node --test e2e/stripe-client/
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { launch } from '../harness/browser.mjs';
import Stripe from 'stripe';
import { startSandbox } from './sandbox.mjs';

let sandbox;
let stripe;
let shop;
let browser;

before(async () => {
  sandbox = await startSandbox(process.env.SANDBOX_BIN);
  const { hostname, port } = new URL(sandbox.base);
  stripe = new Stripe('sk_test_sandbox', { host: hostname, port, protocol: 'http', apiVersion: '2026-09-30.preview' });
  shop = http.createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('content-security-policy', `default-src 'none'; script-src ${sandbox.base}; frame-src ${sandbox.base}`);
    response.end(`<!doctype html><html lang="en"><title>Shop</title><script src="${sandbox.base}/endive/stripe.js"></script>
      <h1>Shop</h1><button id="opener">Reconnect</button></html>`);
  });
  shop.listen(0, '127.0.0.1');
  await once(shop, 'listening');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  shop?.close();
  sandbox?.stop();
});

const sessionFor = (name, more = {}) => stripe.financialConnections.sessions.create({
  account_holder: { type: 'customer', customer: 'cus_demo' },
  permissions: ['payment_method', 'balances'],
  limits: { accounts: 1 },
  relink_options: { authorization: `fcauth_${name}`, account: `fca_${name}` },
  ...more,
});

/** Opens Stripe.js on the shop's page for a session. `result()` waits for what it resolves with. */
async function collect(session) {
  const page = await browser.newPage();
  const said = [];
  page.on('console', (line) => said.push(line.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await page.goto(`http://127.0.0.1:${shop.address().port}/`);
  await page.locator('#opener').focus();
  const result = page.evaluate(
    (clientSecret) => Stripe('pk_test_sandbox').collectFinancialConnectionsAccounts({ clientSecret }),
    session.client_secret,
  );
  result.catch(() => {});
  const bank = page.frameLocator('iframe');
  return {
    page,
    bank,
    said,
    press: (name) => bank.getByRole('button', { name }).click(),
    choose: (name) => bank.getByRole('radio', { name, exact: true }).check(),
    result: () => result,
  };
}

const outcome = async (session) => {
  const { status, relink_result: result } = await stripe.financialConnections.sessions.retrieve(session.id);
  return [status, result?.failure_reason ?? null];
};

test('the pinned account is relinked, and the page gets its focus and its silence back', async () => {
  const session = await sessionFor('access_expired');
  const visit = await collect(session);
  await visit.press('Continue');
  await visit.choose('Everyday Checking ••••1234');
  await visit.press('Agree and connect');
  const { financialConnectionsSession } = await visit.result();
  assert.deepEqual(financialConnectionsSession.accounts.map(({ id, status }) => [id, status]), [['fca_access_expired', 'active']]);
  assert.deepEqual(await outcome(session), ['succeeded', null]);
  assert.equal(await visit.page.evaluate(() => document.activeElement.id), 'opener');
  assert.equal(await visit.page.locator('iframe').count(), 0);
  assert.deepEqual(visit.said, []);
});

test('another account is no_account, another login no_authorization', async () => {
  const wrong = await sessionFor('test');
  const first = await collect(wrong);
  await first.press('Continue');
  await first.choose('Failure ••••1116');
  await first.press('Agree and connect');
  assert.equal((await first.result()).financialConnectionsSession.accounts[0].last4, '1116');
  assert.deepEqual(await outcome(wrong), ['failed', 'no_account']);

  const other = await sessionFor('test');
  const second = await collect(other);
  await second.press('Continue');
  await second.press('Use another login');
  await second.press('Connect with another login');
  assert.deepEqual((await second.result()).financialConnectionsSession.accounts, []);
  assert.deepEqual(await outcome(other), ['failed', 'no_authorization']);
});

test('closing by the button and by Escape resolves with no accounts', async () => {
  for (const close of [(visit) => visit.press('Close'), (visit) => visit.page.keyboard.press('Escape')]) {
    const session = await sessionFor('test');
    const visit = await collect(session);
    await visit.bank.getByRole('button', { name: 'Continue' }).waitFor();
    await close(visit);
    assert.deepEqual((await visit.result()).financialConnectionsSession.accounts, []);
    assert.deepEqual(await outcome(session), ['cancelled', null]);
  }
});

test('Escape also closes where a policy keeps the frame from coming up', async () => {
  const session = await sessionFor('test');
  const page = await browser.newPage();
  await page.route(`${sandbox.base}/bank/frame`, (route) => route.abort());
  await page.goto(`http://127.0.0.1:${shop.address().port}/`);
  const result = page.evaluate(
    (clientSecret) => Stripe('pk_test_sandbox').collectFinancialConnectionsAccounts({ clientSecret }),
    session.client_secret,
  );
  await page.locator('iframe').waitFor();
  await page.locator('body').press('Escape');
  assert.deepEqual((await result).financialConnectionsSession, { id: session.id, accounts: [] });
  assert.deepEqual(await outcome(session), ['pending', null]);
});

test('an OAuth bank opens its window, which closes itself', async () => {
  const session = await sessionFor('test_oauth');
  const visit = await collect(session);
  const opened = visit.page.waitForEvent('popup');
  await visit.press('Continue');
  const window = await opened;
  await Promise.all([window.waitForEvent('close'), window.getByRole('button', { name: 'Allow access' }).click()]);
  await visit.choose('Success ••••6790');
  await visit.press('Agree and connect');
  await visit.result();
  assert.deepEqual(await outcome(session), ['succeeded', null]);
});

test('Sandbox Bank (OAuth) has its accounts chosen in its window', async () => {
  const session = await sessionFor('sandbox_oauth');
  const visit = await collect(session);
  const opened = visit.page.waitForEvent('popup');
  await visit.press('Continue');
  const window = await opened;
  await window.getByRole('radio', { name: 'Success ••••6791' }).check();
  await window.getByRole('button', { name: 'Allow access' }).click();
  await visit.press('Agree and connect');
  await visit.result();
  assert.deepEqual(await outcome(session), ['succeeded', null]);
});

test('the login form asks further, lets try again, and ends', async () => {
  const signIn = async (name) => {
    const session = await sessionFor('sandbox_form');
    const visit = await collect(session);
    await visit.press('Continue');
    await visit.bank.getByLabel('Username').fill(name);
    await visit.press('Sign in');
    return { session, visit };
  };
  const options = await signIn('options');
  await options.visit.press('Send code');
  await options.visit.bank.getByLabel('Code').fill('123456');
  await options.visit.press('Verify');
  await options.visit.choose('Success ••••6792');
  const again = await signIn('incorrect');
  await again.visit.bank.getByRole('alert').waitFor();
  const ended = await signIn('error');
  await ended.visit.press('Go back');
  assert.equal((await ended.visit.result()).error.code, 'authorization_error');
  assert.deepEqual(await outcome(ended.session), ['failed', 'other']);
});

test('the down banks fail, each in its own way', async () => {
  const codes = {
    down_scheduled: 'institution_unavailable_planned',
    down_unscheduled: 'institution_unavailable_unplanned',
    down_error: 'unexpected_error',
  };
  for (const [name, code] of Object.entries(codes)) {
    const session = await sessionFor(name);
    const visit = await collect(session);
    await visit.press('Continue');
    await visit.press('Go back');
    assert.equal((await visit.result()).error.code, code);
    assert.deepEqual(await outcome(session), ['failed', 'other']);
  }
});

test('a message from anyone but the frame of the bank ends nothing', async () => {
  const session = await sessionFor('test');
  const visit = await collect(session);
  await visit.bank.getByRole('button', { name: 'Continue' }).waitFor();
  await visit.page.evaluate(() => {
    window.postMessage({ type: 'sandbox:done', result: { forged: true } }, '*');
  });
  await visit.press('Close');
  assert.equal((await visit.result()).forged, undefined);
});

test('a hosted page that cuts its opener off ends where the merchant asked', async () => {
  const back = `http://127.0.0.1:${shop.address().port}/back`;
  const session = await sessionFor('hosted_coop', {
    ui_mode: 'hosted', hosted: { delivery_method: 'url' }, return_url: back,
  });
  const page = await browser.newPage();
  const answer = await page.goto(session.url);
  assert.equal(answer.headers()['cross-origin-opener-policy'], 'same-origin');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('radio', { name: 'Fairwater Checking ••••1420' }).check();
  await page.getByRole('button', { name: 'Agree and connect' }).click();
  await page.waitForURL(back);
  assert.deepEqual(await outcome(session), ['succeeded', null]);
});
