// Waiting for something that will hold, with a deadline and a reason; never for time to pass.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 30;
const PATIENCE_MS = 10_000;

/** What the promise gives, or a failure that says what did not end in time. Whoever waits for it must be able to go on. */
export async function within(ms, what, promise) {
  const late = new AbortController();
  const tooLong = pause(ms, undefined, { signal: late.signal }).then(() => {
    throw Object.assign(new Error(`after ${ms} ms it had not ended: ${what}`), { neverEnded: true });
  });
  tooLong.catch(() => {});
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    late.abort();
  }
}

/** Asks until the answer is truthy, and gives it back. */
export async function eventually(what, ask, within = PATIENCE_MS) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) assert.fail(`after ${within} ms it still did not hold that ${what}`);
    await pause(STEP_MS);
  }
}

/** Asks until the answer is truthy, for that long and that often at least: a machine that answers slowly has more time. */
export async function patiently(ask, { ms, times }) {
  const end = Date.now() + ms;
  for (let asked = 1; ; asked += 1) {
    const answer = await ask();
    if (answer || (Date.now() > end && asked >= times)) return answer;
    await pause(STEP_MS);
  }
}

/** Asks until the answer is deeply equal to `expected`. */
export async function becomes(what, expected, ask, within = PATIENCE_MS) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    try {
      assert.deepEqual(answer, expected);
      return;
    } catch (different) {
      if (Date.now() > end) {
        different.message = `${what}, after ${within} ms: ${different.message}`;
        throw different;
      }
    }
    await pause(STEP_MS);
  }
}
