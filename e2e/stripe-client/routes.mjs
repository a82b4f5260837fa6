// Every route of Stripe's API that the sandbox has, read from its source, and a place between a client and the sandbox that notes
// which of them were answered: a client drives the sandbox whole where none is left.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';

const source = (file) => readFileSync(new URL(`../../sandbox/src/api/${file}`, import.meta.url), 'utf8');

/** `GET financial_connections/accounts/*`, and so on. What merchants never call, the test helpers, is not among them. */
export function routesOfSandbox() {
  const [, arms] = /known: &\[&str\] = match act \{([\s\S]*?)_ => return None/.exec(source('accounts.rs'));
  const acts = arms.split('\n').flatMap((arm) => [...arm.split('=>')[0].matchAll(/"(\w+)"/g)].map(([, act]) => act));
  return [...source('mod.rs').matchAll(/\("(GET|POST)", \[([^\]]+)\]\)/g)].flatMap(([, method, parts]) =>
    parts.split(', ').map((part) => {
      if (part === 'id') return ['*'];
      if (part === 'act') return acts;
      return part.split(' | ').map((name) => name.replaceAll('"', ''));
    }).reduce((ways, names) => ways.flatMap((way) => names.map((name) => [...way, name])), [[]])
      .map((way) => `${method} ${way.join('/')}`)).sort();
}

/** Stands before the sandbox at `base`; `left()` are the routes that it has not answered well. */
export async function between(base) {
  const answered = new Set();
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { host, connection, ...headers } = request.headers;
    const answer = await fetch(base + request.url, { method: request.method, headers, body: body.length ? body : undefined });
    const path = new URL(request.url, base).pathname.replace('/v1/', '');
    if (answer.ok) answered.add(`${request.method} ${path}`);
    const kept = [...answer.headers].filter(([name]) => !['connection', 'transfer-encoding', 'keep-alive', 'content-length'].includes(name));
    response.writeHead(answer.status, Object.fromEntries(kept));
    response.end(Buffer.from(await answer.arrayBuffer()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const routes = routesOfSandbox();
  return {
    base: `http://127.0.0.1:${server.address().port}`,
    left: () => routes.filter((route) => {
      const pattern = new RegExp(`^${route.replaceAll('*', '[^/]+')}$`);
      return ![...answered].some((call) => pattern.test(call));
    }),
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
