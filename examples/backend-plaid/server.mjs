// A merchant's relink API for items at Plaid, without dependencies: update mode by Hosted Link. Plaid repairs a login and knows no
// accounts, so whether the account that is needed is there again is judged here. Passes `cargo xtask conformance`. For production replace
//
// - `customerOf`: your own sign-in. Here a cookie names the customer, and anybody may write one.
// - `LINKS`, `sessions`, `answers`: tables. Claim a key by a unique index, write session and answer in one transaction.
import crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const { PLAID_API_BASE = 'https://sandbox.plaid.com', PLAID_CLIENT_ID, PLAID_SECRET, PUBLIC_URL, WIDGET_DIR, PORT = '4330' } = process.env;
const PERMISSIONS = ['balances', 'transactions'];
const MERCHANT = { name: 'Corner Store', support_url: 'https://corner.example/help', privacy_url: 'https://corner.example/privacy' };
const account = (name, mask, display_name, subcategory) => ({ id: `acc_${name}_${mask}`, persistent: `persistent_${name}_${mask}`, display_name, last4: mask, subcategory });
const item = (name, masks = ['0000', '1111']) => ({
  item: `item_${name}`, token: `access-sandbox-${name}`,
  accounts: masks.map((mask) => account(name, mask, mask === '1111' ? 'Plaid Saving' : 'Plaid Checking', mask === '1111' ? 'savings' : 'checking')),
});
/** Who linked what. An access token is a secret like a password: encrypt it. */
const LINKS = {
  cus_demo: [item('login_required'), item('oauth'), item('new_ids'), item('pending_expiration'), item('permission_revoked', ['0000']), item('healthy')],
  cus_other: [item('other', ['0000'])],
};
const [sessions, answers, keys] = [new Map(), new Map(), new Map()]; // id → session; customer and key → { print, answer: Promise }; kid → key
const now = () => Math.floor(Date.now() / 1000);
const hash = (...parts) => crypto.createHash('sha256').update(JSON.stringify(parts)).digest('hex');
class Problem extends Error { constructor(status, code, detail) { super(detail); Object.assign(this, { status, code }); } }

/** Asks Plaid; null where it refuses. What it does not answer is a problem of ours. */
async function plaid(path, body) {
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ client_id: PLAID_CLIENT_ID, secret: PLAID_SECRET, ...body }) };
  const answer = await fetch(PLAID_API_BASE + path, { ...asked, signal: AbortSignal.timeout(20_000) }).catch(() => ({ status: 503 }));
  if (answer.status >= 500 || answer.status === 429) throw new Problem(503, 'provider_unavailable', 'Plaid does not answer.');
  return answer.ok ? answer.json() : null;
}
/** How an item stands: its error, the end of its consent, and the accounts that it shares; null of them while it has an error. */
async function stateOf({ token }) {
  const found = (await plaid('/item/get', { access_token: token }))?.item;
  const error = found ? (found.error?.error_code ?? null) : 'ITEM_NOT_FOUND';
  const shared = error ? null : ((await plaid('/accounts/get', { access_token: token }))?.accounts ?? null);
  return { error, until: found?.consent_expiration_time ? Math.floor(Date.parse(found.consent_expiration_time) / 1000) : null, bank: found?.institution_name ?? null, shared };
}
/** Why the customer is here, in Stripe's words. */
function statusOf({ error, until, shared }, { id }) {
  const inactive = (cause, action = 'relink_required') => ({ status: 'inactive', status_details: { inactive: { cause, action } } });
  if (error === 'ITEM_NOT_FOUND') return inactive('account_closed', 'none');
  if (error) return inactive(error === 'USER_PERMISSION_REVOKED' ? 'access_denied' : 'institution_requirement');
  if (shared && !shared.some(({ account_id }) => account_id === id)) return inactive('access_denied'); // left out at the bank
  return { status: 'active', status_details: until ? { active: { cause: 'access_expired', action: 'relink_required', expected_deactivation_date: until } } : {} };
}
/** An account as the browser may have it: no access token, no balance, no persistent id. */
const publicAccount = (link, state) => ({ id, replaces = null, display_name, last4, subcategory }) => ({
  id, replaces, display_name, last4, subcategory, category: 'cash', authorization: link.item, institution_name: state.bank, permissions: PERMISSIONS, account_numbers: [],
  ...statusOf(state, { id }),
});
/**
 * The accounts that came, each with the id that you knew it by where that is another: by Plaid's persistent id, else by the end of the number
 * and the kind where exactly one fits on either side. Never by order, and never by a guess between two.
 */
function matched(before, shared) {
  const came = shared.map((one) => ({ id: one.account_id, persistent: one.persistent_account_id ?? null, display_name: one.name, last4: one.mask, subcategory: one.subtype }));
  const [gone, fresh] = [before.filter(({ id }) => !came.some((one) => one.id === id)), came.filter(({ id }) => !before.some((one) => one.id === id))];
  const alike = (a) => (b) => a.last4 === b.last4 && a.subcategory === b.subcategory && !(a.persistent && b.persistent && a.persistent !== b.persistent);
  const was = (one) => gone.find(({ persistent }) => persistent && persistent === one.persistent)
    ?? (gone.filter(alike(one)).length === 1 && fresh.filter(alike(one)).length === 1 ? gone.find(alike(one)) : null);
  return came.map((one) => (fresh.includes(one) && was(one) ? { ...one, replaces: was(one).id } : one));
}
/** The relink session of the contract. */
function documentOf({ id, status, expires_at, relink_options, accounts, bank, url, relink_result }) {
  return {
    object: 'relink_session', id, livemode: false, status, expires_at, expires_in: Math.max(0, expires_at - now()), merchant: MERCHANT,
    institution: { id: null, name: bank, logo_url: null }, permissions: PERMISSIONS, relink_options, limits: { accounts: null },
    accounts, handoff: status === 'pending' ? { type: 'hosted', url } : null, relink_result,
  };
}
async function create(customer, wanted) {
  const isNamed = ({ id, was }) => wanted.account && [id, was].includes(wanted.account); // by the id before, too
  const isWanted = ({ item: id, accounts }) => [id, undefined, null].includes(wanted.authorization) && (!wanted.account || accounts.some(isNamed));
  const link = (LINKS[customer] ?? []).find(isWanted);
  if (!link) throw new Problem(403, 'forbidden', 'Not an account of the signed-in customer.');
  const state = await stateOf(link);
  const accounts = link.accounts.map(publicAccount(link, state));
  const isMissing = accounts.some(({ status }) => state.error === null && status === 'inactive');
  const made = await plaid('/link/token/create', {
    access_token: link.token, client_name: MERCHANT.name, language: 'en', country_codes: ['US'], user: { client_user_id: customer },
    hosted_link: {}, ...(PUBLIC_URL && { webhook: `${PUBLIC_URL}/webhooks/plaid` }), ...(isMissing && { update: { account_selection_enabled: true } }),
  });
  if (!made?.hosted_link_url) throw new Problem(422, 'not_relinkable', 'Plaid repairs this item no more.');
  const session = {
    id: `rls_${crypto.randomUUID()}`, customer, link, link_token: made.link_token, url: made.hosted_link_url, wasBroken: state.error !== null, status: 'pending', bank: state.bank,
    expires_at: now() + 1800, relink_options: { authorization: link.item, account: link.accounts.find(isNamed)?.id ?? null }, accounts, relink_result: null,
  };
  sessions.set(session.id, session);
  return { status: 201, session };
}
/** Whether the customer went through Plaid's page to its end: all that tells a renewal of an item that had no error. */
const wentThrough = async ({ link_token }) =>
  (await plaid('/link/token/get', { link_token }))?.link_sessions?.some(({ finished_at, exit, on_exit }) => finished_at && !exit && !on_exit) ?? false;
/** Asks Plaid what has become of a pending session. `/item/get` is the truth; what the browser saw plays no part. */
async function settle(session) {
  if (session.status !== 'pending') return;
  const { link, relink_options: { account: needed, authorization } } = session;
  const state = await stateOf(link);
  const isOver = state.error === null && state.shared && (session.wasBroken || (await wentThrough(session)));
  if (session.status !== 'pending') return; // another request was faster
  if (!isOver) return void (session.status = session.expires_at <= now() ? 'expired' : 'pending');
  const came = matched(link.accounts, state.shared);
  const isThere = came.some(({ id, replaces }) => !needed || id === needed || replaces === needed);
  const failure_reason = isThere ? null : 'no_account';
  const accounts = came.map(publicAccount(link, state));
  Object.assign(session, { status: isThere ? 'succeeded' : 'failed', accounts, relink_result: { account: isThere ? needed : null, authorization: isThere ? authorization : null, failure_reason } });
  // One row for each account, under its new id: nothing is doubled, and none that was left out is forgotten.
  link.accounts = link.accounts.map((old) => {
    const { replaces: was = old.was, ...one } = came.find(({ id, replaces }) => old.id === id || old.id === replaces) ?? old;
    return { ...one, was };
  });
}
async function complete({ session, wanted }) {
  if (session.status === 'cancelled') throw new Problem(409, 'session_consumed', 'Start over with a new session.');
  const isOurs = (id) => id === session.relink_options.account || session.accounts.some((one) => one.id === id || one.replaces === id);
  await settle(session);
  if (session.status === 'succeeded' && !wanted.accounts.every(isOurs)) throw new Problem(400, 'invalid_request', 'An account of another item.');
  if (session.status === 'expired') throw new Problem(410, 'session_expired', 'Start over with a new session.');
  return { status: 200, session };
}
/** Plaid's way in: a JWT (ES256) whose key Plaid gives by its id, with the time and the hash of the bytes. A reason to ask, and never an answer. */
async function webhook(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const [head, claims, signature] = (request.headers['plaid-verification'] ?? '').split('.');
  const refuse = () => { throw new Problem(400, 'invalid_request', 'Not a webhook of Plaid.'); };
  const read = (part) => { try { return JSON.parse(Buffer.from(part ?? '', 'base64url')); } catch { return refuse(); } };
  const { alg, kid } = read(head);
  if (alg !== 'ES256' || typeof kid !== 'string' || kid.length > 100) refuse();
  const key = keys.get(kid) ?? (await plaid('/webhook_verification_key/get', { key_id: kid }))?.key;
  if (!key || (key.expired_at && key.expired_at <= now())) refuse();
  keys.set(kid, key);
  const publicKey = { key: crypto.createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  if (!crypto.verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature ?? '', 'base64url'))) refuse();
  const [{ iat, request_body_sha256 }, body] = [read(claims), Buffer.concat(parts)];
  if (!(Math.abs(now() - iat) <= 300) || request_body_sha256 !== crypto.createHash('sha256').update(body).digest('hex')) refuse();
  const told = JSON.parse(body);
  for (const session of sessions.values()) if (session.link_token === told.link_token || session.link.item === told.item_id) await settle(session);
  console.log('webhook', told.webhook_code);
  return { status: 200, body: { received: true } };
}
/** One act, one answer: whoever comes with the same key, at once or later, gets the first one's bytes. */
async function once(path, request, customer, wanted, act) {
  const key = request.headers['idempotency-key'] ?? '';
  if (key === '' || key.length > 255) throw new Problem(400, 'invalid_request', 'Idempotency-Key is required.');
  const [name, print] = [hash(customer, key), hash(path, wanted)];
  if ((answers.get(name)?.print ?? print) !== print) throw new Problem(422, 'invalid_request', 'This key was used for another request.');
  if (!answers.has(name)) {
    const answer = act().then(({ status, session }) => ({ status, body: documentOf(session), final: status === 201 || session.status !== 'pending' }), problemOf);
    answers.set(name, { print, answer: answer.then((done) => (done.final || answers.delete(name), done)) }); // "not now" may be asked again
  }
  return answers.get(name).answer;
}
function problemOf(error) {
  const { status, code } = error instanceof Problem ? error : { status: 503, code: 'provider_unavailable' };
  const body = { type: 'about:blank', title: code, status, detail: error instanceof Problem ? error.message : null, code, request_id: `req_${crypto.randomUUID()}` };
  console.log(body.request_id, status, code, error.name);
  return { status, body, final: status < 500 };
}
const isId = (id) => typeof id === 'string' && id !== '' && id.length <= 255;
const customerOf = (request) => /(?:^|;\s*)demo_customer=(cus_\w+)/.exec(request.headers.cookie ?? '')?.[1];
/** The body of a POST: from our own page, as JSON. */
async function bodyOf(request) {
  const { headers } = request;
  if ((headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin' || (headers.origin && headers.origin !== `http://${headers.host}`)) throw new Problem(403, 'forbidden', 'Another site.');
  if (!headers['content-type']?.startsWith('application/json')) throw new Problem(415, 'invalid_request', 'The body must be JSON.');
  let text = '';
  for await (const part of request.setEncoding('utf8')) if ((text += part).length > 300_000) throw new Problem(413, 'invalid_request', 'Too long.');
  try { return JSON.parse(text); } catch { throw new Problem(400, 'invalid_request', 'The body is not JSON.'); }
}
async function relink(request, path) {
  const customer = customerOf(request);
  if (!customer) throw new Problem(401, 'not_authenticated', 'Sign in first.');
  const [, id, act] = /^\/sessions(?:\/([^/]+)(?:\/(complete|cancel))?)?$/.exec(path) ?? [, ''];
  const wanted = request.method === 'POST' ? await bodyOf(request) : null;
  const session = sessions.get(id);
  if (id !== undefined && session?.customer !== customer) throw new Problem(404, 'session_not_found', 'There is no session of this id.');
  if (request.method === 'GET' && session && !act) return settle(session).then(() => ({ status: 200, body: documentOf(session) }));
  const isObject = Object.prototype.toString.call(wanted) === '[object Object]';
  const fits = act === 'complete' ? Array.isArray(wanted?.accounts) && wanted.accounts.every(isId) : ['account', 'authorization', 'locale'].every((name) => wanted?.[name] == null || isId(wanted[name]));
  if (!isObject || !fits || (id && !act)) throw new Problem(400, 'invalid_request', 'A field of the body has another type.');
  return once(path, request, customer, wanted, async () => {
    if (act === 'cancel' && session.status === 'pending') session.status = 'cancelled';
    return act === 'complete' ? complete({ session, wanted }) : act === 'cancel' ? { status: 200, session } : create(customer, wanted);
  });
}
const PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title><script type="module" src="/widget/relink-widget.js"></script><main><h1>Your bank accounts</h1><relink-widget endpoint="/relink"></relink-widget></main></html>';
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src https:; base-uri 'none'; frame-ancestors 'none'";
const TYPES = { js: 'text/javascript', wasm: 'application/wasm', css: 'text/css', txt: 'text/plain; charset=utf-8' };
http.createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  const file = /^\/widget\/([\w.-]+\.(js|wasm|css|txt))$/.exec(path);
  if (file) return readFile(`${WIDGET_DIR}/${file[1]}`).then((body) => response.writeHead(200, { 'content-type': TYPES[file[2]] }).end(body), () => response.writeHead(404).end());
  if (!path.startsWith('/relink/') && path !== '/webhooks/plaid') return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }).end(PAGE);
  const { status, body } = await (path === '/webhooks/plaid' ? webhook(request) : relink(request, path.slice('/relink'.length))).catch(problemOf);
  return response.writeHead(status, { 'content-type': `application/${status < 400 ? '' : 'problem+'}json`, 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '2' }) }).end(JSON.stringify(body));
}).listen(Number(PORT), '127.0.0.1', function started() { console.log(`http://127.0.0.1:${this.address().port}`); });
