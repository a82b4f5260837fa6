// The packed package, by the judgement of the tools of its registry, and its types in each framework.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { EXAMPLES, FRAMEWORKS, run } from './npm.mjs';

const { exports } = JSON.parse(readFileSync(path.join(process.env.DIST, 'package.json'), 'utf8'));
/** What can be imported with types; the rest is files for pages. */
const MODULES = Object.keys(exports).filter((name) => exports[name].types);

test('publint has nothing to say', () => run('publint', [process.env.DIST, '--strict']));

test('arethetypeswrong finds the types of every entry right, for modules', () =>
  run('attw', [process.env.PACKED, '--profile', 'esm-only', '--entrypoints', ...MODULES]));

test('the types hold without a framework and in React, Preact and Solid, and refuse what is wrong', () =>
  run('tsc', ['-p', 'types']));

for (const framework of FRAMEWORKS) {
  test(`the page of ${framework} passes its own check of types`, () =>
    run('npm', ['run', '--silent', 'check'], path.join(EXAMPLES, framework)));
}
