// A merchant's relink API for consents at Yapily, without dependencies. Every 90 days a customer in the UK confirms that a
// consent goes on: no bank is visited, so the handoff is `confirm`. One that the bank has ended is given anew at the bank, by
// `hosted`. Passes `cargo xtask conformance`. For production replace
//
// - `customerOf`: your own sign-in. Here a cookie names the customer, and anybody may write one.
// - `LINKS`, `sessions`, `answers`: tables. Claim a key by a unique index, write session and answer in one transaction.
import crypto from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';

const { YAPILY_API_BASE = 'https://api.yapily.com', YAPILY_APPLICATION_KEY, YAPILY_APPLICATION_SECRET, WIDGET_DIR, PORT = '4320' } = process.env;
const PERMISSIONS = ['balances', 'transactions'];
const MERCHANT = { name: 'Corner Store', support_url: 'https://corner.example/help', privacy_url: 'https://corner.example/privacy' };
const account = (id, display_name, last4) => ({ id, display_name, last4, category: 'cash', subcategory: 'checking' });
/** Who linked what. A consent's token is a secret like a password: encrypt it. */
const LINKS = {
  cus_demo: [
    { consent: 'con_ends_soon', token: 'token_ends_soon', bank: 'Thames Bank', accounts: [account('acc_ends_soon', 'Current Account', '4821'), account('acc_ends_soon_too', 'Rainy Day', '1177')] },
    { consent: 'con_healthy', token: 'token_healthy', bank: 'Severn Bank', accounts: [account('acc_healthy', 'Current Account', '3300')] },
    { consent: 'con_expired', token: 'token_expired', bank: 'Mersey Bank', accounts: [account('acc_expired', 'Household', '9042')] }],
  cus_other: [{ consent: 'con_other', token: 'token_other', bank: 'Thames Bank', accounts: [account('acc_other', 'Savings', '5150')] }],
};
const [sessions, answers] = [new Map(), new Map()]; // id → session; customer and key → { print, answer: Promise }
const now = () => Math.floor(Date.now() / 1000);
const hash = (...parts) => crypto.createHash('sha256').update(JSON.stringify(parts)).digest('hex');
class Problem extends Error { constructor(status, code, detail) { super(detail); Object.assign(this, { status, code }); } }

/** Asks Yapily, and answers the `data` of its answer; null where it refuses. What it does not answer is a problem of ours. */
async function yapily(method, path, body, headers = {}) {
  const basic = Buffer.from(`${YAPILY_APPLICATION_KEY}:${YAPILY_APPLICATION_SECRET}`).toString('base64');
  const asked = { method, body: body && JSON.stringify(body), headers: { authorization: `Basic ${basic}`, 'content-type': 'application/json;charset=UTF-8', ...headers } };
  const answer = await fetch(YAPILY_API_BASE + path, { ...asked, signal: AbortSignal.timeout(20_000) }).catch(() => ({ status: 503 }));
  if (answer.status >= 500 || answer.status === 429) throw new Problem(503, 'provider_unavailable', 'Yapily does not answer.');
  return answer.ok ? (await answer.json()).data : null;
}
const consentOf = async ({ consent }) => (await yapily('GET', `/consents/${consent}`)) ?? { status: 'REVOKED' };
/** What the widget reads of a consent's accounts: it says from that why the customer is here, in Stripe's words. */
function accountsUnder(link, { status, reconfirmBy }) {
  const until = reconfirmBy ? Math.floor(Date.parse(reconfirmBy) / 1000) : null;
  const state = { status: 'active', status_details: {} };
  if (status !== 'AUTHORIZED' || until <= now()) {
    const cause = status === 'REVOKED' ? 'access_denied' : 'access_expired';
    Object.assign(state, { status: 'inactive', status_details: { inactive: { cause, action: 'relink_required' } } });
  } else if (until < now() + 30 * 86_400) {
    state.status_details = { active: { cause: 'access_expired', action: 'relink_required', expected_deactivation_date: until } };
  }
  return link.accounts.map((known) => ({ ...known, authorization: link.consent, institution_name: link.bank, permissions: PERMISSIONS, account_numbers: [], ...state }));
}
/** The relink session of the contract. */
function documentOf({ id, status, expires_at, relink_options, accounts, handoff, relink_result, link }) {
  return {
    object: 'relink_session', id, livemode: false, status, expires_at, expires_in: Math.max(0, expires_at - now()), merchant: MERCHANT,
    institution: { id: null, name: link.bank, logo_url: null }, permissions: PERMISSIONS, relink_options, limits: { accounts: null },
    accounts, handoff: status === 'pending' ? handoff : null, relink_result,
  };
}
async function create(customer, wanted) {
  const isWanted = ({ consent, accounts }) => [consent, undefined, null].includes(wanted.authorization) && (!wanted.account || accounts.some(({ id }) => id === wanted.account));
  const link = (LINKS[customer] ?? []).find(isWanted);
  if (!link) throw new Problem(403, 'forbidden', 'Not an account of the signed-in customer.');
  const consent = await consentOf(link);
  const request = consent.status === 'AUTHORIZED' ? null : await yapily('PATCH', '/account-auth-requests', {}, { consent: link.token });
  if (consent.status !== 'AUTHORIZED' && !request) throw new Problem(422, 'not_relinkable', 'This consent cannot be given again.');
  const session = {
    id: `rls_${crypto.randomUUID()}`, customer, link, began: Date.now(), status: 'pending', expires_at: now() + 1800,
    relink_options: { authorization: link.consent, account: wanted.account ?? null }, accounts: accountsUnder(link, consent),
    handoff: request ? { type: 'hosted', url: request.authorisationUrl } : { type: 'confirm' }, relink_result: null,
  };
  sessions.set(session.id, session);
  return { status: 201, session };
}
/** Asks Yapily how the consent stands. Only what happened since the session began ends it: confirmed, or given anew. */
async function settle(session) {
  if (session.status !== 'pending') return;
  const { link, handoff, relink_options } = session;
  const consent = await consentOf(link);
  const since = Date.parse(handoff.type === 'confirm' ? consent.lastConfirmedAt : consent.authorizedAt);
  const isDone = consent.status === 'AUTHORIZED' && since >= session.began && Date.parse(consent.reconfirmBy) > Date.now();
  if (isDone) Object.assign(session, { status: 'succeeded', relink_result: { ...relink_options, failure_reason: null }, accounts: accountsUnder(link, consent) });
  else if (session.expires_at <= now()) session.status = 'expired';
}
async function complete({ session, wanted }) {
  if (!wanted.accounts.every((id) => session.accounts.some((known) => known.id === id))) throw new Problem(400, 'invalid_request', 'An account of another consent.');
  if (session.status === 'cancelled') throw new Problem(409, 'session_consumed', 'Start over with a new session.');
  await settle(session);
  if (session.status === 'expired') throw new Problem(410, 'session_expired', 'Start over with a new session.');
  if (session.status === 'pending' && session.handoff.type === 'confirm') {
    const told = await yapily('POST', `/consents/${session.link.consent}/extend`, { lastConfirmedAt: new Date().toISOString() });
    await settle(session);
    if (!told && session.status === 'pending') Object.assign(session, { status: 'failed', relink_result: { account: null, authorization: null, failure_reason: 'other' } });
  }
  return { status: 200, session };
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
  if (!path.startsWith('/relink/')) return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': POLICY }).end(PAGE);
  const { status, body } = await relink(request, path.slice('/relink'.length)).catch(problemOf);
  return response.writeHead(status, { 'content-type': `application/${status < 400 ? '' : 'problem+'}json`, 'cache-control': 'no-store', ...(status === 503 && { 'retry-after': '2' }) }).end(JSON.stringify(body));
}).listen(Number(PORT), '127.0.0.1', function started() { console.log(`http://127.0.0.1:${this.address().port}`); });
