// `relink-widget/react` in the React 18 and 19 of npm: rendered on a server, taken over in a browser in strict mode, driven
// to its ends. What a page of Vue, Svelte or Angular needs is the matter of ../frameworks/pages.mjs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { DIST, eventually, problem, suite } from '../harness/index.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MODULES = path.join(HERE, '..', 'node_modules');
const place = mkdtempSync(path.join(tmpdir(), 'relink-react-'));
after(() => rmSync(place, { recursive: true, force: true }));

const SERVER = `import { renderToString } from "react-dom/server"; import { app } from "./page.jsx";
export const render = (kind) => renderToString(app(kind));`;
const CLIENT = `import { createRoot, hydrateRoot } from "react-dom/client"; import { app, bare } from "./page.jsx";
export const draw = () => createRoot(document.getElementById("app")).render(bare);
export const hydrate = (kind) => {
  Object.assign(globalThis, { heard: [], mistakes: [] });
  hydrateRoot(document.getElementById("app"), app(kind), { onRecoverableError: (error) => globalThis.mistakes.push(String(error)) });
};`;

/** Builds the page with one version of React, for a browser or for a server. */
const built = (version, contents, more) => build({
  stdin: { contents, resolveDir: HERE }, bundle: true, entryNames: 'page', jsx: 'automatic', logLevel: 'error',
  // Development, where React says what it does not like.
  define: { 'process.env.NODE_ENV': '"development"' },
  nodePaths: [MODULES],
  alias: {
    'relink-widget/react': path.join(DIST, 'react.js'),
    react: path.join(MODULES, version === 19 ? 'react' : 'react-18'),
    'react-dom': path.join(MODULES, version === 19 ? 'react-dom' : 'react-dom-18'),
  },
  ...more,
});

// There `import.meta.url` is undefined.
test('on the server of a bundle that is no module, the loader does nothing', async () => {
  await built(19, SERVER, { outdir: path.join(place, 'server'), platform: 'node', format: 'cjs', outExtension: { '.js': '.cjs' } });
  const { render } = createRequire(import.meta.url)(path.join(place, 'server/page.cjs'));
  assert.match(render('inline'), /<relink-widget/);
});

for (const version of [18, 19]) {
  const folder = path.join(place, `react-${version}`);
  let render;
  const ready = (async () => {
    mkdirSync(folder);
    // esbuild leaves the widget's files to whoever builds: they lie beside the bundle.
    cpSync(DIST, folder, { recursive: true });
    execFileSync(process.execPath, [path.join(DIST, 'copy.js'), 'copy', path.join(folder, 'files')]);
    await built(version, CLIENT, { outdir: folder, format: 'esm', splitting: true });
    await built(version, SERVER, { outdir: path.join(place, `server-${version}`), platform: 'node', format: 'esm', outExtension: { '.js': '.mjs' },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } });
    ({ render } = await import(pathToFileURL(path.join(place, `server-${version}/page.mjs`))));
  })();
  /** `early`: the class is there before React is, as where the page has the script's tag too. */
  const scenario = (kind, { early, ...more } = {}) => ({
    folder,
    go: false,
    context: { viewport: { width: 800, height: 1600 } },
    page: () => `<!doctype html><html lang="en"><title>Shop</title>${early ? '<script type="module" src="/relink-widget.js"></script>' : ''}
<div id="app">${render(kind)}</div>
<script type="module">import { hydrate } from "/page.js"; ${early ? 'await customElements.whenDefined("relink-widget");' : ''} hydrate("${kind}");</script></html>`,
    ...more,
  });
  const open = async (world) => {
    await ready;
    await world.page.goto(`${world.site.shop}/`);
  };
  const heard = (world, ...names) => world.page.evaluate((wanted) => globalThis.heard.filter(({ name }) => wanted.includes(name)), names);
  /** React has nothing to say about the page. */
  const isQuiet = async (world, but = /(?!)/) => {
    assert.deepEqual(await world.page.evaluate(() => globalThis.mistakes), []);
    assert.deepEqual(world.console.filter((line) => !but.test(line) && !/React DevTools|Failed to load resource/.test(line)), []);
  };

  suite(`<Relink> in React ${version}`, (it) => {
    it('is the bare tag from a server', { go: false }, async () => {
      await ready;
      const html = render('inline');
      assert.match(html, /<relink-widget[^>]*><a href="\/by-hand">Reconnect<\/a><\/relink-widget>/);
      assert.match(html, /class="wide"/);
      assert.doesNotMatch(html, /endpoint|csrf|assets|hidden|on[A-Z]|X-Page/);
    });

    for (const early of [false, true]) {
      it(`tells a success once, with headers and token sent, ${early ? 'where the class was there first' : 'taken over from a server'}`, scenario('inline', { early }), async (world) => {
        await open(world);
        const widget = world.widget();
        await widget.reaches('review');
        const [{ body, headers }] = world.backend.calls('create');
        assert.deepEqual([body.account, headers['x-page'], headers['x-csrf-token']], ['fca_1', 'react', 'csrf']);
        await widget.shows('Rather not');
        await world.page.locator('#again').click();
        await widget.forward();
        await world.theEnd('relink-success');
        const told = await heard(world, 'onReady', 'onSuccess', 'onFailure', 'onCancel');
        assert.deepEqual(told.map(({ name, label }) => [name, label]), [['onReady', 'first'], ['onSuccess', 'second']]);
        assert.equal(told[1].detail.accounts[0].id, 'fca_1');
        // From the very first on: none came before React listened.
        const [first] = await heard(world, 'onStateChange');
        assert.deepEqual([first.detail.state, first.detail.previous], ['loading', null]);
        const names = (await heard(world, 'onEvent')).map(({ detail }) => detail.name);
        assert.deepEqual([names[0], names.at(-1)], ['open', 'success']);
        assert.equal(world.backend.calls('create').length, 1, 'strict mode begins one flow');
        await isQuiet(world);
      });
    }

    // Before 19, React writes attributes only.
    if (version === 19) {
      it('the bare tag has the headers that it is given, where nothing but this module was imported', scenario('', {
        page: () => '<!doctype html><html lang="en"><title>Shop</title><div id="app"></div><script type="module">import { draw } from "/page.js"; draw();</script></html>',
      }), async (world) => {
        await open(world);
        await world.widget().reaches('review');
        assert.deepEqual(world.backend.calls('create').map(({ headers }) => headers['x-page']), ['react']);
      });
    }

    it('tells an error that the customer may get past, and an end without a relink', scenario('inline', {
      backend: { create: ({ nth }) => problem(nth === 1 ? 409 : 403, nth === 1 ? 'session_consumed' : 'forbidden') },
    }), async (world) => {
      await open(world);
      const told = async (name) => (await heard(world, name)).map(({ detail }) => detail.code);
      await eventually('the error is told', async () => (await told('onError')).length === 1);
      await world.widget().forward();
      await world.theEnd('relink-failure');
      assert.deepEqual([await told('onError'), await told('onFailure')], [['session_consumed'], ['forbidden']]);
      await isQuiet(world);
    });

    it('tells that the customer wants to be reminded, and then the end', scenario('reminding'), async (world) => {
      await open(world);
      await world.widget().shows('Remind me tomorrow');
      await world.widget().part('secondary-button').click();
      await world.theEnd('relink-cancel');
      const told = await heard(world, 'onRemind', 'onCancel');
      assert.deepEqual(told.map(({ name, type }) => [name, type]), [['onRemind', 'relink-remind'], ['onCancel', 'relink-cancel']]);
      assert.equal(told[0].detail.account, 'fca_1');
      await isQuiet(world);
    });

    it('opens a modal by its property from the files that assetsBase names, hears that it was left, and opens it again', scenario('modal'), async (world) => {
      await open(world);
      for (const nth of [1, 2]) {
        await world.page.locator('#open').click();
        await world.widget().reaches('review');
        await world.widget().out();
        await eventually('it is told', async () => (await heard(world, 'onCancel')).length === nth && (await heard(world, 'onClose')).length === nth);
        assert.equal((await heard(world, 'onCancel'))[0].detail.state, 'review');
      }
      const wasm = await world.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.wasm')));
      assert.match(wasm.join(), /^[^,]*\/files\/[\d.]+\/relink-widget_bg\.wasm$/);
      await isQuiet(world);
    });

    it('has a ref to the element whose methods work from the first effect on', scenario('shown'), async (world) => {
      await open(world);
      await world.widget().reaches('review');
      await world.widget().forward();
      assert.equal(await world.page.evaluate(async () => (await globalThis.shown).type), 'relink-success');
      assert.equal(await world.page.evaluate(() => globalThis.widgets.every((one) => one === document.querySelector('relink-widget'))), true);
    });

    it('is quiet once it is taken away', scenario('inline'), async (world) => {
      await open(world);
      await world.widget().reaches('review');
      const before = (await heard(world, 'onEvent', 'onCancel', 'onStateChange', 'onClose')).length;
      await world.page.locator('#unmount').click();
      assert.equal(await world.page.locator('relink-widget').count(), 0);
      await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.equal((await heard(world, 'onEvent', 'onCancel', 'onStateChange', 'onClose')).length, before);
      assert.deepEqual(await world.ends(), []);
      await isQuiet(world);
    });

    it('tells by onError that the widget itself did not load, and shows the children', scenario('inline', {
      init: 'globalThis.fetch = () => Promise.reject(new TypeError("no network"));',
    }), async (world) => {
      await open(world);
      await eventually('it is told', async () => (await heard(world, 'onError')).length === 1);
      assert.equal((await heard(world, 'onError'))[0].detail.code, 'network_error');
      assert.equal(await world.page.getByText('Reconnect').isVisible(), true);
    });
  });
}
