// The smallest merchants' servers, each of which has a customer relinked in a browser.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launch } from '../harness/browser.mjs';
import { ENDS, hear } from '../harness/hearing.mjs';
import { accountsOf, freeAddress, operate, relinkServer, start, startSandbox, stop, stripeKeys, tellSandbox } from '../harness/servers.mjs';
import { DIST } from '../harness/site.mjs';
import { becomes, eventually } from '../harness/waiting.mjs';
import { Widget } from '../harness/widget.mjs';

const EXAMPLES = fileURLToPath(new URL('../../examples', import.meta.url));
process.env.NODE_BIN = process.execPath;

/** Each starts its servers, which are stopped in the end, and answers the page's address and, where
 * the backend tells, the accounts. */
const MERCHANTS = {
  'examples/backend-run-node': async ({ sandbox, folder, running }) => {
    const [page, listen] = [await freeAddress(), await freeAddress()];
    const environment = relinkServer({ listen, pages: `http://${page}`, stripe: sandbox.base, folder });
    const key = await operate(environment, ['api-key', 'add', 'node']);
    const relink = await start('SERVER_BIN', environment);
    running.push(relink);
    await tellSandbox(sandbox, 'webhooks', { url: `${relink.base}/webhooks/stripe` });
    const node = await start('NODE_BIN', {
      PORT: page.split(':')[1], RELINK_URL: relink.base, RELINK_API_KEY: key, STRIPE_JS: sandbox.base,
    }, [path.join(EXAMPLES, 'backend-run-node', 'server.mjs')]);
    running.push(node);
    return { base: node.base, accounts: () => accountsOf(relink, key, 'cus_demo') };
  },
  'examples/backend-axum': async ({ sandbox, folder, running }) => {
    const axum = await start('BACKEND_AXUM_BIN', {
      PORT: '0',
      RELINK_SECRET: 'the secret of this story alone, for as long as it lasts',
      DATABASE_PATH: path.join(folder, 'axum.sqlite'),
      WIDGET_DIR: DIST,
      ...stripeKeys(sandbox.base),
    });
    running.push(axum);
    await tellSandbox(sandbox, 'webhooks', { url: `${axum.base}/webhooks/stripe` });
    return { base: axum.base };
  },
};

/** Goes through the whole way in a browser, on the example's page. */
async function relink(browser, sandbox, { base, accounts }) {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const [heard, refused, referers] = [[], [], []];
  await hear(context, heard);
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/bank/frame') referers.push(request.headers().referer);
  });
  await context.addCookies([{ name: 'demo_customer', value: 'cus_demo', url: base }]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (line) => /Content Security Policy/.test(line.text()) && refused.push(line.text()));
  await page.goto(base);
  const widget = new Widget(page, 'relink-widget');
  await widget.reaches('review');
  const [last4] = (await widget.part('account').first().innerText()).match(/\d{4}/);
  await widget.forward();
  const bank = page.frameLocator(`iframe[src^="${sandbox.base}"]`);
  await bank.getByRole('button', { name: 'Continue', exact: true }).click();
  await bank.getByLabel(last4).check();
  await bank.getByRole('button', { name: 'Agree and connect' }).click();
  await widget.reaches('succeeded');
  const ends = () => heard.filter((event) => ENDS.includes(event.name));
  await eventually('the end is told', () => ends().length > 0);
  const [{ name, detail }, ...more] = ends();
  assert.deepEqual([name, detail.outcome, more.length], ['relink-success', 'relinked', 0]);
  if (accounts) {
    await becomes('the backend knows', 'active', async () => (await accounts()).find(({ id }) => id === detail.accounts[0].id).status);
  }
  assert.deepEqual(refused, []);
  assert.deepEqual(referers, [`${new URL(base).origin}/`], 'some banks\' logins fail without a Referer');
  await context.close();
}

/** The backend for consents at Yapily, beside the stand-in for it, and its page in a browser. */
async function atYapily(browser, run) {
  const running = [];
  const folder = path.join(EXAMPLES, 'backend-yapily');
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  try {
    running.push(await start('NODE_BIN', { PORT: '0' }, [path.join(folder, 'yapily.mjs')]));
    const [yapily] = running;
    const keys = { YAPILY_APPLICATION_KEY: 'application', YAPILY_APPLICATION_SECRET: 'secret' };
    running.push(await start('NODE_BIN', { PORT: '0', WIDGET_DIR: DIST, YAPILY_API_BASE: yapily.base, ...keys }, [path.join(folder, 'server.mjs')]));
    const { base } = running[1];
    const [heard, refused] = [[], []];
    await hear(context, heard);
    await context.addCookies([{ name: 'demo_customer', value: 'cus_demo', url: base }]);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (line) => /Content Security Policy/.test(line.text()) && refused.push(line.text()));
    /** The widget on a page of its own for that account. */
    const relinks = async (account) => {
      await page.goto(base);
      await page.locator('relink-widget').evaluate((old, id) => {
        const fresh = old.cloneNode();
        fresh.setAttribute('account', id);
        old.replaceWith(fresh);
      }, account);
      const widget = new Widget(page, 'relink-widget');
      await widget.reaches('review');
      return widget;
    };
    const consent = async (id) => {
      const authorization = `Basic ${Buffer.from('application:secret').toString('base64')}`;
      return (await (await fetch(`${yapily.base}/consents/${id}`, { headers: { authorization } })).json()).data;
    };
    const ended = async () => {
      const ends = () => heard.filter(({ name }) => ENDS.includes(name));
      await eventually('the end is told', () => ends().some(({ detail }) => detail.outcome !== undefined));
      assert.deepEqual(refused, []);
      return ends().at(-1).detail;
    };
    await run({ context, relinks, consent, ended, heard });
  } finally {
    await context.close();
    await Promise.all(running.map(stop));
  }
}

describe('a customer is relinked through', { concurrency: 1 }, () => {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());

  for (const [name, open] of Object.entries(MERCHANTS)) {
    test(name, { timeout: 60_000 }, async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'relink-example-'));
      const sandbox = await startSandbox();
      const running = [sandbox];
      try {
        await relink(browser, sandbox, await open({ sandbox, folder, running }));
      } finally {
        await Promise.all(running.map(stop));
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  test('examples/backend-yapily, confirming a consent without a window', { timeout: 60_000 }, () => atYapily(browser, async (story) => {
    const began = Date.now();
    const before = Date.parse((await story.consent('con_ends_soon')).reconfirmBy);
    const widget = await story.relinks('acc_ends_soon');
    assert.match(await widget.part('primary-button').first().innerText(), /Allow Corner Store to keep using Thames Bank/);
    await widget.forward();
    await widget.reaches('succeeded');
    const { outcome, flow } = await story.ended();
    assert.deepEqual([story.context.pages().length, outcome], [1, 'relinked']);
    const after = await story.consent('con_ends_soon');
    assert.ok(Date.parse(after.lastConfirmedAt) >= began && Date.parse(after.reconfirmBy) > before, JSON.stringify(after));
    // The element that the page had before may have begun a flow of its own.
    const told = story.heard.filter(({ name, detail }) => name === 'relink-event' && detail.flow === flow);
    assert.deepEqual(told.map(({ detail }) => detail.name), ['open', 'consent_acquired', 'success']);
  }));

  test('examples/backend-yapily, giving an expired consent anew at the bank', { timeout: 60_000 }, () => atYapily(browser, async (story) => {
    const widget = await story.relinks('acc_expired');
    const opened = story.context.waitForEvent('page');
    await widget.forward();
    const bank = await opened;
    await bank.getByRole('button', { name: 'Allow' }).click();
    await widget.reaches('succeeded');
    assert.equal((await story.ended()).outcome, 'relinked');
    assert.equal((await story.consent('con_expired')).status, 'AUTHORIZED');
  }));
});
