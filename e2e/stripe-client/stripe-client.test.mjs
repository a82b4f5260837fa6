// Stripe's own client, unchanged, against the sandbox. What passes here is what a merchant's backend may rely on.
//
//   SANDBOX_BIN=target/debug/sandbox node --test e2e/stripe-client/
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { between } from './routes.mjs';
import { startSandbox } from './sandbox.mjs';

const API_VERSION = '2026-09-30.preview';
let sandbox;
let stripe;
/** Stands between the client and the sandbox, and notes what was answered. */
let noted;

const client = (key) => {
  const { hostname, port } = new URL(noted.base);
  return new Stripe(key, { host: hostname, port, protocol: 'http', apiVersion: API_VERSION, maxNetworkRetries: 0 });
};

const relink = (options, more = {}) => ({
  account_holder: { type: 'customer', customer: 'cus_demo' },
  permissions: ['payment_method', 'balances'],
  limits: { accounts: 1 },
  relink_options: options,
  ...more,
});

before(async () => {
  sandbox = await startSandbox(process.env.SANDBOX_BIN);
  noted = await between(sandbox.base);
  stripe = client('sk_test_sandbox');
});

after(() => {
  noted?.stop();
  sandbox?.stop();
});

test('accounts are listed, and paged through by the client', async () => {
  const params = { account_holder: { customer: 'cus_demo' }, limit: 5 };
  const page = await stripe.financialConnections.accounts.list(params);
  assert.equal(page.data.length, 5);
  assert.equal(page.has_more, true);
  const all = await stripe.financialConnections.accounts.list(params).autoPagingToArray({ limit: 1000 });
  const ids = all.map((account) => account.id);
  assert.equal(new Set(ids).size, ids.length);
  assert.ok(ids.includes('fca_access_expired') && ids.includes('fca_down_error') && !ids.includes('fca_other'));
});

test('an account is retrieved, with its institution expanded', async () => {
  const account = await stripe.financialConnections.accounts.retrieve('fca_access_expired', { expand: ['institution'] });
  assert.equal(account.status, 'inactive');
  assert.deepEqual({ ...account.status_details.inactive }, { cause: 'access_expired', action: 'relink_required' });
  assert.equal(account.institution.name, 'Harbour Bank');
  assert.match(account.lastResponse.requestId, /^req_/);
});

test('an authorization is retrieved', async () => {
  const authorization = await stripe.financialConnections.authorizations.retrieve('fcauth_access_expired');
  assert.equal(authorization.object, 'financial_connections.authorization');
  assert.equal(authorization.status, 'inactive');
});

test('a relink session is created and retrieved', async () => {
  const options = { authorization: 'fcauth_access_expired', account: 'fca_access_expired' };
  const created = await stripe.financialConnections.sessions.create(relink(options));
  assert.match(created.client_secret, /^fcsess_\w+_secret_\w+$/);
  const session = await stripe.financialConnections.sessions.retrieve(created.id);
  assert.equal(session.status, 'pending');
  assert.deepEqual({ ...session.relink_options }, options);
  assert.equal(session.relink_result, undefined);
  assert.equal(session.limits.accounts, 1);
});

test('a limit passed as empty takes any number', async () => {
  const more = { limits: { accounts: '' } };
  const session = await stripe.financialConnections.sessions.create(relink({ authorization: 'fcauth_several' }, more));
  assert.equal(session.limits, undefined);
});

test('a hosted relink session has an address', async () => {
  const more = { ui_mode: 'hosted', hosted: { delivery_method: 'url' }, return_url: 'http://localhost:3000/back' };
  const session = await stripe.financialConnections.sessions.create(relink({ authorization: 'fcauth_hosted' }, more));
  assert.ok(session.url.startsWith(`${sandbox.base}/hosted/`));
  assert.equal(session.hosted.return_url, 'http://localhost:3000/back');
});

test('a wrong key is an authentication error', async () => {
  await assert.rejects(client('sk_test_wrong_key_1234').financialConnections.accounts.list(), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeAuthenticationError);
    assert.equal(error.statusCode, 401);
    return true;
  });
});

test('an unknown authorization is an invalid request, resource_missing', async () => {
  for (const request of [
    () => stripe.financialConnections.authorizations.retrieve('fcauth_nobody'),
    () => stripe.financialConnections.sessions.create(relink({ authorization: 'fcauth_nobody' })),
  ]) {
    await assert.rejects(request, (error) => {
      assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
      assert.equal(error.code, 'resource_missing');
      return true;
    });
  }
});

test('an account of another authorization is an invalid request about that parameter', async () => {
  const options = { authorization: 'fcauth_access_expired', account: 'fca_access_denied' };
  await assert.rejects(stripe.financialConnections.sessions.create(relink(options)), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeInvalidRequestError);
    assert.equal(error.param, 'relink_options[account]');
    return true;
  });
});

test('a key used again gives the first answer, and with other parameters an idempotency error', async () => {
  const params = relink({ authorization: 'fcauth_any' });
  const first = await stripe.financialConnections.sessions.create(params, { idempotencyKey: 'key-1' });
  const again = await stripe.financialConnections.sessions.create(params, { idempotencyKey: 'key-1' });
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  const other = relink({ authorization: 'fcauth_several' });
  await assert.rejects(stripe.financialConnections.sessions.create(other, { idempotencyKey: 'key-1' }), (error) => {
    assert.ok(error instanceof Stripe.errors.StripeIdempotencyError);
    return true;
  });
});

test('a rate limit is Stripe\'s own error class', async () => {
  await stripe.rawRequest('POST', '/v1/test_helpers/faults', { status: 429, retry_after: 1 });
  await assert.rejects(
    stripe.financialConnections.accounts.retrieve('fca_healthy'),
    (error) => error instanceof Stripe.errors.StripeRateLimitError,
  );
});

test('an account is refreshed, subscribed and disconnected', async () => {
  const refreshed = await stripe.financialConnections.accounts.refresh('fca_healthy', { features: ['balance'] });
  assert.equal(refreshed.balance_refresh.status, 'succeeded');
  assert.equal(refreshed.balance.type, 'cash');
  const subscribed = await stripe.financialConnections.accounts.subscribe('fca_healthy', { features: ['transactions'] });
  assert.deepEqual([...subscribed.subscriptions], ['transactions']);
  const unsubscribed = await stripe.financialConnections.accounts.unsubscribe('fca_healthy', { features: ['transactions'] });
  assert.deepEqual([...unsubscribed.subscriptions], []);
  assert.deepEqual((await stripe.financialConnections.accounts.listOwners('fca_healthy', { ownership: 'fcaowns_1' })).data, []);
  assert.deepEqual((await stripe.rawRequest('GET', '/v1/financial_connections/accounts/fca_healthy/inferred_balances')).data, []);
  const disconnected = await stripe.financialConnections.accounts.disconnect('fca_healthy');
  assert.equal(disconnected.status, 'disconnected');
});

test('a webhook passes the check of Stripe\'s client, and a changed one does not', async () => {
  const webhook = await sandbox.receiveWebhook();
  await stripe.rawRequest('POST', '/v1/test_helpers/webhooks', { url: webhook.url });
  await stripe.rawRequest('POST', '/v1/test_helpers/financial_connections/accounts/fca_tan_expiring/deactivate', {
    cause: 'access_denied',
  });
  const { body, signature } = await webhook.received;
  const event = stripe.webhooks.constructEvent(body, signature, 'whsec_sandbox');
  assert.equal(event.type, 'financial_connections.account.deactivated');
  assert.equal(event.data.object.status_details.inactive.cause, 'access_denied');
  assert.throws(() => stripe.webhooks.constructEvent(`${body} `, signature, 'whsec_sandbox'));
});

test('a relink that ends otherwise says why', async () => {
  const finish = async (options, outcome) => {
    const { id } = await stripe.financialConnections.sessions.create(relink(options));
    await stripe.rawRequest('POST', `/v1/test_helpers/financial_connections/sessions/${id}/finish`, outcome);
    return stripe.financialConnections.sessions.retrieve(id);
  };
  const exact = { authorization: 'fcauth_any', account: 'fca_any' };
  const other = await finish(exact, { accounts: ['fca_any_savings'] });
  assert.deepEqual([other.status, other.relink_result.failure_reason], ['failed', 'no_account']);
  const login = await finish(exact, { outcome: 'other_login' });
  assert.deepEqual([login.status, login.relink_result.failure_reason], ['failed', 'no_authorization']);
  const closed = await finish(exact, { outcome: 'closed' });
  assert.equal(closed.status, 'cancelled');
  const done = await finish(exact, { accounts: ['fca_any'] });
  assert.deepEqual([done.status, done.relink_result.account, done.relink_result.authorization], ['succeeded', 'fca_any', 'fcauth_any']);
  assert.deepEqual(done.accounts.data.map(({ id, status }) => [id, status]), [['fca_any', 'active']]);
});

test('banks say how well they can be reached', async () => {
  const banks = await stripe.financialConnections.institutions.list({ limit: 100 });
  const status = Object.fromEntries(banks.data.map((bank) => [bank.name, bank.status]));
  assert.deepEqual(
    [status['Harbour Bank'], status['Low Tide Bank'], status['Down Bank (Scheduled)']],
    ['active', 'degraded', 'inactive'],
  );
  assert.equal((await stripe.financialConnections.institutions.retrieve('fcinst_low_tide')).status, 'degraded');
});

test('a consent is a private preview, and there once Stripe has granted it', async () => {
  const ask = () => stripe.rawRequest('POST', '/v1/financial_connections/consents', {
    account_holder: { type: 'customer', customer: 'cus_demo' }, locale: 'de',
  });
  await assert.rejects(ask(), (error) => error.statusCode === 404);
  await stripe.rawRequest('POST', '/v1/test_helpers/account', { pre_collected_consent: 'granted' });
  const consent = await ask();
  assert.match(consent.consent_text, /^Ich erlaube/);
  assert.equal((await stripe.rawRequest('GET', `/v1/financial_connections/consents/${consent.id}`)).id, consent.id);
});

test('a thin event leads to its account', async () => {
  const body = JSON.stringify({
    id: 'evt_thin_1', object: 'v2.core.event', type: 'v1.financial_connections.account.deactivated',
    created: '2026-11-28T00:00:00Z', livemode: false,
    related_object: {
      id: 'fca_tan_expiring', type: 'financial_connections.account', url: '/v1/financial_connections/accounts/fca_tan_expiring',
    },
  });
  const header = stripe.webhooks.generateTestHeaderString({ payload: body, secret: 'whsec_sandbox' });
  const event = stripe.parseEventNotification(body, header, 'whsec_sandbox');
  assert.equal(event.type, 'v1.financial_connections.account.deactivated');
  assert.equal((await event.fetchRelatedObject()).id, 'fca_tan_expiring');
});

test('the merchant, a customer and each event are retrieved', async () => {
  assert.equal((await stripe.accounts.retrieve()).object, 'account');
  assert.equal((await stripe.customers.retrieve('cus_demo')).id, 'cus_demo');
  const { data: [event] } = await stripe.events.list({ type: 'financial_connections.account.disconnected' });
  assert.equal((await stripe.events.retrieve(event.id)).data.object.id, 'fca_healthy');
});

test('nothing that the sandbox has is left undriven', () => assert.deepEqual(noted.left(), []));
