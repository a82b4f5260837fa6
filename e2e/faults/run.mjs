// The fault matrix over the real widget, relink-server, shop and sandbox, in one browser: one line for each cell, and a count.
// An argument runs those cells alone whose name has it in them.
import { launch } from '../harness/browser.mjs';
import { Cell } from './cell.mjs';
import { LIFE } from './life.mjs';
import { NETWORK } from './network.mjs';

/** Cells that run beside each other. */
const BESIDE = 4;
const only = process.argv[2] ?? '';

async function survive(browser, { open, before = async () => {}, during = async () => {}, ...judgement }) {
  let cell;
  let verdict;
  try {
    cell = await Cell.open(browser, open);
    await before(cell);
    await during(cell);
    await cell.drive();
    verdict = await cell.judge(judgement);
  } catch (error) {
    verdict = { wrong: [error.message.split('\n')[0]], end: 'not driven to its end' };
  }
  await cell?.town.end().catch((error) => verdict.wrong.push(error.message.replaceAll('\n', ' ')));
  return { ...verdict, story: verdict.wrong.length > 0 ? cell?.town.story() : '' };
}

async function matrix(browser, title, cells) {
  const waiting = cells.filter(({ name }) => `${title}: ${name}`.includes(only));
  const told = [];
  const work = async () => {
    for (let cell = waiting.shift(); cell; cell = waiting.shift()) {
      const { wrong, end, story } = await survive(browser, cell);
      told.push(wrong);
      console.log(`${cell.name.padEnd(52)} ${(wrong.join(', ') || 'ok').padEnd(12)} ${end}`);
      if (process.env.STORY) console.log(story);
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, work));
  const of = (kind) => told.filter((wrong) => wrong.includes(kind)).length;
  const survived = told.filter((wrong) => wrong.length === 0).length;
  if (told.length === 0) return true;
  console.log(`${title}: ${survived} of ${told.length} survived; ${of('lost')} lost, ${of('double')} double, ${of('false')} false`);
  return survived === told.length;
}

// Playwright turns the back-forward cache off, and customers' browsers have it.
const browser = await launch({ whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
const survived = [await matrix(browser, 'network', NETWORK), await matrix(browser, 'life of a page', LIFE)];
await browser.close();
process.exitCode = survived.every(Boolean) ? 0 : 1;
