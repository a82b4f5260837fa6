// What never ends is a failure with a name: it must hold up neither the tests beside it nor the run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';

const folder = mkdtempSync(path.join(tmpdir(), 'relink-suite-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs one test in a world, in a process of its own. `world` and `run` are code; `run` knows the number of its try. */
async function outcome(name, { world, run }) {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, `
    import { suite } from ${JSON.stringify(new URL('suite.mjs', import.meta.url).href)};
    const never = () => new Promise((resolve) => { setInterval(() => {}, 1000); });
    const open = async () => ({ uncaught: [], widget() {}, story: () => ' and its story', async end() {}, ...${world} });
    let tries = 0;
    suite('a suite', (it) => it('a test', { patience: 300 }, async () => { tries += 1; await (${run})(tries); }), { open });
  `);
  const { E2E_ONCE, NODE_TEST_CONTEXT, ...environment } = process.env;
  const child = spawn(process.execPath, ['--test', '--test-reporter=spec', file], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return { said: await text(child.stdout), status: await ended };
}

describe('what never ends', { concurrency: true }, () => {
  test('a test that never ends is tried again in another browser, and named', async () => {
    const { said, status } = await outcome('first-try', { world: '{}', run: '(tries) => tries === 1 && never()' });
    assert.equal(status, 0, said);
    assert.match(said, /tried twice: a suite a test[\s\S]*after 300 ms it had not ended: the test and its story/);
  });

  test('a test that never ends twice fails, and the run ends', async () => {
    const { said, status } = await outcome('ever', { world: '{}', run: 'never' });
    assert.equal(status, 1, said);
    assert.match(said, /after 300 ms it had not ended: the test and its story/);
  });

  test('a world that never closes fails its test, and the run ends', async () => {
    const { said, status } = await outcome('world', { world: '{ end: never }', run: '() => {}' });
    assert.equal(status, 1, said);
    assert.match(said, /after 300 ms it had not ended: its world ends/);
  });
});
