// examples/provider-page: a provider that gives no address, only a script. A page of the merchant's own runs it, and its token never
// reaches the widget's page.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { providerPage } from '../../examples/provider-page/provider-page.mjs';
import { teller } from '../../examples/provider-page/teller.mjs';
import { becomes, eventually, session, succeeded, suite } from '../harness/index.mjs';

const TOKEN = 'test_token_of_enr_1';
const listen = async (server) => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://localhost:${server.address().port}`;
};

/** The merchant's page for Teller beside the scripted world, and what it kept. */
const withTeller = (run) => async (world, widget) => {
  const provider = teller();
  const base = await listen(provider);
  const server = http.createServer((request, response) => page.handle(request, response));
  const origin = await listen(server);
  const kept = [];
  const page = providerPage({
    origin,
    applicationId: 'app_1',
    teller: { script: `${base}/connect/connect.js`, frame: base, api: base },
    reconnected: ({ session: id, accessToken, accounts }) => {
      kept.push({ id, accessToken, accounts: accounts.map(({ id: account }) => account) });
      world.backend.change(id, (known) => succeeded(known));
    },
  });
  const address = (id) => page.address({ session: id, enrollment: 'enr_1', back: `${world.site.shop}/` });
  world.backend.template = (id) => session({ id, handoff: { type: 'hosted', url: address(id) } });
  try {
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await run({ world, widget, kept, address, origin, provider });
  } finally {
    for (const each of [provider, server]) {
      each.closeAllConnections();
      each.close();
    }
  }
};
/** Goes on to the merchant's page for Teller, in its window. */
const toTeller = async (world, widget) => {
  const opened = world.context.waitForEvent('page');
  await widget.forward();
  const page = await opened;
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  return page;
};

suite('a provider that has only a script', (it) => {
  it('is reached by a page of the merchant\'s own, whose token the widget\'s page never meets', { go: false }, withTeller(async ({ world, widget, kept }) => {
    const requests = [];
    world.page.on('request', (request) => requests.push(request.url() + (request.postData() ?? '')));
    const page = await toTeller(world, widget);
    assert.equal(await page.evaluate(() => window.opener), null);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    assert.equal((await world.theEnd('relink-success')).outcome, 'relinked');
    await eventually('its window is gone', () => page.isClosed());
    assert.deepEqual(kept, [{ id: 'rls_1', accessToken: TOKEN, accounts: ['acc_1'] }]);
    const seen = await world.page.evaluate(() => [
      document.documentElement.outerHTML, document.querySelector('relink-widget').shadowRoot.innerHTML,
      JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), location.href,
    ].join('\n'));
    const whole = [seen, JSON.stringify(world.heard), JSON.stringify(world.backend.requests), ...world.console, ...requests].join('\n');
    assert.equal(whole.includes('test_token'), false, 'the token is nowhere');
    assert.deepEqual(world.console.filter((line) => /Content Security Policy/.test(line)), []);
  }));

  it('is not believed where another login was given: nothing is kept, the page says so, and the right one still works', { go: false }, withTeller(async ({ world, widget, kept, provider }) => {
    const page = await toTeller(world, widget);
    await page.getByRole('button', { name: 'Sign in as another' }).click();
    await page.getByText('That did not work').waitFor();
    assert.deepEqual([kept, provider.tokens], [[], ['test_token_of_enr_another']]);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await world.theEnd('relink-success');
    assert.equal(kept.length, 1);
  }));

  it('has an address that serves once, to its own page, and a policy that allows nothing else', { go: false }, withTeller(async ({ address, kept, origin }) => {
    const [url, lost] = [address('rls_1'), address('rls_nobodys')];
    const post = (headers, to = url) => fetch(to, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ accessToken: TOKEN }) });
    const { headers } = await fetch(url);
    assert.match(headers.get('content-security-policy'), /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(headers.get('content-security-policy'), /unsafe|\*/);
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    const answers = [await post({ origin: 'https://attacker.example' }), await post({}), await post({ origin }), await post({ origin })];
    assert.deepEqual(answers.map(({ status }) => status), [403, 403, 204, 410]);
    assert.equal(kept.length, 1);
    const failing = [await post({ origin }, lost), await post({ origin }, lost)];
    assert.deepEqual(failing.map(({ status }) => status), [503, 503], 'what could not be kept may be tried again');
    assert.equal((await fetch(`${origin}/reconnect/${'a'.repeat(43)}`)).status, 410);
  }));

  it('that was closed is read, not believed, and can be opened again', { go: false }, withTeller(async ({ world, widget, kept }) => {
    const page = await toTeller(world, widget);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await eventually('its window is gone', () => page.isClosed());
    await becomes('nothing has ended', [], () => world.ends());
    const again = await toTeller(world, widget);
    await again.getByRole('button', { name: 'Sign in', exact: true }).click();
    await world.theEnd('relink-success');
    assert.equal(kept.length, 1);
  }));
});
