// examples/backend-plaid beside the stand-in for Plaid: a customer repairs an item by Plaid's page, and what the widget says is what
// Plaid's item says.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from '../harness/browser.mjs';
import { ENDS, hear } from '../harness/hearing.mjs';
import { freeAddress, start, stop } from '../harness/servers.mjs';
import { DIST } from '../harness/site.mjs';
import { eventually } from '../harness/waiting.mjs';
import { Widget } from '../harness/widget.mjs';

const SERVER = fileURLToPath(new URL('../../examples/backend-plaid/server.mjs', import.meta.url));
process.env.NODE_BIN = process.execPath;

describe('a customer with an item at Plaid', { concurrency: 1 }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  /** A story in a town of its own: Plaid, the merchant's server, and its page. */
  const story = (name, run) => test(name, { timeout: 60_000 }, async () => {
    const running = [];
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    try {
      const plaid = await start('SANDBOX_PLAID_BIN', { SANDBOX_PLAID_LISTEN: '127.0.0.1:0' });
      running.push(plaid);
      const address = await freeAddress();
      running.push(await start('NODE_BIN', {
        PORT: address.split(':')[1], PUBLIC_URL: `http://${address}`, WIDGET_DIR: DIST,
        PLAID_API_BASE: plaid.base, PLAID_CLIENT_ID: 'client_sandbox', PLAID_SECRET: 'secret_sandbox',
      }, [SERVER]));
      const base = running[1].base;
      const [heard, seen] = [[], []];
      await hear(context, heard);
      await context.addCookies([{ name: 'demo_customer', value: 'cus_demo', url: base }]);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on('console', (line) => seen.push(line.text()));
      page.on('request', (request) => seen.push(request.url(), request.postData() ?? ''));
      page.on('response', async (response) => response.url().includes('/relink/') && seen.push(await response.text().catch(() => '')));
      /** Opens the page about an account. */
      const open = async (account) => {
        await page.goto(base);
        await page.locator('relink-widget').evaluate((old, id) => {
          const fresh = old.cloneNode();
          fresh.setAttribute('account', id);
          old.replaceWith(fresh);
        }, account);
        return new Widget(page, 'relink-widget');
      };
      /** Goes on to Plaid's page, in its window. */
      const toPlaid = async (widget) => {
        const opened = context.waitForEvent('page');
        await widget.forward();
        const hosted = await opened;
        await hosted.waitForURL('**/hl/*');
        return hosted;
      };
      const agree = (hosted) => hosted.getByRole('button', { name: 'Sign in and agree' }).click();
      const itemOf = async (item) => {
        const body = JSON.stringify({ client_id: 'client_sandbox', secret: 'secret_sandbox', access_token: `access-sandbox-${item}` });
        return (await (await fetch(`${plaid.base}/item/get`, { method: 'POST', body })).json()).item;
      };
      const ends = () => heard.filter((event) => ENDS.includes(event.name) && event.detail.outcome !== undefined);
      const success = async (times = 1) => {
        await eventually('the end is told', () => ends().length >= times);
        assert.equal(ends().length, times);
        return ends().at(-1).detail;
      };
      await run({ plaid, base, page, open, toPlaid, agree, itemOf, success, heard });
      assert.deepEqual(seen.filter((line) => /Content Security Policy/.test(line)), []);
      assert.doesNotMatch(seen.join('\n'), /access-sandbox|secret_sandbox|link-sandbox|persistent_/, 'nothing of Plaid\'s that is secret is in the browser');
    } finally {
      await context.close();
      await Promise.all(running.map(stop));
    }
  });

  story('repairs a changed password, and the item is the truth', async ({ open, toPlaid, agree, itemOf, success }) => {
    const widget = await open('acc_login_required_0000');
    await widget.reaches('review');
    await widget.shows('First Platypus Bank needs you to sign in again');
    await agree(await toPlaid(widget));
    await widget.reaches('succeeded');
    const { outcome, accounts, authorization } = await success();
    assert.deepEqual([outcome, accounts.map(({ id }) => id), authorization], ['relinked', ['acc_login_required_0000', 'acc_login_required_1111'].slice(0, accounts.length), 'item_login_required']);
    assert.equal((await itemOf('login_required')).error, null);
  });

  story('is heard of by webhooks, which are believed only where Plaid signed them', async ({ plaid, base, open, toPlaid, agree, success }) => {
    const widget = await open('acc_login_required_0000');
    await widget.reaches('review');
    await agree(await toPlaid(widget));
    await success();
    await eventually('Plaid\'s webhook is taken', () => plaid.log.join('').includes('webhook answered 200'));
    const forged = (token) => fetch(`${base}/webhooks/plaid`, {
      method: 'POST', headers: { 'plaid-verification': token }, body: '{"webhook_type":"ITEM","webhook_code":"LOGIN_REPAIRED","item_id":"item_oauth"}',
    });
    const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
    for (const token of ['', 'a.b.c', `${part({ alg: 'none', kid: 'k' })}.${part({ iat: 0 })}.`, `${part({ alg: 'ES256', kid: 'k' })}.${part({ iat: 0 })}.AAAA`]) {
      assert.equal((await forged(token)).status, 400, token);
    }
  });

  story('who left out the account that is needed is told so, and shares it at the second try', async ({ open, toPlaid, agree, success, heard }) => {
    const widget = await open('acc_oauth_0000');
    await widget.reaches('review');
    const first = await toPlaid(widget);
    await first.getByLabel('0000').uncheck();
    await agree(first);
    await eventually('the wrong account is told', () => heard.some(({ name, detail }) => name === 'relink-error' && detail.code === 'no_account'));
    await widget.shows('0000');
    assert.equal(await widget.state(), 'review');
    const second = await toPlaid(widget);
    await second.getByLabel('0000').check();
    await agree(second);
    await widget.reaches('succeeded');
    assert.equal((await success()).outcome, 'relinked');
  });

  story('whose item was repaired elsewhere meanwhile is told that all is well, without Plaid', async ({ plaid, open, success }) => {
    await fetch(`${plaid.base}/test_helpers/items/item_login_required/repair`, { method: 'POST' });
    await open('acc_login_required_0000');
    assert.equal((await success()).outcome, 'already_active');
  });

  story('whose accounts come back under new ids has none of them twice, and the page may go on asking by the old id', async ({ open, toPlaid, agree, success, page, base }) => {
    const widget = await open('acc_new_ids_0000');
    await widget.reaches('review');
    await agree(await toPlaid(widget));
    await widget.reaches('succeeded');
    const { accounts } = await success();
    const needed = accounts.find(({ replaces }) => replaces === 'acc_new_ids_0000');
    assert.ok(needed && needed.id !== 'acc_new_ids_0000', JSON.stringify(accounts));
    const again = await page.evaluate(async (url) => (await fetch(`${url}/relink/sessions`, {
      method: 'POST', headers: { 'content-type': 'application/json', 'idempotency-key': 'again' }, body: '{"account":"acc_new_ids_0000"}',
    })).json(), base);
    assert.deepEqual(again.accounts.map(({ last4 }) => last4), ['0000', '1111'], 'two accounts, not four');
    assert.equal(again.relink_options.account, needed.id);
  });

  story('whose consent ends soon renews it, and closing Plaid\'s page first renews nothing', async ({ open, toPlaid, agree, itemOf, success }) => {
    const before = (await itemOf('pending_expiration')).consent_expiration_time;
    const widget = await open('acc_pending_expiration_0000');
    await widget.reaches('review');
    await widget.shows('First Platypus Bank stops sharing with Corner Store');
    const left = await toPlaid(widget);
    await left.getByRole('button', { name: 'Exit' }).click();
    assert.equal((await itemOf('pending_expiration')).consent_expiration_time, before);
    await agree(await toPlaid(widget));
    await widget.reaches('succeeded');
    await success();
    assert.ok((await itemOf('pending_expiration')).consent_expiration_time > before);
  });
});
