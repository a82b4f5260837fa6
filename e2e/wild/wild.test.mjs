// What real pages, browsers and customers do to the widget: one table of situation, expected and result, which grows by
// each report. A situation is an object in situations/: `situation` and `expected` in words, a `scenario` as in
// harness/world.mjs, and `run`, which fails where what is expected does not hold.
//
//   DIST=… node --test e2e/wild/wild.test.mjs         WILD=width runs one file of situations
import { after } from 'node:test';
import { suite } from '../harness/index.mjs';
import { bank } from './situations/bank.mjs';
import { dates } from './situations/dates.mjs';
import { documents } from './situations/documents.mjs';
import { keys } from './situations/keys.mjs';
import { pageState } from './situations/page-state.mjs';
import { pages } from './situations/pages.mjs';
import { presses } from './situations/presses.mjs';
import { shown } from './situations/shown.mjs';
import { theme } from './situations/theme.mjs';
import { translated } from './situations/translated.mjs';
import { type } from './situations/type.mjs';
import { width } from './situations/width.mjs';
import { writing } from './situations/writing.mjs';

const ALL = { width, writing, bank, shown, keys, translated, type, 'page-state': pageState, theme, dates, documents, presses, pages };
const table = [];

// One browser for all.
suite('in the wild', (it) => {
  for (const [name, situations] of Object.entries(ALL)) {
    if (process.env.WILD && process.env.WILD !== name) continue;
    for (const { situation, expected, scenario = {}, run } of situations) {
      const row = { situation, expected, result: 'not run' };
      table.push(row);
      it(`${name}: ${situation}: ${expected}`, scenario, async (world, widget) => {
        try {
          await run(world, widget);
          row.result = 'holds';
        } catch (error) {
          row.result = error.message.split('\n')[0];
          throw error;
        }
      });
    }
  }
});

after(() => {
  console.log('| situation | expected | result |\n| --- | --- | --- |');
  for (const { situation, expected, result } of table) console.log(`| ${situation} | ${expected} | ${result} |`);
  console.log(`wild: ${table.filter(({ result }) => result === 'holds').length} of ${table.length} situations hold`);
});
