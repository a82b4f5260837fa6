// The relink API on another origin, with preflights that are the browser's and the server's own: nothing of the driver's
// stands between them (its routing would answer preflights itself).
import assert from 'node:assert/strict';
import { eventually, first, problem, suite, STRIPE_JS } from '../harness/index.mjs';

const page = (site) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script>
<relink-widget endpoint="${site.elsewhere}/relink" account="fca_1"></relink-widget></html>`;
const ALL = 'content-type, idempotency-key, x-csrf-token, accept, x-shop';
const cors = (more = {}) => (origin) => ({
  'access-control-allow-origin': origin, 'access-control-allow-headers': ALL, 'access-control-max-age': '0', ...more,
});
const scenario = (answers, more = {}) => ({ page, cors: answers, routes: false, init: STRIPE_JS, ...more });
const told = (world) => eventually('it is told', async () => (await world.events('relink-error'))[0], 25_000);

suite('an API on another origin', (it) => {
  it('that allows it: the relink goes through, after preflights', scenario(cors()), async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.ok(world.site.preflights.length >= 2, 'each POST was asked for');
    assert.ok(world.site.preflights.every(({ headers }) => headers['access-control-request-headers'].includes('idempotency-key')));
  });

  it('whose preflights are refused: no connection, after the usual tries, and nothing was posted', scenario(() => ({})), async (world, widget) => {
    const { detail } = await told(world);
    assert.equal(detail.code, 'network_error');
    assert.deepEqual(world.backend.requests, []);
    await widget.offersAWay();
  });

  it('whose preflights forget Idempotency-Key: the same', scenario(cors({ 'access-control-allow-headers': 'content-type, accept' })), async (world, widget) => {
    assert.equal((await told(world)).detail.code, 'network_error');
    assert.deepEqual(world.backend.requests, []);
    await widget.offersAWay();
  });

  it('whose preflights forget a header of the page\'s own: the same', scenario(cors({ 'access-control-allow-headers': ALL.replace(', x-shop', '') }), {
    init: `${STRIPE_JS} document.addEventListener('DOMContentLoaded', () => { document.querySelector('relink-widget').headers = { 'X-Shop': 'corner' }; });`,
  }), async (world) => {
    assert.equal((await told(world)).detail.code, 'network_error');
    assert.deepEqual(world.backend.requests, []);
  });

  it('that allows the preflight and not the answer: the act was done once, under one key', scenario((origin, method) => (
    method === 'OPTIONS' ? cors()(origin) : {})), async (world, widget) => {
    assert.equal((await told(world)).detail.code, 'network_error');
    assert.equal(world.backend.sessions.size, 1);
    assert.equal(new Set(world.backend.calls('create').map((call) => call.key)).size, 1);
    await widget.offersAWay();
  });

  it('that does not expose Retry-After: the pauses are the usual ones', scenario(cors(), {
    backend: { create: first(problem(429, 'rate_limited', { headers: { 'retry-after': '30' } })) },
  }), async (world, widget) => {
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.ok(two.at - one.at < 5_000, `${two.at - one.at} ms`);
  });

  it('that exposes Retry-After: it is heeded', scenario(cors({ 'access-control-expose-headers': 'retry-after' }), {
    backend: { create: first(problem(429, 'rate_limited', { headers: { 'retry-after': '3' } })) },
  }), async (world, widget) => {
    await widget.reaches('review');
    const [one, two] = world.backend.calls('create');
    assert.ok(two.at - one.at >= 2_900, `${two.at - one.at} ms`);
  });

  it('that wants a credential and answers with *: refused by the browser, and told', scenario(cors({ 'access-control-allow-origin': '*' }), {
    page: (site) => page(site).replace('account=', 'credentials="include" account='),
  }), async (world, widget) => {
    assert.equal((await told(world)).detail.code, 'network_error');
    await widget.offersAWay();
  });
});
