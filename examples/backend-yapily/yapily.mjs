// A stand-in for the four requests of Yapily's API that `server.mjs` makes, and for the bank's page behind one of them.
// Its consents are in memory, and it says nothing of the rest of Yapily.
import crypto from 'node:crypto';
import http from 'node:http';

const DAY_MS = 86_400_000;
const from = (days) => new Date(Date.now() + days * DAY_MS).toISOString();
const consent = (name, status, reconfirmBy) => ({
  id: `con_${name}`, userUuid: crypto.randomUUID(), institutionId: 'thames-sandbox', status, featureScope: ['ACCOUNTS', 'ACCOUNT_BALANCES', 'ACCOUNT_TRANSACTIONS'],
  consentToken: `token_${name}`, createdAt: from(-200), authorizedAt: from(-200), lastConfirmedAt: from(reconfirmBy - 90), reconfirmBy: from(reconfirmBy),
});
const CONSENTS = [consent('ends_soon', 'AUTHORIZED', 9), consent('healthy', 'AUTHORIZED', 80), consent('expired', 'EXPIRED', -4), consent('other', 'AUTHORIZED', 5)];
const BASIC = `Basic ${Buffer.from('application:secret').toString('base64')}`;

const meta = () => ({ tracingId: crypto.randomUUID() });
const given = (data) => [200, { meta: meta(), data }];
const refused = (code, message) => [code, { error: { ...meta(), code, status: http.STATUS_CODES[code].toUpperCase().replaceAll(' ', '_'), source: 'YAPILY', message } }];

/** Yapily's API. */
function api(method, path, headers, body, base) {
  if (headers.authorization !== BASIC) return refused(401, 'Unauthorized');
  const [, id, isExtended] = /^\/consents\/([\w-]+)(\/extend)?$/.exec(path) ?? [];
  const found = CONSENTS.find((each) => (id ? each.id === id : each.consentToken === headers.consent));
  if (!found) return refused(404, 'Consent not found');
  if (method === 'GET' && id && !isExtended) return given(found);
  if (method === 'POST' && isExtended) {
    const at = Date.parse(body.lastConfirmedAt);
    if (!(at <= Date.now() + 60_000)) return refused(400, 'lastConfirmedAt must be a time that has been');
    if (found.status !== 'AUTHORIZED') return refused(400, 'Only an authorised consent is extended');
    return given(Object.assign(found, { lastConfirmedAt: body.lastConfirmedAt, reconfirmBy: new Date(at + 90 * DAY_MS).toISOString() }));
  }
  if (method === 'PATCH' && path === '/account-auth-requests') {
    found.status = 'AWAITING_RE_AUTHORIZATION';
    return given({ id: found.id, institutionId: found.institutionId, status: found.status, authorisationUrl: `${base}/bank/${found.id}` });
  }
  return refused(404, 'Not found');
}

/** The bank's page: a customer agrees there. */
function bank(method, id) {
  const found = CONSENTS.find((each) => each.id === id);
  if (method === 'POST' && found) Object.assign(found, { status: 'AUTHORIZED', authorizedAt: from(0), lastConfirmedAt: from(0), reconfirmBy: from(90) });
  return method === 'POST' ? '<p>You may close this window.' : '<h1>Mersey Bank</h1><form method="post"><button>Allow</button></form>';
}

const server = http.createServer(async (request, response) => {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  const [, id] = /^\/bank\/(\w+)$/.exec(request.url) ?? [];
  if (id) return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html><html lang="en"><title>Bank</title>${bank(request.method, id)}`);
  const body = request.headers['content-type']?.startsWith('application/json') && text ? JSON.parse(text) : {};
  const [status, answer] = api(request.method, request.url, request.headers, body, `http://${request.headers.host}`);
  return response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(answer));
}).listen(Number(process.env.PORT ?? 4321), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
