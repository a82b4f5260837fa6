// Looks for cases in which a promise is broken, and makes each small. Browsers fail too, and a machine may have much else to
// do: what cannot be seen a second time is counted and not reported.
import { launch } from '../harness/browser.mjs';
import { within } from '../harness/waiting.mjs';
import { drawn, nameOf } from './cases.mjs';
import { Drive } from './drive.mjs';
import { shrink } from './shrink.mjs';

/** How long one case may take in all. */
const PATIENCE_MS = 150_000;
/** A browser that has had so many cases makes room for a new one. */
const WORN = 150;
const BESIDE = 2;

/** One browser, started anew where it is worn or answers no more. */
class Hands {
  #cases = 0;

  async try(one, more) {
    if (this.#cases >= WORN) await this.end();
    this.#cases += 1;
    this.browser ??= await launch();
    try {
      return await within(PATIENCE_MS, nameOf(one), Drive.run(this.browser, one, more));
    } catch (error) {
      await this.end();
      return { promise: 'the case can be run', why: error.message, after: '' };
    }
  }

  /** Tries it, and again where it breaks a promise. Answers `[what both have broken, what the first has]`. */
  async confirmed(one, more) {
    const first = await this.try(one, more);
    const second = first && await this.try(one, more);
    return [second?.promise === first?.promise ? second : undefined, first];
  }

  async end() {
    this.#cases = 0;
    const browser = this.browser;
    this.browser = undefined;
    await within(15_000, 'the browser closes', Promise.resolve(browser?.close())).catch(() => {});
  }
}

/** Tries one case; answers the promise that it breaks, with why, or nothing; twice where it breaks one, as above. */
export async function tried(one, more) {
  const hands = new Hands();
  try {
    const [both, first] = await hands.confirmed(one, more);
    return both ?? (first && { ...first, isFleeting: true });
  } finally {
    await hands.end();
  }
}

/**
 * Tries the cases of a seed from the first on, until `isEnough(result)`. `found` is told of each failure once it is small;
 * a promise that is broken in the same small way a second time is not told again. Answers
 * `{cases, failures: [{promise, why, after, name, nth}], fleeting}`.
 */
export async function explore({ seed, isEnough, found = () => {}, more }) {
  const result = { cases: 0, failures: [], fleeting: 0 };
  let next = 0;
  const worker = async () => {
    const hands = new Hands();
    try {
      while (!isEnough(result)) {
        const nth = next;
        next += 1;
        const one = drawn(seed, nth);
        const [both, first] = await hands.confirmed(one, more);
        result.cases += 1;
        if (!first) continue;
        if (!both) {
          result.fleeting += 1;
          continue;
        }
        let last = both;
        const smallest = await shrink(one, async (less) => {
          const [seen] = await hands.confirmed(less, more);
          if (seen?.promise !== first.promise) return false;
          last = seen;
          return true;
        });
        const failure = { ...last, name: nameOf(smallest), nth };
        if (result.failures.some(({ promise, name }) => promise === failure.promise && name === failure.name)) continue;
        result.failures.push(failure);
        found(failure);
      }
    } finally {
      await hands.end();
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, worker));
  return result;
}
