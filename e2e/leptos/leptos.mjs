// `RelinkWidget`, the Leptos component, in the app of examples/leptos: drawn in the browser alone, and rendered by a server
// and taken over. LEPTOS_CSR and LEPTOS_SITE are the folders of the two, LEPTOS_SERVER the server; `cargo xtask leptos`
// makes all three.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { eventually, launch, problem } from '../harness/index.mjs';
import { freeAddress } from '../harness/servers.mjs';
import { World } from '../harness/world.mjs';

const { LEPTOS_CSR, LEPTOS_SITE, LEPTOS_SERVER } = process.env;
const browser = await launch();
after(() => browser.close());

const drawn = { name: 'drawn in the browser', folder: LEPTOS_CSR, html: await readFile(path.join(LEPTOS_CSR, 'index.html'), 'utf8') };

/** Starts the app's own server, and keeps the page that it renders. */
const server = await (async () => {
  const address = await freeAddress();
  const child = spawn(LEPTOS_SERVER, [], {
    env: { ...process.env, LEPTOS_OUTPUT_NAME: 'corner_store', LEPTOS_SITE_ROOT: LEPTOS_SITE, LEPTOS_SITE_ADDR: address },
    stdio: 'inherit',
  });
  after(async () => {
    child.kill();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const base = `http://${address}`;
  let html;
  await eventually('the server renders the page', async () => {
    const answer = await fetch(base).catch(() => null);
    html = answer?.ok && await answer.text();
    return html;
  }, 20_000);
  return { name: 'rendered by a server', base, html };
})();

/** A world whose page is the app's; the shop's own API and the relink API are the harness's. */
async function open({ folder, html, base }, scenario = {}) {
  const world = await World.open(browser, {
    go: false,
    folder,
    page: () => html,
    pages: { '/relink-token': 'token-1' },
    stripe: () => ({ resolves: { financialConnectionsSession: { accounts: [{ id: 'fca_1', status: 'active' }] } } }),
    ...scenario,
  });
  const { context, page, site } = world;
  if (base) {
    await context.route((url) => url.pathname === '/relink-token' || url.pathname.startsWith('/relink/'), async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.continue({ url: site.shop + pathname + search });
    });
  }
  await scenario.before?.(world);
  world.complaints = [];
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) world.complaints.push(`${line.text()} ${line.location().url}`);
  });
  await page.goto(base ?? site.shop, { waitUntil: 'load' });
  return world;
}

// By its tag: the widget has a status of its own.
const said = (world) => world.page.locator('p[role="status"]').textContent();

async function tell(app, scenario, story) {
  const world = await open(app, scenario);
  try {
    await story(world, world.widget());
  } catch (error) {
    throw new Error(`${error.message}${world.story()}\ncomplaints: ${world.complaints.join('\n')}`, { cause: error });
  } finally {
    await world.end();
  }
}

for (const app of [drawn, server]) {
  describe(`the component, ${app.name}`, { concurrency: 1 }, () => {
    test('relinks, with the shop\'s token on every request, and its callback gets the typed success', () => tell(app, {}, async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await world.theEnd('relink-success');
      await eventually('the app has heard it', async () => await said(world) === 'Reconnected: fca_1');
      assert.match(await world.page.locator('main').textContent(), /Everyday Checking: active/);
      assert.ok(world.backend.requests.length > 1);
      for (const { name, headers } of world.backend.requests) assert.equal(headers.authorization, 'Bearer token-1', name);
      assert.deepEqual(world.backend.calls('create')[0].body, { account: 'fca_1', locale: 'en' });
      assert.deepEqual([world.complaints, world.uncaught], [[], []], 'nothing in the console');
    }));

    test('tells that the customer closed it, and starts over by its reference', () => tell(app, {}, async (world, widget) => {
      await widget.reaches('review');
      await widget.out();
      await world.theEnd('relink-cancel');
      await eventually('the app has heard it', async () => await said(world) === 'Not now');
      await world.page.getByRole('button', { name: 'Start over' }).click();
      await widget.reaches('review');
      assert.equal(world.backend.calls('create').length, 2);
    }));

    test('tells what a backend refuses, by its code', () => tell(app, { backend: { create: () => problem(403, 'forbidden') } }, async (world) => {
      await eventually('the app has heard it', async () => /: forbidden$/.test(await said(world)));
    }));

    test('tells that the loader could not be had', () => tell(app, {
      before: ({ context }) => context.route('**/relink-widget.js', (route) => route.abort()),
    }, async (world) => {
      await eventually('the app has heard it', async () => await said(world) === 'Trouble: network_error');
      assert.deepEqual(world.backend.requests, []);
      assert.ok(await world.page.getByRole('link', { name: 'Reconnect your bank' }).isVisible());
    }));

    test('asks for nothing where the shop\'s token cannot be had', () => tell(app, {
      before: ({ context }) => context.route('**/relink-token', (route) => route.fulfill({ status: 401 })),
    }, async (world) => {
      await eventually('the app has heard it', async () => /^(Trouble|Not reconnected): /.test(await said(world)));
      assert.deepEqual(world.backend.requests, []);
    }));
  });
}

test('a server renders the tag with its attributes and what is seen without the widget, and no endpoint: nothing begins yet', () => {
  const [tag] = /<relink-widget[^>]*>/.exec(server.html) ?? [];
  assert.match(tag ?? '', /account="fca_1"/);
  assert.doesNotMatch(tag, /endpoint|open|state/);
  assert.match(server.html, /<a href="\/banks">Reconnect your bank<\/a>/);
  assert.doesNotMatch(server.html, /relink-widget\.js/);
});

test('no flow begins before the app has taken the page over, however late that is', () => tell(server, {
  before: async ({ context, site }) => {
    // The loader is there from the start, as where the page includes it itself.
    await context.addInitScript(`import("${site.cdn}/relink-widget.js")`);
    const held = new Promise((free) => { site.free = free; });
    await context.route('**/corner_store_bg.wasm', async (route) => {
      await held;
      await route.continue();
    });
  },
}, async (world, widget) => {
  await eventually('the element is defined', () => world.page.evaluate(() => Boolean(customElements.get('relink-widget'))));
  assert.equal(await widget.state(), null);
  world.site.free();
  await widget.reaches('review');
  await widget.forward();
  await eventually('the app has heard it', async () => await said(world) === 'Reconnected: fca_1');
}));
