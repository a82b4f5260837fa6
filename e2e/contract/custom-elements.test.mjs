// The custom-elements manifest, which editors and documentation tools read, against what it describes: the types for
// attributes, properties, methods and events, the built style for tokens, the running element for defaults and parts.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DIST, merchantPage, suite } from '../harness/index.mjs';

const file = (name) => readFileSync(path.join(DIST, name), 'utf8');
const MANIFEST = JSON.parse(file('custom-elements.json'));
const [{ declarations: [ELEMENT], exports: [DEFINITION], path: MODULE }] = MANIFEST.modules;
const TYPES = file('relink-widget.d.ts');
const DOCS = readFileSync(new URL('../../docs/appearance.md', import.meta.url), 'utf8');

const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const body = (name) => new RegExp(`interface ${name}[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(TYPES)[1];
const names = (list) => list.map(({ name }) => name).sort();
const members = (kind) => ELEMENT.members.filter((member) => member.kind === kind);
const firsts = (heading) => all(DOCS.split(`## ${heading}\n`)[1].split('\n## ')[0], /^\| `([^`]+)` \|/gm).sort();

test('it describes <relink-widget>, defined by the package\'s main module, and package.json leads to it', () => {
  const manifest = JSON.parse(file('package.json'));
  assert.equal(manifest.customElements, 'custom-elements.json');
  assert.deepEqual([`./${MODULE}`, ELEMENT.tagName, DEFINITION.name], [manifest.main, 'relink-widget', 'relink-widget']);
});

test('its properties and methods are those of the types, each of the type that is there', () => {
  const properties = Object.fromEntries([...body('RelinkWidgetProperties').matchAll(/^ {2}(\w+): (.*);$/gm)].map(([, name, type]) => [name, type]));
  const writable = members('field').filter(({ readonly }) => !readonly);
  assert.deepEqual(Object.fromEntries(writable.map(({ name, type }) => [name, type.text])), properties);
  assert.deepEqual(names(members('field').filter(({ readonly }) => readonly)), all(body('RelinkWidgetElement'), /^ {2}readonly (\w+):/gm));
  const methods = [...body('RelinkWidgetElement').matchAll(/^ {2}(\w+)\(\): (.*);$/gm)].map(([, name, type]) => `${name} ${type}`);
  assert.deepEqual(members('method').map((method) => `${method.name} ${method.return.type.text}`), methods);
});

test('its attributes are the reflected properties, and lang', () => {
  const reflected = members('field').filter(({ reflects }) => reflects).map(({ attribute, name }) => `${attribute} ${name}`);
  const own = ELEMENT.attributes.filter(({ name }) => name !== 'lang').map(({ name, fieldName }) => `${name} ${fieldName}`);
  assert.deepEqual(own, reflected);
  assert.equal(own.length + 1, ELEMENT.attributes.length);
});

test('its events are those of the types, and close', () => {
  const types = [...body('RelinkWidgetEventMap').matchAll(/"([\w-]+)": (.*);/g)].map(([, name, type]) => `${name} ${type}`);
  assert.deepEqual(ELEMENT.events.map(({ name, type }) => `${name} ${type.text}`), [...types, 'close Event']);
});

test('its parts and tokens are those of docs/appearance.md, with the same defaults', () => {
  assert.deepEqual(names(ELEMENT.cssParts), firsts('Parts'));
  assert.deepEqual(names(ELEMENT.cssProperties), firsts('Tokens'));
  const style = file('relink-widget.css');
  for (const { name, default: otherwise } of ELEMENT.cssProperties) {
    assert.ok(style.includes(`var(${name},`), name);
    if (otherwise) assert.ok(DOCS.split('\n').some((row) => row.startsWith(`| \`${name}\``) && row.includes(`\`${otherwise}\``)), name);
  }
});

suite('the custom-elements manifest', (it) => {
  it('gives the defaults that a fresh element has, and its slots', { page: (site) => merchantPage(site, { element: 'display="modal"' }) }, async ({ page }, widget) => {
    const fields = members('field').map(({ name }) => name);
    const seen = await page.evaluate(async (fields) => {
      await customElements.whenDefined('relink-widget');
      const fresh = document.createElement('relink-widget');
      document.querySelector('relink-widget').show();
      return { values: Object.fromEntries(fields.map((name) => [name, JSON.stringify(fresh[name])])) };
    }, fields);
    // The mark of the merchant, and with it its slot, is part of the views.
    await widget.reaches('review');
    const slots = await widget.host.evaluate((host) => [...host.shadowRoot.querySelectorAll('slot')].map(({ name }) => name).sort());
    assert.deepEqual(slots, names(ELEMENT.slots));
    for (const { name, default: otherwise } of members('field')) assert.equal(seen.values[name], otherwise ?? 'null', name);
  });
});
