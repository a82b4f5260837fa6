// docs/contract.md, section 3: what is shipped. How large it may be is the matter of `cargo xtask size`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { DIST } from '../harness/index.mjs';

const file = (name) => readFile(path.join(DIST, name));
const json = async (name) => JSON.parse(await file(name));
const files = async () => (await readdir(DIST, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(DIST, path.join(entry.parentPath ?? entry.path, entry.name)));

test('the package holds loader, WebAssembly, glue, style, types, licence and readme', async () => {
  const names = await files();
  for (const name of ['relink-widget.js', 'relink-widget.d.ts', 'package.json', 'integrity.json', 'LICENSE', 'README.md']) {
    assert.ok(names.includes(name), name);
  }
  assert.ok(names.some((name) => name.endsWith('.wasm')) && names.some((name) => name.endsWith('.css')), names.join());
});

test('integrity.json holds the SHA-384 of every other file, and they are right', async () => {
  const table = await json('integrity.json');
  const names = (await files()).filter((name) => name !== 'integrity.json');
  assert.deepEqual(Object.keys(table).sort(), names.sort());
  for (const name of names) {
    assert.equal(table[name], `sha384-${createHash('sha384').update(await file(name)).digest('base64')}`, name);
  }
});

test('the package\'s main module is the loader, for a bundler the one that shows it nothing to rewrite; types are beside', async () => {
  const manifest = await json('package.json');
  const main = manifest.exports['.'];
  assert.equal(manifest.main, './relink-widget.js');
  assert.equal(main.default, './bundled-relink-widget.js');
  assert.deepEqual(manifest.sideEffects, ['./relink-widget.js', './bundled-relink-widget.js', './react.js']);
  assert.match(JSON.stringify([manifest.types, main]), /relink-widget\.d\.ts/);
});

test('every entry and every file that is exported exists, and types come first', async () => {
  const { exports } = await json('package.json');
  const names = await files();
  for (const [entry, target] of Object.entries(exports)) {
    const paths = typeof target === 'string' ? [target] : Object.values(target);
    for (const one of paths) assert.ok(names.includes(one.slice(2)), `${entry}: ${one}`);
    if (typeof target === 'object') assert.deepEqual(Object.keys(target), ['types', 'default'], entry);
  }
  for (const entry of ['.', './testing', './react', './vue', './svelte', './solid', './preact', './custom-elements.json']) {
    assert.ok(exports[entry], entry);
  }
});

test('what a bundler reads names files in the one form that all know, none that any would rewrite, and imports by literals', async () => {
  const code = String(await file('bundled-relink-widget.js')) + await file('bundled-glue.js') + await file('relink-widget-glue.js');
  const named = [...code.matchAll(/new URL\("\.\/([\w.-]+)",import\.meta\.url\)/g)].map((match) => match[1]);
  assert.equal(code.match(/import\.meta/g).length, named.length + 1, 'and in no other form, but to see where it is itself');
  assert.deepEqual(named.filter((name) => !/\.(wasm|txt)$/.test(name)), []);
  const words = (await files()).filter((name) => name.endsWith('.txt'));
  assert.deepEqual(named.sort(), [...words, 'relink-widget_bg.wasm'].sort());
  const imported = [...code.matchAll(/\bimport\(([^)]*)\)/g)].map((match) => match[1]);
  assert.deepEqual([...new Set(imported)].sort(), ['"./bundled-glue.js"', '"./relink-widget-messages.js"']);
});

test('`relink-widget copy` puts what a page loads into a folder of its version, as integrity.json has it', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'relink-copy-'));
  try {
    const run = (...words) => promisify(execFile)(process.execPath, [path.join(DIST, 'copy.js'), ...words]);
    for (let times = 0; times < 2; times += 1) await run('copy', path.join(folder, 'public/relink'));
    const [manifest, table] = [await json('package.json'), await json('integrity.json')];
    const target = path.join(folder, 'public/relink', manifest.version);
    const copied = (await readdir(target)).filter((name) => name !== 'integrity.json');
    const loaded = (await files()).filter((name) => /^relink-widget.*\.(js|wasm|css|txt)$/.test(name));
    assert.deepEqual(copied.sort(), loaded.sort());
    for (const name of copied) {
      assert.equal(table[name], `sha384-${createHash('sha384').update(await readFile(path.join(target, name))).digest('base64')}`, name);
    }
    for (const wrong of [[], ['copy'], ['copy', '--force'], ['copy', 'a', 'b']]) {
      await assert.rejects(run(...wrong), (error) => error.code === 2 && /Usage/.test(error.stderr), wrong.join());
    }
    await writeFile(path.join(folder, 'file'), '');
    await assert.rejects(run('copy', path.join(folder, 'file')), (error) => error.code === 1 && /^relink-widget: /.test(error.stderr));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('no file that the loader names is so small that Vite would put it into an address, which a strict policy refuses', async () => {
  const named = [...String(await file('bundled-relink-widget.js')).matchAll(/"\.\/(relink-widget[\w.-]+)"/g)].map((match) => match[1]);
  assert.ok(named.length > 25, named.join());
  for (const name of named) assert.ok((await file(name)).length > 4096, name);
});

test('every entry can be imported where there is no browser', async () => {
  const { exports } = await json('package.json');
  const modules = new Set(Object.values(exports).map((target) => target.default).filter(Boolean));
  assert.deepEqual([...modules].sort(), ['./bundled-relink-widget.js', './react.js', './testing.js']);
  // That of React needs React: ../react/react.test.mjs renders it on a server.
  modules.delete('./react.js');
  for (const module of [...modules, './relink-widget.js']) await import(path.join(DIST, module));
});

test('custom properties that a page may set begin with --relink-; the others are private by their underscore', async () => {
  const style = String(await file('relink-widget.css'));
  const names = new Set(style.match(/--[\w-]+(?=\s*[:,)])/g));
  assert.ok([...names].some((name) => name.startsWith('--relink-')));
  assert.deepEqual([...names].filter((name) => !/^--(relink-|_)/.test(name)), []);
});

test('every event and every attribute of the contract is in the types', async () => {
  const types = String(await file('relink-widget.d.ts'));
  for (const name of ['relink-ready', 'relink-state', 'relink-success', 'relink-failure', 'relink-remind', 'relink-cancel',
    'relink-error', 'relink-event', 'endpoint', 'csrfToken', 'remindLater', 'headers', 'show()', 'close()', 'restart()']) {
    assert.ok(types.includes(name), name);
  }
});

test('nothing in the package names the place where it was built', async () => {
  for (const name of await files()) {
    const text = (await file(name)).toString('latin1');
    assert.equal(/\/root\/|\/home\/|\.cargo\/registry/.test(text), false, name);
  }
});
