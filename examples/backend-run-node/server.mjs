// A merchant's server that runs relink-server beside it. All it adds is a token for the customer who is signed in, and the
// page. Replace `customerOf` by your own sign-in: here a cookie names the customer, and anybody may write one.
import http from 'node:http';

const { RELINK_URL, RELINK_API_KEY, STRIPE_JS = 'https://js.stripe.com', PORT = '4310' } = process.env;
for (const [name, value] of Object.entries({ RELINK_URL, RELINK_API_KEY })) {
  if (value) continue;
  console.error(`${name} is not set: ${name === 'RELINK_URL' ? 'it is the address of relink-server' : 'relink-server api-key add prints one'}.`);
  process.exit(2);
}
const customerOf = (request) => /(?:^|;\s*)demo_customer=(cus_\w+)/.exec(request.headers.cookie ?? '')?.[1];

async function token(request, response) {
  const foreign = (request.headers['sec-fetch-site'] ?? 'same-origin') !== 'same-origin';
  if (foreign || !customerOf(request)) return response.writeHead(foreign ? 403 : 401).end();
  const answer = await fetch(`${RELINK_URL}/v1/customer_tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${RELINK_API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ customer: customerOf(request), return_url: `http://${request.headers.host}/` }),
  });
  response.writeHead(answer.ok ? 200 : 503, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(answer.ok ? await answer.text() : '{}');
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<meta name="referrer" content="strict-origin">
<script src="${STRIPE_JS}/v3/"></script><script type="module" src="/page.js"></script>
<script type="module" src="${RELINK_URL}/widget/relink-widget.js" crossorigin></script>
<main><h1>Your bank accounts</h1><relink-widget endpoint="${RELINK_URL}/relink"></relink-widget></main></html>`;
const SCRIPT = `document.querySelector('relink-widget').headers = async () => {
  const { token } = await (await fetch('/relink-token')).json();
  return { authorization: 'Bearer ' + token };
};`;
const POLICY = `default-src 'none'; script-src 'self' ${RELINK_URL} ${STRIPE_JS} 'wasm-unsafe-eval'; img-src https:;
  connect-src 'self' ${RELINK_URL} ${STRIPE_JS} https://api.stripe.com; frame-src ${STRIPE_JS} https://hooks.stripe.com;
  base-uri 'none'; frame-ancestors 'none'`.replaceAll('\n', '');

http.createServer((request, response) => {
  if (request.url === '/relink-token') return token(request, response).catch(() => response.writeHead(503).end());
  const [type, body] = request.url === '/page.js' ? ['text/javascript', SCRIPT] : ['text/html; charset=utf-8', PAGE];
  return response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
}).listen(Number(PORT), '127.0.0.1', function started() { console.log(`http://127.0.0.1:${this.address().port}`); });
