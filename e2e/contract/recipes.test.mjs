// The recipe of docs/testing.md for jsdom, as it stands, under Vitest; and each outcome by name where nothing is drawn.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DIST } from '../harness/index.mjs';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));
const docs = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8');
const recipe = [...docs.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code).find((code) => code.includes('@vitest-environment jsdom'));

// The rest of the table: each outcome, inline and as a modal, told by play() and by what the page heard.
const EACH = `// @vitest-environment jsdom
import { afterEach, expect, test } from "vitest";
import "relink-widget";
import { names, outcomes, restore, simulate } from "relink-widget/testing";
afterEach(() => restore());
for (const display of ["inline", "modal"]) test.each(names)("%s, " + display, async (name) => {
  document.body.innerHTML = '<relink-widget endpoint="/relink" display="' + display + '"></relink-widget>';
  const heard = [];
  const hear = ({ type, detail }) => heard.push({ type, ...detail });
  for (const type of ["relink-state", "relink-event", outcomes[name].event]) document.addEventListener(type, hear);
  const told = await simulate(name).play();
  expect(told).toMatchObject({ type: outcomes[name].event, ...outcomes[name].detail });
  expect(heard).toContainEqual(told);
  expect(heard[0]).toMatchObject({ type: "relink-state", state: "loading", previous: null });
  expect(new Set(heard.map(({ flow }) => flow)).size).toBe(1);
  for (const type of ["relink-state", "relink-event", outcomes[name].event]) document.removeEventListener(type, hear);
});
test("an endpoint that is not simulated is said, and a second play is a second flow", async () => {
  document.body.innerHTML = '<relink-widget endpoint="/elsewhere"></relink-widget>';
  await expect(simulate("partial").play()).rejects.toThrow("/elsewhere");
  const simulation = simulate("partial", { endpoint: "/elsewhere" });
  const [first, second] = [await simulation.play(), await simulation.play()];
  expect(first.flow).not.toBe(second.flow);
});`;

let folder;
before(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'relink-recipe-'));
  mkdirSync(path.join(folder, 'node_modules'));
  for (const name of readdirSync(MODULES).filter((one) => !one.startsWith('.'))) symlinkSync(path.join(MODULES, name), path.join(folder, 'node_modules', name));
  symlinkSync(DIST, path.join(folder, 'node_modules/relink-widget'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(path.join(folder, 'recipe.test.ts'), recipe);
  writeFileSync(path.join(folder, 'each.test.js'), EACH);
});
after(() => rmSync(folder, { recursive: true, force: true }));

const vitest = async (file) => {
  const ran = promisify(execFile)(process.execPath, [path.join(MODULES, 'vitest/vitest.mjs'), 'run', file, '--reporter=json'], { cwd: folder, maxBuffer: 1 << 24, env: { ...process.env, NODE_OPTIONS: '', CI: '1' } });
  // A promise that nobody handled fails no test, but the run.
  const { stdout, code = 0 } = await ran.catch((error) => error);
  const { testResults: [result] } = JSON.parse(stdout);
  return { code, passed: result.assertionResults.filter(({ status }) => status === 'passed').length, failed: [result.message, ...result.assertionResults.flatMap(({ failureMessages }) => failureMessages)].filter(Boolean) };
};

test('the recipe of testing.md holds as it stands', async () => {
  assert.deepEqual(await vitest('recipe.test.ts'), { code: 0, passed: 2, failed: [] });
});

test('every outcome can be had where nothing is drawn', async () => {
  const { code, passed, failed } = await vitest('each.test.js');
  assert.deepEqual({ code, failed }, { code: 0, failed: [] });
  const { names } = await import(pathToFileURL(path.join(DIST, 'testing.js')));
  assert.equal(passed, 2 * names.length + 1);
});
