// A merchant's relink API with Fastify and Stripe's own client. Passes `cargo xtask conformance`. For production replace
//
// - `customerOf`: your own sign-in. Here a cookie names the customer, and anybody may write one.
// - `sessions`, `answers`, `events`: tables. They live in memory: one process, gone with it. Claim a key by a unique
//   index, write session and answer in one transaction, encrypt client secrets, delete answers after a day.
// - `console.log`: your structured log. Log request ids and codes, never a client secret or a body.
import crypto from 'node:crypto';
import Fastify from 'fastify';
import Stripe from 'stripe';

const env = process.env;
const api = new URL(env.STRIPE_API_BASE ?? 'https://api.stripe.com');
const port = api.port || (api.protocol === 'https:' ? 443 : 80);
const stripe = new Stripe(env.STRIPE_SECRET_KEY, {
  apiVersion: '2026-09-30.preview', protocol: api.protocol.slice(0, -1), host: api.hostname, port,
});
const PERMISSIONS = ['payment_method', 'balances'];
const MERCHANT = { name: 'Corner Store', support_url: 'https://corner.example/help', privacy_url: 'https://corner.example/privacy' };
const PUBLIC = ['id', 'object', 'authorization', 'category', 'created', 'display_name', 'institution', 'institution_name', 'last4',
  'livemode', 'permissions', 'status', 'status_details', 'subcategory', 'supported_payment_method_types'];
const sessions = new Map(); // id → session
const answers = new Map(); // customer and key → { print, answer: Promise }
const events = new Set(); // ids of Stripe's events that had their effect
class Problem extends Error {
  constructor(status, code, detail) { super(detail); Object.assign(this, { status, code }); }
}
const app = Fastify({ genReqId: () => `req_${crypto.randomUUID()}`, routerOptions: { maxParamLength: 255 }, bodyLimit: 300_000 });
function customerOf(request) {
  const cookie = /(?:^|;\s*)demo_customer=(cus_\w+)/.exec(request.headers.cookie ?? '');
  if (!cookie) throw new Problem(401, 'not_authenticated', 'Sign in first.');
  return cookie[1];
}
/** A POST must come from our own pages: the browser says so in headers that no page can set. */
function refuseForeign({ headers }) {
  const own = env.PUBLIC_URL ?? `http://${headers.host}`;
  const foreign = headers['sec-fetch-site'] && headers['sec-fetch-site'] !== 'same-origin';
  if (foreign || (headers.origin && headers.origin !== own)) throw new Problem(403, 'forbidden', 'Another site.');
}
/** What the browser gets of an account: fields from a list, so that whatever Stripe adds stays here. */
function publicAccount(account) {
  const picked = Object.fromEntries(PUBLIC.map((name) => [name, account[name] ?? null]));
  const number = ({ expected_expiry_date = null, identifier_type, status }) => ({ expected_expiry_date, identifier_type, status });
  return { ...picked, account_numbers: (account.account_numbers ?? []).map(number) };
}
/** The relink session of the contract. */
function documentOf(session) {
  const { id, livemode, status, expires_at, relink_options, accounts, client_secret, relink_result } = session;
  return {
    object: 'relink_session', id, livemode, status, expires_at,
    expires_in: Math.max(0, expires_at - now()),
    merchant: MERCHANT,
    institution: { id: accounts[0]?.institution ?? null, name: accounts[0]?.institution_name ?? null, logo_url: null },
    permissions: PERMISSIONS, relink_options, limits: { accounts: 1 }, accounts,
    handoff: status === 'pending' ? { type: 'stripe_js', publishable_key: env.STRIPE_PUBLISHABLE_KEY, client_secret } : null,
    relink_result,
  };
}
const now = () => Math.floor(Date.now() / 1000);
const needsRelink = (account) => account.status === 'inactive' && account.status_details?.inactive?.action !== 'none';
const accountsOf = (customer) =>
  stripe.financialConnections.accounts.list({ account_holder: { customer }, limit: 100 }).autoPagingToArray({ limit: 1000 });
/** The accounts a new session is about, the required one first; they must be this customer's. */
async function subject(customer, wanted) {
  const theirs = await accountsOf(customer);
  const found = wanted.account
    ? theirs.filter((account) => account.id === wanted.account)
    : wanted.authorization
      ? theirs.filter((account) => account.authorization === wanted.authorization)
      : theirs.toSorted((a, b) => needsRelink(b) - needsRelink(a)).slice(0, 1);
  if (found.length === 0) throw new Problem(403, 'forbidden', 'Not an account of the signed-in customer.');
  if (!found[0].authorization) throw new Problem(422, 'not_relinkable', 'The account has no authorization.');
  const account = wanted.authorization && !wanted.account ? null : found[0].id;
  return { found, relink_options: { authorization: found[0].authorization, account } };
}
async function create(customer, wanted, key) {
  const { found, relink_options } = await subject(customer, wanted);
  const stripes = await stripe.financialConnections.sessions.create({
    account_holder: { type: 'customer', customer },
    permissions: PERMISSIONS,
    limits: { accounts: 1 },
    filters: { require_payment_method_support: 'all' },
    relink_options: { authorization: relink_options.authorization, account: relink_options.account ?? undefined },
  }, { idempotencyKey: `relink-${hash(customer, key)}` });
  const session = {
    id: `rls_${crypto.randomUUID()}`, customer, stripe_session: stripes.id, client_secret: stripes.client_secret, status: 'pending',
    livemode: stripes.livemode, expires_at: now() + 1800, relink_options, accounts: found.map(publicAccount), relink_result: null,
  };
  sessions.set(session.id, session);
  return { status: 201, session };
}
/**
 * Asks Stripe what has become of a pending session. What the browser says that happened plays no part; the accounts that the
 * customer chose in it (null: nobody has said yet) must be among those that Stripe collected.
 */
async function settle(session, chosen = null) {
  if (session.status !== 'pending') return;
  const told = await stripe.financialConnections.sessions.retrieve(session.stripe_session);
  const result = told.relink_result ?? { account: null, authorization: null, failure_reason: null };
  const { account: required, authorization } = session.relink_options;
  const given = told.accounts.data.map((account) => account.id);
  const isGiven = (id) => id === required || given.includes(id);
  const failed = (failure_reason) => ({ status: 'failed', relink_result: { account: null, authorization: null, failure_reason } });
  let outcome = session.expires_at <= now() ? { status: 'expired' } : {};
  if (told.status === 'cancelled') outcome = { status: 'cancelled' };
  else if (told.status === 'failed' || result.failure_reason) outcome = failed(result.failure_reason ?? 'other');
  else if (told.status === 'succeeded' && required && result.account !== required && !given.includes(required)) outcome = failed('no_account');
  else if (told.status === 'succeeded' && chosen?.length && !(chosen.every(isGiven) && chosen.includes(required ?? chosen[0]))) {
    throw new Problem(400, 'invalid_request', 'An account that Stripe did not collect, or not the required one.');
  } else if (told.status === 'succeeded' && !required && given.length > 1 && !chosen?.length) {
    return void (session.accounts = told.accounts.data.map(publicAccount)); // the customer has yet to choose
  } else if (told.status === 'succeeded') {
    const accounts = await Promise.all((required ? [required] : chosen?.length ? chosen : given).map((id) => stripe.financialConnections.accounts.retrieve(id)));
    const works = accounts.some((account) => account.status === 'active');
    outcome = works ? { status: 'succeeded', relink_result: { account: required, authorization, failure_reason: null } } : failed('other');
    outcome.accounts = accounts.map(publicAccount);
  }
  if (session.status === 'pending') Object.assign(session, outcome); // another request may have been faster
}
function own(customer, id) {
  if (sessions.get(id)?.customer !== customer) throw new Problem(404, 'session_not_found', 'There is no session of this id.');
  return sessions.get(id);
}
const hash = (...parts) => crypto.createHash('sha256').update(JSON.stringify(parts)).digest('hex');

/** One act, one answer. Whoever comes with the same key, at once or later, gets the first one's bytes. */
async function once(request, reply, customer, act) {
  const key = request.headers['idempotency-key'] ?? '';
  if (key === '' || key.length > 255) throw new Problem(400, 'invalid_request', 'Idempotency-Key is required.');
  const name = hash(customer, key);
  const print = hash(request.url, request.body);
  if ((answers.get(name)?.print ?? print) !== print) throw new Problem(422, 'invalid_request', 'This key was used for another request.');
  if (!answers.has(name)) {
    const answer = act(key).then(
      ({ status, session }) => ({ status, body: JSON.stringify(documentOf(session)), final: status === 201 || session.status !== 'pending' }),
      (error) => problemOf(error, request.id),
    ).then((done) => {
      if (!done.final) answers.delete(name); // "not now" and "not yet" may be asked again
      return done;
    });
    answers.set(name, { print, answer });
  }
  return send(reply, await answers.get(name).answer);
}
function problemOf(error, request_id) {
  let { status, code } = error;
  if (error instanceof Stripe.errors.StripeRateLimitError) [status, code] = [429, 'rate_limited'];
  else if (error instanceof Stripe.errors.StripeSignatureVerificationError) [status, code] = [400, 'invalid_request'];
  else if (error instanceof Stripe.errors.StripeInvalidRequestError) [status, code] = [422, 'not_relinkable'];
  else if (error.statusCode < 500 && error.code?.startsWith('FST_')) [status, code] = [error.statusCode, 'invalid_request'];
  else if (!(error instanceof Problem)) [status, code] = [503, 'provider_unavailable'];
  console.log(request_id, status, code, error.type ?? '');
  const detail = error instanceof Problem ? error.message : null;
  const body = JSON.stringify({ type: 'about:blank', title: code, status, detail, code, request_id });
  return { status, body, final: status < 500 && status !== 429 };
}
function send(reply, { status, body }) {
  if (status === 429 || status === 503) reply.header('retry-after', '2');
  return reply.code(status).header('cache-control', 'no-store').type(status < 400 ? 'application/json' : 'application/problem+json').send(body);
}
const isId = (id) => typeof id === 'string' && id !== '' && id.length <= 255;
const optionalIds = (body) => ['account', 'authorization', 'locale'].every((name) => body[name] == null || isId(body[name]));
const listOfIds = (body) => Array.isArray(body.accounts) && body.accounts.length <= 1000 && body.accounts.every(isId);

/** A route that acts: signed in, from our own page, with a body that fits, on a session of theirs, once for each key. */
const post = (path, fits, act) => app.post(path, async (request, reply) => {
  const customer = customerOf(request);
  refuseForeign(request);
  const isObject = request.body !== null && typeof request.body === 'object' && !Array.isArray(request.body);
  if (!isObject || !fits(request.body)) throw new Problem(400, 'invalid_request', 'A field of the body has another type.');
  const session = request.params.id === undefined ? null : own(customer, request.params.id);
  return once(request, reply, customer, (key) => act({ customer, key, session, wanted: request.body }));
});

post('/relink/sessions', optionalIds, ({ customer, wanted, key }) => create(customer, wanted, key));
post('/relink/sessions/:id/complete', listOfIds, async ({ session, wanted }) => {
  await settle(session, wanted.accounts);
  if (session.status === 'expired') throw new Problem(410, 'session_expired', 'Start over with a new session.');
  if (session.status === 'cancelled') throw new Problem(409, 'session_consumed', 'Start over with a new session.');
  return { status: 200, session };
});
post('/relink/sessions/:id/cancel', () => true, async ({ session }) => {
  if (session.status === 'pending') session.status = 'cancelled';
  return { status: 200, session };
});
app.get('/relink/sessions/:id', async (request, reply) => {
  const session = own(customerOf(request), request.params.id);
  await settle(session);
  return send(reply, { status: 200, body: JSON.stringify(documentOf(session)) });
});

// Stripe's way in: the signature is over the raw bytes, so this route parses nothing before it is checked.
app.register(async (hooks) => {
  hooks.removeAllContentTypeParsers();
  hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  hooks.post('/webhooks/stripe', async (request) => {
    const event = stripe.webhooks.constructEvent(request.body, request.headers['stripe-signature'], env.STRIPE_WEBHOOK_SECRET);
    if (events.has(event.id)) return { received: true }; // delivered at least once, in no order
    const about = event.data.object.id;
    for (const session of sessions.values()) if (session.stripe_session === about) await settle(session);
    events.add(event.id);
    console.log('event', event.type, about);
    return { received: true };
  });
});

app.setErrorHandler((error, request, reply) => send(reply, problemOf(error, request.id)));
app.setNotFoundHandler((request, reply) => send(reply, problemOf(new Problem(404, 'invalid_request', 'No such address.'), request.id)));
console.log(await app.listen({ host: '127.0.0.1', port: Number(env.PORT ?? 4300) }));
