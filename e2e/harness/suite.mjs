// Tests that share one browser, each in a world of its own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ENGINE, isOfTheDark, launch } from './browser.mjs';
import { within } from './waiting.mjs';
import { World } from './world.mjs';

/** How many tests of a file run beside each other, and how long one may take. Firefox gives focus to one window at a time. */
const BESIDE = ENGINE === 'firefox' ? 1 : 2;
const PATIENCE_MS = 60_000;
/**
 * How many tests of a file may fail at the first try. On a machine whose two cores are somebody else's as well, a window may
 * come up late; what fails twice in worlds of its own is wrong. Each is named, `cargo xtask test` repeats it at the end, and
 * `E2E_ONCE=1` allows none, which is how such a test is hunted.
 */
let secondTries = process.env.E2E_ONCE ? 0 : 2;

/** How long a browser may take to close. */
const CLOSING_MS = 15_000;
/** What is left when every test of a file has ended is given up after this. It would hold the whole run up, without a word. */
const LEFTOVERS_MS = 10_000;
after(() => setTimeout(() => process.exit(), LEFTOVERS_MS).unref());

/** The error, with what happened in its world. */
const told = (error, story) => {
  const places = error.stack?.split('\n').filter((line) => /^ +at .*\.mjs/.test(line)).join('\n');
  error.message += story;
  error.stack = `${error.name}: ${error.message}\n${places}`;
  return error;
};

/**
 * A group of tests. `body` is given `it(name, scenario, run)`, and `run` the world and its first element. A scenario's
 * `needs` says what only Chromium's driver can do for it; elsewhere that test is skipped, and says so.
 * `options`: `open(browser, scenario)` makes another kind of world, `launch` are Playwright's, `concurrency`.
 */
export function suite(title, body, { open = World.open, launch: how, concurrency = BESIDE } = {}) {
  describe(title, { concurrency }, () => {
    let browser;
    let darkBrowser;
    before(async () => {
      browser = await launch(how);
    });
    // One that does not answer any more is killed when this process ends.
    after(() => within(CLOSING_MS, 'the browser closes', Promise.all([browser?.close(), darkBrowser?.close()])).catch(() => {}));
    body((name, scenario, run) => {
      const patience = scenario.patience ?? PATIENCE_MS;
      const attempt = async () => {
        if (isOfTheDark(scenario)) darkBrowser ??= await launch({ ...how, dark: true });
        const world = await opened(open(isOfTheDark(scenario) ? darkBrowser : browser, scenario), patience);
        try {
          await within(patience, 'the test', run(world, world.widget()));
          assert.deepEqual(world.uncaught, [], 'nothing is thrown that nobody catches');
        } catch (error) {
          throw told(error, world.story());
        } finally {
          await within(patience, 'its world ends', world.end());
        }
      };
      const timeout = (1 + secondTries) * (3 * patience + CLOSING_MS);
      test(name, { timeout, skip: ENGINE !== 'chromium' && scenario.needs }, async (context) => {
        try {
          await attempt();
        } catch (error) {
          if (secondTries === 0) throw error;
          secondTries -= 1;
          context.diagnostic(`tried twice: ${title} ${name}\n${error.stack}`);
          // A browser in which something never ends may not answer the next test either.
          if (error.neverEnded) [browser, darkBrowser] = [await launch(how), undefined];
          await attempt();
        }
      });
    });
  });
}

/** The world, once it is there. One that comes too late is ended by itself. */
async function opened(opening, patience) {
  try {
    return await within(patience, 'its world opens', opening);
  } catch (error) {
    if (error.neverEnded) opening.then((world) => world.end()).catch(() => {});
    throw error;
  }
}
