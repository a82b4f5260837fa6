// docs/embedding.md, "What is loaded, and when": a page that says beforehand what it will load gets each file once and earlier, and
// a page that is opened again gets nothing but the session.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DIST, eventually, merchantPage, suite } from '../harness/index.mjs';

const LOADER = 'relink-widget.js';
const REST = ['relink-widget-glue.js', 'relink-widget.css', 'relink-widget.en.txt', 'relink-widget_bg.wasm'];
const NEEDS = 'a driver that hears which preload was in vain';
/** The lines of the package, with a folder's address as a page writes it in. */
const lines = (folder) => readFileSync(path.join(DIST, 'preload.html'), 'utf8').replaceAll('"./', `"${folder}/`);
/** The same as a header. */
const header = (folder) => [...lines(folder).matchAll(/<link (.*)>/g)].map(([, said]) => {
  const { href, ...rest } = Object.fromEntries([...said.matchAll(/([\w-]+)(?:="([^"]*)")?/g)].map(([, name, value]) => [name, value]));
  return `<${href}>${Object.entries(rest).map(([name, value]) => `; ${name}${value ? `="${value}"` : ''}`).join('')}`;
}).join(', ');
/** A file that nobody uses: when the browser has said so, it has said so of all. */
const CANARY = 'LICENSE';
const canary = (site) => `<link rel="preload" as="fetch" href="${site.cdn}/${CANARY}" crossorigin>`;
/** The loader arrives when all the rest is asked for, which it therefore did not do. */
const BEFORE_THE_LOADER = (name, nth, site) => (name === LOADER
  ? eventually('all is asked for', () => REST.every((file) => site.fetched.includes(file))).then(() => undefined) : undefined);

/** The ways to say it; the canary is one more file of the page's. */
const WAYS = {
  'the lines of preload.html': { page: (site) => merchantPage(site, { head: lines(site.cdn) + canary(site) }) },
  'the same without `crossorigin` for the glue': {
    page: (site) => merchantPage(site, { head: lines(site.cdn).replace(/(modulepreload.*) crossorigin/, '$1') + canary(site) }),
  },
  'the same as a `Link` header': {
    page: (site) => merchantPage(site, { head: canary(site) }), headers: (site) => ({ link: header(site.cdn) }),
  },
};

suite('what a page says beforehand', (it) => {
  for (const [how, said] of Object.entries(WAYS)) {
    it(`${how}: all is asked for with the page, each once, and nothing in vain`, {
      ...said, file: BEFORE_THE_LOADER, needs: NEEDS,
    }, async (world, widget) => {
      await widget.reaches('review');
      await eventually('the browser says what was in vain', () => world.console.some((line) => line.includes(CANARY)));
      assert.deepEqual(world.site.fetched.filter((name) => name !== CANARY).sort(), [LOADER, ...REST].sort());
      assert.deepEqual(world.console.filter((line) => !line.includes(CANARY)), []);
    });
  }

  it('a glue whose hash is not the page\'s does not run', {
    page: (site) => merchantPage(site, { head: lines(site.cdn) }),
    file: (name) => (name === REST[0] ? { status: 200, type: 'text/javascript', body: 'window.ran = true;' } : undefined),
  }, async (world) => {
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal(await world.page.evaluate(() => window.ran), undefined);
  });
});

// In a browser of its own: a driver that may step into requests switches the cache off, and Firefox's does not switch it on again.
const KEPT = { routes: false, keeps: 'public, max-age=31536000, immutable' };
suite('a page whose files are kept', (it) => {
  for (const [how, said] of Object.entries(WAYS)) {
    it(`${how}: all is asked for with the page, and each once`, { ...KEPT, ...said, file: BEFORE_THE_LOADER }, async (world, widget) => {
      await widget.reaches('review');
      assert.deepEqual(world.site.fetched.filter((name) => name !== CANARY).sort(), [LOADER, ...REST].sort());
    });
  }

  it('asks for the page and the session alone at a second visit', KEPT, async (world, widget) => {
    await widget.reaches('review');
    const before = [world.site.fetched.length, world.backend.requests.length];
    // Another page of the same browser, with nothing in its memory.
    await world.page.close();
    world.page = await world.newPage();
    await world.page.goto(`${world.site.shop}/`);
    const again = world.widget('relink-widget', world.page);
    await again.reaches('review');
    assert.deepEqual([world.site.fetched.length, world.backend.requests.length - before[1]], [before[0], 1]);
    const sizes = await world.page.evaluate(() => performance.getEntriesByType('resource')
      .filter(({ name }) => name.includes('relink-widget')).map(({ transferSize }) => transferSize));
    assert.deepEqual(sizes, [LOADER, ...REST].map(() => 0));
  });
});
