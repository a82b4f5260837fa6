// What relink-server sends to Stripe when a session is made: a proxy between it and the sandbox writes it down.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freeAddress, operate, relinkServer, start, startSandbox, stop } from '../harness/servers.mjs';

/** A form as the object that a client of Stripe's would be given. Numbers are numbers again. */
export function objectOf(form) {
  const object = {};
  for (const [name, value] of new URLSearchParams(form)) {
    const parts = name.replaceAll(']', '').split('[');
    let inner = object;
    parts.slice(0, -1).forEach((part, at) => {
      inner[part] ??= parts[at + 1] === '' ? [] : {};
      inner = inner[part];
    });
    const last = parts.at(-1);
    const read = name === 'limits[accounts]' || name === 'limit' ? Number(value) : value;
    if (last === '') inner.push(read);
    else inner[last] = read;
  }
  return object;
}

let sent;
/** Every request for a session that the backend makes, as an object; all kinds of relink, and a page that Stripe hosts. */
export const requestsOfBackend = async () => (await (sent ??= drive())).sessions;
/** Every list of accounts that it asks for: a page of everybody's, a customer's, and what a session collected. */
export const listsOfBackend = async () => (await (sent ??= drive())).lists;

async function drive() {
  const folder = mkdtempSync(path.join(tmpdir(), 'stripe-backend-'));
  const sandbox = await startSandbox();
  const [sessions, lists] = [[], []];
  const proxy = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.method === 'POST' && request.url === '/v1/financial_connections/sessions') sessions.push(objectOf(body.toString()));
    const { pathname, searchParams } = new URL(request.url, sandbox.base);
    if (pathname === '/v1/financial_connections/accounts') lists.push(objectOf(searchParams.toString()));
    const { host, connection, ...headers } = request.headers;
    // What the backend asks of its own accord may be under way when the sandbox is stopped.
    const answer = await fetch(sandbox.base + request.url, { method: request.method, headers, body: body.length ? body : undefined }).catch(() => null);
    if (!answer) return response.destroy();
    response.writeHead(answer.status, Object.fromEntries([...answer.headers].filter(([name]) => name !== 'connection' && name !== 'transfer-encoding' && name !== 'keep-alive')));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const stripe = `http://127.0.0.1:${proxy.address().port}`;
  const environment = relinkServer({ listen: await freeAddress(), pages: 'https://shop.example', stripe, folder });
  let relink;
  try {
    const key = await operate(environment, ['api-key', 'add', 'types']);
    relink = await start('SERVER_BIN', environment);
    const post = async (address, bearer, body, number) => {
      const answer = await fetch(`${relink.base}${address}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', 'idempotency-key': `types-${number}` },
        body: JSON.stringify(body),
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(`${address}: ${JSON.stringify(told)}`);
      return told;
    };
    const { token } = await post('/v1/customer_tokens', key, { customer: 'cus_demo' }, 0);
    await post('/relink/sessions', token, { account: 'fca_access_expired' }, 1);
    await post('/relink/sessions', token, { authorization: 'fcauth_any' }, 2);
    await post('/relink-data/sessions', token, { authorization: 'fcauth_several' }, 3);
    await post('/relink-hosted/sessions', token, { account: 'fca_hosted' }, 4);
    await post('/v1/hosted_relinks', key, { account: 'fca_access_denied', delivery: 'url', host: 'stripe' }, 5);
    // An Account object that stands for a customer.
    const { token: other } = await post('/v1/customer_tokens', key, { customer: 'acct_workshop' }, 6);
    await post('/relink/sessions', other, {}, 7);
  } finally {
    await stop(relink);
    await stop(sandbox);
    proxy.close();
    proxy.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
  return { sessions, lists };
}
