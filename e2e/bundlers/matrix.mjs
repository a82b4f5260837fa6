// Every tool of the table, in development and built: the packed widget loads, relinks, says nothing in the console, leaves
// the page's style alone, and refuses a file in which one byte is another. `ONLY` names the tools that are to be run.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { World } from '../harness/world.mjs';
import { eventually, launch } from '../harness/index.mjs';
import { Project } from './project.mjs';
import { TOOLS } from './tools.mjs';

const ONLY = process.env.ONLY?.toLowerCase();
/** An installation, a build and two servers, on a machine that others use too. */
const PATIENCE_MS = 1_500_000;
const FOLDER = process.env.BUNDLERS_DIR ?? await mkdtemp(path.join(os.tmpdir(), 'relink-bundlers-'));
if (!process.env.BUNDLERS_DIR) after(() => rm(FOLDER, { recursive: true, force: true }));
const browser = await launch();
after(() => browser.close());

const changed = (bytes) => {
  const other = Buffer.from(bytes);
  other[other.length >> 1] ^= 1;
  return other;
};

/** A world whose page is the project's; `spoilt(name)` says which files are to arrive with another byte. */
async function open(project, base, spoilt = () => false) {
  const world = await World.open(browser, {
    go: false,
    folder: base ? undefined : path.join(project.folder, project.tool.out),
    context: { viewport: { width: 1000, height: 1400 } },
    stripe: () => ({ resolves: { financialConnectionsSession: { accounts: [{ id: 'fca_1', status: 'active' }] } } }),
  });
  const { context, page, site } = world;
  const address = base ?? site.shop;
  // The tool's server knows no relink API: that of the harness answers in its place.
  await context.route((url) => url.pathname.startsWith('/relink/sessions'), async (route) => {
    const { pathname, search } = new URL(route.request().url());
    await route.continue({ url: site.shop + pathname + search });
  });
  if (!base) await project.write(Object.fromEntries(Object.entries(project.tool.files).filter(([name]) => name.endsWith('.html') && name.startsWith(project.tool.out))), site.cdn);
  world.spoilt = [];
  await context.route((url) => spoilt(url.pathname), async (route) => {
    const response = await route.fetch();
    world.spoilt.push(new URL(route.request().url()).pathname);
    await route.fulfill({ response, body: changed(await response.body()) });
  });
  world.complaints = [];
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) world.complaints.push(`${line.text()} ${line.location().url}`);
  });
  await page.goto(address, { waitUntil: 'load', timeout: 120_000 });
  return world;
}

/** The page's own style sheets that have something of ours in them. */
const styles = (page) => page.evaluate(() => [...document.styleSheets, ...document.adoptedStyleSheets]
  .flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText))
  .filter((text) => /--relink-|:host|part\(/.test(text)));

async function relinks(project, base) {
  const world = await open(project, base);
  try {
    const widget = world.widget();
    // A server in development compiles what is asked for, the first time.
    await eventually('the first view is there', async () => (await widget.state()) === 'review', 90_000);
    const design = await widget.part('surface').first().evaluate((surface) => getComputedStyle(surface).borderTopLeftRadius);
    assert.notEqual(design, '0px', 'our own style is applied in the shadow root');
    await widget.forward();
    const end = await world.theEnd('relink-success');
    assert.deepEqual([end.outcome, end.accounts.map((account) => account.id)], ['relinked', ['fca_1']]);
    assert.deepEqual(await styles(world.page), [], 'no style outside of the shadow root');
    assert.deepEqual([world.complaints, world.uncaught], [[], []], 'nothing in the console');
  } catch (error) {
    throw new Error(`${error.message}${world.story()}\ncomplaints: ${world.complaints.join('\n')}`, { cause: error });
  } finally {
    await world.end();
  }
}

async function refuses(project, base, what, spoilt) {
  const world = await open(project, base, spoilt);
  try {
    await eventually('something is wrong', async () => (await world.events('relink-error')).length > 0, 30_000);
    const [error] = await world.events('relink-error');
    assert.ok(world.spoilt.length > 0, `${what} was asked for`);
    assert.deepEqual([error?.detail.code, error?.detail.session], ['network_error', null], `${what} with another byte is refused`);
    // The loader has asked for the session by then; the flow that would read the answer never begins.
    assert.deepEqual(world.backend.requests.map(({ act }) => act), ['create'], 'the session is asked for once, and nothing more');
    assert.equal(await world.widget().state(), null);
  } catch (error) {
    throw new Error(`${error.message}${world.story()}\ncomplaints: ${world.complaints.join('\n')}`, { cause: error });
  } finally {
    await world.end();
  }
}

async function holds(project, base) {
  await relinks(project, base);
  await refuses(project, base, 'the WebAssembly', (name) => name.endsWith('.wasm'));
  await refuses(project, base, 'the words', (name) => name.endsWith('.txt'));
}

for (const [name, tool] of Object.entries(TOOLS)) {
  if (ONLY && !ONLY.split(',').some((one) => name.toLowerCase().includes(one.trim()))) continue;
  describe(`${name} ${Object.values(tool.packages)[0] ?? ''}`, { concurrency: 1, timeout: PATIENCE_MS }, () => {
    const project = new Project(name, tool, FOLDER);
    test('is installed', { timeout: PATIENCE_MS }, () => project.make(process.env.PACKED));
    test('built', { timeout: PATIENCE_MS }, async () => {
      if (tool.build) await project.run(tool.build);
      const server = tool.serve && await project.start(tool.serve);
      try {
        await holds(project, server?.base);
      } finally {
        await server?.stop();
      }
    });
    if (tool.dev) {
      test('in development', { timeout: PATIENCE_MS }, async () => {
        const server = await project.start(tool.dev);
        try {
          await holds(project, server.base);
        } finally {
          await server.stop();
        }
      });
    }
  });
}
