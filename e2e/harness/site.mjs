// The places of a story, each an origin of its own: the merchant's page with its API, the CDN that serves the built
// package, and a bank's page that someone else hosts.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

/** The package that `cargo xtask dist` wrote. */
export const DIST = process.env.DIST ?? fileURLToPath(new URL('../../dist/relink-widget', import.meta.url));

const TYPES = {
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.css': 'text/css',
  '.json': 'application/json',
  '.html': 'text/html; charset=utf-8',
};

const packed = new Map();
/** A file as a CDN keeps it: packed once. */
const inBrotli = (name, bytes) => {
  if (!packed.has(name)) packed.set(name, brotliCompressSync(bytes));
  return packed.get(name);
};

const listen = async (handle) => {
  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => response.destroyed || response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const read = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A page that includes the element as a merchant would. */
export const merchantPage = ({ cdn }, { element = '', before = '', after = '', head = '', lang = 'en' } = {}) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>${head}</head>
<body><main><h1>Your bank accounts</h1>${before}
<relink-widget endpoint="/relink" account="fca_1" ${element}></relink-widget>${after}</main></body></html>`;

const bankPage = (session) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Harbour Bank</title>
<h1>Harbour Bank</h1>
<form method="post" action="/agree?session=${session}"><button>Agree</button></form>`;

export class Site {
  /** Starts all three. `scenario` is that of `open` in world.mjs. */
  static async start(backend, scenario) {
    const site = new Site();
    site.scenario = scenario;
    site.backend = backend;
    /** The names of the files that the CDN was asked for, in order. */
    site.fetched = [];
    /** The preflights of the API, in order: `{url, headers}`. */
    site.preflights = [];
    /** What was posted to the shop beside its API, in order: `{path, body}`. */
    site.posted = [];
    /** The requests for the bank's page: `{referer, url}`. */
    site.visits = [];
    const [shop, cdn, bank] = await Promise.all([
      listen((request, response) => site.atShop(request, response)),
      listen((request, response) => site.atCdn(request, response)),
      listen((request, response) => site.atBank(request, response)),
    ]);
    site.servers = [shop, cdn, bank];
    site.shop = `http://localhost:${shop.address().port}`;
    /** The same API at another site. */
    site.elsewhere = `http://127.0.0.1:${shop.address().port}`;
    site.cdn = `http://127.0.0.1:${cdn.address().port}`;
    site.bank = `http://localhost:${bank.address().port}`;
    return site;
  }

  stop() {
    for (const server of this.servers) {
      server.closeAllConnections();
      server.close();
    }
  }

  async atShop(request, response) {
    const url = new URL(request.url, this.shop);
    if (url.pathname.startsWith('/relink/')) return this.atApi(request, response, url);
    if (request.method === 'POST') this.posted.push({ path: url.pathname, body: await read(request) });
    const built = this.scenario.folder && await readFile(path.join(this.scenario.folder, url.pathname)).catch(() => null);
    const headers = this.scenario.headers?.(this) ?? {};
    if (built) {
      response.writeHead(200, { 'content-type': TYPES[path.extname(url.pathname)] ?? 'text/plain', ...headers });
      return response.end(built);
    }
    const extra = this.scenario.pages?.[url.pathname];
    const html = extra ?? this.scenario.page?.(this, url) ?? merchantPage(this, this.scenario);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers });
    response.end(html);
  }

  async atApi(request, response, url) {
    const { origin } = request.headers;
    const scripted = this.scenario.cors?.(origin, request.method);
    const cors = scripted ?? (origin && origin !== this.shop.replace('localhost', request.headers.host.split(':')[0])
      ? {
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-allow-headers': 'content-type,idempotency-key,x-csrf-token,authorization,accept',
          'access-control-expose-headers': 'retry-after',
        }
      : {});
    if (request.method === 'OPTIONS') {
      this.preflights.push({ url: url.pathname, headers: request.headers });
      response.writeHead(204, cors);
      return response.end();
    }
    const body = await read(request);
    const path = url.pathname.slice('/relink'.length);
    const answer = await this.backend.answer({ method: request.method, path, headers: request.headers, body });
    if (answer.hang) return undefined;
    if (answer.cut) return request.socket.destroy();
    const type = answer.status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(answer.status, { 'content-type': type, 'cache-control': 'no-store', ...cors, ...answer.headers });
    if (answer.cutAfter) {
      response.write(answer.raw);
      return setImmediate(() => request.socket.destroy());
    }
    if (answer.neverEnds) return response.write(answer.raw);
    return response.end(answer.raw ?? JSON.stringify(answer.body));
  }

  async atCdn(request, response) {
    const name = path.posix.basename(new URL(request.url, this.cdn).pathname);
    this.fetched.push(name);
    const kept = this.scenario.keeps && { 'cache-control': this.scenario.keeps, 'timing-allow-origin': '*' };
    const shared = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin', ...kept };
    const instead = await this.scenario.file?.(name, this.fetched.filter((file) => file === name).length, this);
    if (instead) {
      response.writeHead(instead.status, { ...shared, 'content-type': instead.type ?? 'text/plain', ...instead.headers });
      return response.end(instead.body ?? '');
    }
    const bytes = await readFile(path.join(DIST, name)).catch(() => null);
    const encoded = bytes && this.scenario.brotli && { 'content-encoding': 'br' };
    response.writeHead(bytes ? 200 : 404, { ...shared, ...encoded, 'content-type': TYPES[path.extname(name)] ?? 'text/plain' });
    return response.end((encoded ? inBrotli(name, bytes) : bytes) ?? '');
  }

  async atBank(request, response) {
    const url = new URL(request.url, this.bank);
    const id = url.searchParams.get('session');
    const headers = this.scenario.bankHeaders ?? {};
    if (url.pathname === '/agree') {
      await this.scenario.agreed?.({ id, backend: this.backend, site: this });
      const back = this.scenario.returnTo?.(this);
      if (back) {
        response.writeHead(303, { location: back, ...headers });
        return response.end();
      }
      response.writeHead(200, { 'content-type': 'text/html', ...headers });
      return response.end('<!doctype html><title>Harbour Bank</title><h1>Thank you</h1><script>window.close()</script>');
    }
    this.visits.push({ url: request.url, referer: request.headers.referer ?? null });
    response.writeHead(200, { 'content-type': 'text/html', ...headers });
    return response.end(bankPage(id));
  }
}
