// Plaid's own client, unchanged, against the stand-in for Plaid. What passes here is what a merchant's backend may rely on.
//
//   SANDBOX_PLAID_BIN=target/debug/sandbox-plaid node --test e2e/plaid-client/
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Configuration, CountryCode, PlaidApi } from 'plaid';
import { start, stop } from '../harness/servers.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
let sandbox;
let plaid;
let merchant;
/** What came to the merchant: `{ body, token }`, the bytes as they came. */
const received = [];

const client = (secret = 'secret_sandbox') => new PlaidApi(new Configuration({
  basePath: sandbox.base,
  baseOptions: { headers: { 'PLAID-CLIENT-ID': 'client_sandbox', 'PLAID-SECRET': secret } },
}));
const update = (access_token, more = {}) => ({
  client_name: 'Corner Store', language: 'en', country_codes: [CountryCode.Us], user: { client_user_id: 'cus_demo' },
  access_token, hosted_link: { completion_redirect_uri: 'https://corner.example/back' }, ...more,
});
const press = (url, pairs) => fetch(url, { method: 'POST', body: new URLSearchParams(pairs), redirect: 'manual' });
const refused = async (call) => {
  const { response } = await call.then(() => assert.fail('it was not refused'), (error) => error);
  return [response.status, response.data.error_type, response.data.error_code];
};
/** Waits for a webhook of that code. */
const webhook = async (code) => {
  for (;;) {
    const found = received.find(({ body }) => JSON.parse(body).webhook_code === code);
    if (found) return found;
    await once(merchant, 'webhook');
  }
};
const part = (token, at) => JSON.parse(Buffer.from(token.split('.')[at], 'base64url'));

before(async () => {
  sandbox = await start('SANDBOX_PLAID_BIN', { SANDBOX_PLAID_LISTEN: '127.0.0.1:0' });
  plaid = client();
  merchant = http.createServer(async (request, response) => {
    const parts = [];
    for await (const bytes of request) parts.push(bytes);
    received.push({ body: Buffer.concat(parts), token: request.headers['plaid-verification'] });
    response.end();
    merchant.emit('webhook');
  }).listen(0, '127.0.0.1');
  await once(merchant, 'listening');
});
after(async () => {
  merchant?.close();
  await stop(sandbox);
});

test('a changed password is repaired by Hosted Link, and the item is the truth', async () => {
  const access_token = 'access-sandbox-login_required';
  const before = (await plaid.itemGet({ access_token })).data.item;
  assert.equal(before.error.error_code, 'ITEM_LOGIN_REQUIRED');
  const { data } = await plaid.linkTokenCreate(update(access_token));
  assert.match(data.link_token, /^link-sandbox-/);
  assert.ok(Math.abs(Date.parse(data.expiration) - Date.now() - 1_800_000) < 60_000, data.expiration);
  assert.match(await (await fetch(data.hosted_link_url)).text(), /Corner Store/);
  assert.deepEqual((await plaid.linkTokenGet({ link_token: data.link_token })).data.link_sessions, []);
  const back = await press(data.hosted_link_url, { act: 'agree' });
  assert.deepEqual([back.status, back.headers.get('location')], [303, 'https://corner.example/back']);
  const [session] = (await plaid.linkTokenGet({ link_token: data.link_token })).data.link_sessions;
  assert.deepEqual([session.exit, session.results.item_add_results, typeof session.finished_at], [null, [], 'string']);
  assert.equal((await plaid.itemGet({ access_token })).data.item.error, null);
  const { accounts } = (await plaid.accountsGet({ access_token })).data;
  assert.deepEqual(accounts.map(({ account_id, mask }) => [account_id, mask]), [['acc_login_required_0000', '0000'], ['acc_login_required_1111', '1111']]);
});

test('who leaves has repaired nothing', async () => {
  const { data } = await plaid.linkTokenCreate(update('access-sandbox-other'));
  await press(data.hosted_link_url, { act: 'exit' });
  const [session] = (await plaid.linkTokenGet({ link_token: data.link_token })).data.link_sessions;
  assert.equal(session.exit.error, null);
  assert.equal((await plaid.itemGet({ access_token: 'access-sandbox-other' })).data.item.error.error_code, 'ITEM_LOGIN_REQUIRED');
});

test('an account is left out where accounts can be chosen, and comes back under a new id where the scenario says so', async () => {
  const choose = await plaid.linkTokenCreate(update('access-sandbox-healthy', { update: { account_selection_enabled: true } }));
  await press(choose.data.hosted_link_url, { act: 'agree', account: 'acc_healthy_1111' });
  const healthy = (await plaid.accountsGet({ access_token: 'access-sandbox-healthy' })).data.accounts;
  assert.deepEqual(healthy.map(({ mask }) => mask), ['1111']);
  const renew = await plaid.linkTokenCreate(update('access-sandbox-new_ids'));
  await press(renew.data.hosted_link_url, { act: 'agree' });
  const [first] = (await plaid.accountsGet({ access_token: 'access-sandbox-new_ids' })).data.accounts;
  assert.notEqual(first.account_id, 'acc_new_ids_0000');
  assert.equal(first.persistent_account_id, 'persistent_new_ids_0000');
});

test('what Plaid refuses is refused in its words', async () => {
  assert.deepEqual(await refused(client('wrong').itemGet({ access_token: 'access-sandbox-healthy' })), [400, 'INVALID_INPUT', 'INVALID_API_KEYS']);
  assert.deepEqual(await refused(plaid.itemGet({ access_token: 'access-sandbox-nobodys' })), [400, 'INVALID_INPUT', 'INVALID_ACCESS_TOKEN']);
  assert.deepEqual(await refused(plaid.linkTokenCreate(update('access-sandbox-healthy', { products: ['auth'] }))), [400, 'INVALID_REQUEST', 'INVALID_FIELD']);
  assert.deepEqual(await refused(plaid.accountsGet({ access_token: 'access-sandbox-permission_revoked' })), [400, 'ITEM_ERROR', 'USER_PERMISSION_REVOKED']);
});

test('a webhook is signed with a key that Plaid gives by its id, over the bytes that came', async () => {
  const access_token = 'access-sandbox-pending_expiration';
  const url = `http://127.0.0.1:${merchant.address().port}/webhooks/plaid`;
  await plaid.itemWebhookUpdate({ access_token, webhook: url });
  assert.equal((await plaid.sandboxItemResetLogin({ access_token })).data.reset_login, true);
  await plaid.sandboxItemFireWebhook({ access_token, webhook_code: 'NEW_ACCOUNTS_AVAILABLE' });
  for (const code of ['ERROR', 'NEW_ACCOUNTS_AVAILABLE']) {
    const { body, token } = await webhook(code);
    const { alg, kid } = part(token, 0);
    assert.equal(alg, 'ES256');
    const { key } = (await plaid.webhookVerificationKeyGet({ key_id: kid })).data;
    const [head, claims, signature] = token.split('.');
    const publicKey = crypto.createPublicKey({ key, format: 'jwk' });
    const holds = (bytes) => crypto.verify('sha256', Buffer.from(bytes), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    assert.deepEqual([holds(`${head}.${claims}`), holds(`${head}.${claims}x`)], [true, false]);
    const { iat, request_body_sha256 } = part(token, 1);
    assert.ok(Math.abs(iat - Date.now() / 1000) < 60);
    assert.equal(request_body_sha256, crypto.createHash('sha256').update(body).digest('hex'));
    assert.deepEqual([JSON.parse(body).item_id, JSON.parse(body).webhook_type], ['item_pending_expiration', 'ITEM']);
  }
});

test('an item that was repaired elsewhere says so', async () => {
  await fetch(`${sandbox.base}/test_helpers/items/item_pending_expiration/repair`, { method: 'POST' });
  assert.equal(JSON.parse((await webhook('LOGIN_REPAIRED')).body).item_id, 'item_pending_expiration');
  assert.equal((await plaid.itemGet({ access_token: 'access-sandbox-pending_expiration' })).data.item.error, null);
});

/** A Python with Plaid's package; nothing where the machine has no Python or cannot fetch it. */
function pythonWithPlaid() {
  const venv = path.join(HERE, '..', '..', 'target', 'plaid-python');
  const program = path.join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const [requirements, stamp] = [path.join(HERE, 'requirements.txt'), path.join(venv, 'requirements.txt')];
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return program;
  for (const [what, words] of [
    [process.env.PYTHON ?? 'python3', ['-m', 'venv', venv]],
    [program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '--requirement', requirements]],
  ]) {
    if (spawnSync(what, words, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return null;
  }
  writeFileSync(stamp, wanted);
  return program;
}

test('Plaid\'s own client for Python reads every answer into its types', async (context) => {
  const program = pythonWithPlaid();
  if (!program) return context.skip('NOT RUN: there is no Python with venv here, or its registry does not answer');
  const own = await start('SANDBOX_PLAID_BIN', { SANDBOX_PLAID_LISTEN: '127.0.0.1:0' });
  try {
    const said = execFileSync(program, [path.join(HERE, 'drive.py'), own.base], { encoding: 'utf8' });
    assert.equal(said.trim().split('\n').length, 8, said);
  } finally {
    await stop(own);
  }
  return undefined;
});
