// `cargo xtask bench`: how fast the widget is for a customer, in one run and in turn with MX Connect, as tables for docs/size.md.
// MX Connect is in the folder that MX names, as npm installs it; without it the widget is measured alone.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { launch } from '../harness/browser.mjs';
import { SCENARIO, mounts } from '../harness/mounts.mjs';
import { DIST } from '../harness/site.mjs';
import { World } from '../harness/world.mjs';
import { SLOWDOWN, SUBJECTS, firstScreens } from './first-screen.mjs';
import { AT_ONCE, interactions } from './interaction.mjs';
import { table, whole } from './table.mjs';

const OURS = 'relink-widget';
const esbuild = fileURLToPath(new URL('../node_modules/.bin/esbuild', import.meta.url));

/** The page of MX Connect in one file, packed as for production. */
const packMx = (folder) => {
  const args = ['--bundle', '--minify', '--format=esm', '--target=es2022', '--define:process.env.NODE_ENV="production"', '--log-level=error'];
  // There, because the React beside our own tests is another one.
  const entry = path.join(folder, 'mx.jsx');
  copyFileSync(new URL('mx.jsx', import.meta.url), entry);
  return brotliCompressSync(execFileSync(esbuild, [entry, ...args], { maxBuffer: 1 << 26 }));
};

/** The first screens. A ratio is how many times as long a subject takes as the widget. */
export const screensTable = (rows) => {
  const names = Object.keys(SUBJECTS).filter((name) => rows[0].of[name]);
  const ratio = ({ of }, name) => (name === OURS ? '' : ` (${(of[name].ms / of[OURS].ms).toFixed(2)} ×)`);
  return table(['line', 'backend', ...names], rows.map((row) => [
    row.line, `${row.delay} ms`, ...names.map((name) => `${whole(row.of[name].ms)} ms${ratio(row, name)}`),
  ]));
};

/** What was downloaded, and what the main thread did until there was something to press. */
export const workTable = ([{ of }]) => table(
  ['', 'bytes', 'script', 'longest task'],
  Object.entries(of).map(([name, { bytes, script, longest }]) => [name, whole(bytes), `${whole(script)} ms`, `${whole(longest)} ms`]),
);

const judged = (value, goal, unit) => [`${whole(goal)} ${unit}`, value <= goal ? 'holds' : 'MISSED'];

/** What has a goal, with it. */
export const goalsTable = (rows) => table(['what', 'measured', 'goal', ''], rows.map(([what, value, goal, unit]) => [
  what, `${whole(value)} ${unit}`, ...judged(value, goal, unit),
]));

/** How fast a long list answers, and how many times as long as the browser alone takes for such a list. The goal is for the paint. */
export const listedTable = ({ ours, byHand, empty }) => {
  const rows = [
    ['a key until the next paint', 'keys', 'painted'], ['a key until the list shows it', 'keys', 'listed'],
    ['a click until the next paint', 'clicks', 'painted'], ['a click until all is done', 'clicks', 'listed'],
    ['a turn of the wheel until the next paint', 'wheel', 'painted'],
  ];
  const head = ['1,000 accounts, p95', 'a page of 20 rows', 'the same list by hand', 'relink-widget', 'goal', ''];
  return table(head, rows.map(([what, kind, when]) => {
    const [least, hand, own] = [empty, byHand, ours].map((of) => of[kind][when]);
    const verdict = when === 'painted' ? judged(own, 16, 'ms') : ['', ''];
    return [what, `${whole(least)} ms`, `${whole(hand)} ms`, `${whole(own)} ms (${(own / hand).toFixed(2)} ×)`, ...verdict];
  }));
};

/** Measures only how fast a long list answers. */
export async function measureInteraction({ rounds }) {
  const quick = await launch({ args: AT_ONCE });
  try {
    return [listedTable(await interactions(quick, { rounds }))];
  } finally {
    await quick.close();
  }
}

/** Measures all; `tell` gets a line while it goes on. Answers the tables. */
export async function measure({ rounds, times, mx, tell, ...which }) {
  const browser = await launch();
  const quick = await launch({ args: AT_ONCE });
  try {
    const screens = await firstScreens(browser, { rounds, mx, tell, ...which });
    const took = await interactions(quick, { rounds });
    tell(`1,000 accounts: ${JSON.stringify(took)}`);
    const world = await World.open(browser, SCENARIO);
    const { before, after } = await mounts(world, times);
    await world.end();
    const { script, longest } = screens[0].of[OURS];
    return [screensTable(screens), workTable(screens), goalsTable([
      ['script until the first screen', script, 100, 'ms'],
      ['longest task until then', longest, 50, 'ms'],
      [`${whole(times)} mounts: the heap has grown by`, Math.max(0, after.heap - before.heap) / 1024, 1024, 'KB'],
      [`${whole(times)} mounts: listeners left`, Math.max(0, after.listeners - before.listeners), 0, ''],
    ]), listedTable(took)];
  } finally {
    await Promise.all([browser.close(), quick.close()]);
  }
}

/** This machine, by kind alone. */
export const machine = () => `${os.cpus().length} × ${os.cpus()[0].model.replace(/\s+/g, ' ')}, ${os.platform()} ${os.arch()}, Node.js ${process.version}`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const mx = process.env.MX && packMx(process.env.MX);
  const rounds = Number(process.env.ROUNDS ?? 5);
  const tables = process.env.ONLY === 'interaction'
    ? await measureInteraction({ rounds })
    : await measure({ rounds, times: 1000, mx, tell: (line) => console.error(line) });
  const { version } = JSON.parse(readFileSync(path.join(DIST, 'package.json'), 'utf8'));
  console.log(`\nrelink-widget ${version}; medians; processor ${SLOWDOWN} times slower than ${machine()}.\n\n${tables.join('\n\n')}`);
}
