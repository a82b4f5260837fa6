// docs/contract.md, section 3: what is shipped. How large it may be is the matter of `cargo xtask size`.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
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

test('the package\'s main module is the loader, and its types are beside it', async () => {
  const manifest = await json('package.json');
  const main = manifest.exports?.['.'] ?? manifest.main;
  assert.match(JSON.stringify(main), /relink-widget\.js/);
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

test('no file that the loader names is so small that Vite would put it into an address, which a strict policy refuses', async () => {
  const named = [...String(await file('relink-widget.js')).matchAll(/"\.\/(relink-widget[\w.-]+)"/g)].map((match) => match[1]);
  assert.ok(named.length > 25, named.join());
  for (const name of named) assert.ok((await file(name)).length > 4096, name);
});

test('every entry can be imported where there is no browser', async () => {
  const { exports } = await json('package.json');
  const modules = new Set(Object.values(exports).map((target) => target.default).filter(Boolean));
  assert.deepEqual([...modules].sort(), ['./react.js', './relink-widget.js', './testing.js']);
  // That of React needs React: ../react/react.test.mjs renders it on a server.
  for (const module of modules) if (module !== './react.js') await import(path.join(DIST, module));
});

test('custom properties that a page may set begin with --relink-; the others are private by their underscore', async () => {
  const style = String(await file('relink-widget.css'));
  const names = new Set(style.match(/--[\w-]+(?=\s*[:,)])/g));
  assert.ok([...names].some((name) => name.startsWith('--relink-')));
  assert.deepEqual([...names].filter((name) => !/^--(relink-|_)/.test(name)), []);
});

test('every event and every attribute of the contract is in the types', async () => {
  const types = String(await file('relink-widget.d.ts'));
  for (const name of ['relink-ready', 'relink-state', 'relink-success', 'relink-failure', 'relink-cancel', 'relink-error',
    'relink-event', 'endpoint', 'csrfToken', 'headers', 'show()', 'close()', 'restart()']) {
    assert.ok(types.includes(name), name);
  }
});

test('nothing in the package names the place where it was built', async () => {
  for (const name of await files()) {
    const text = (await file(name)).toString('latin1');
    assert.equal(/\/root\/|\/home\/|\.cargo\/registry/.test(text), false, name);
  }
});
