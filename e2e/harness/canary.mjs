// What must never be seen: secrets, keys, e-mail addresses and account numbers in an event, a log, the page, its storage or
// an address. One collector takes in all that a town's pages and servers say, and is asked at its end.
//
// Left out, on purpose:
// - The answers of the relink API and what is handed to Stripe.js and to the bank's own frame: there a client secret is at
//   its place. None of them is collected; what the widget makes of them is.
// - `timestamp` of `relink-event`: milliseconds, thirteen digits, by contract.
// - Digits within a word, as in `rls_…` or a hexadecimal id: nobody's number.
// - `z-index: 2147483647`, the place of Stripe's layer.
// - `https://name@2x`-like file names are no addresses of people: an e-mail address has a dot after its `@`.
import assert from 'node:assert/strict';

/** What is planted beside what is there anyway: as a bank's and a merchant's names would bring it. */
const KINDS = {
  'a client secret': /_secret_/,
  'a secret key': /\b[sr]k_(test|live)?/,
  'a signing secret': /\bwhsec_/,
  'an e-mail address': /[\w.+-]+@[\w-]+\.[a-z]{2,}/i,
  'a number of an account': /(?<!z-index: |[\w.:-])\d{9,17}(?![\w.:-])/,
};

export class Canary {
  #found = new Set();

  /** Looks through a text from that place. */
  see(place, text) {
    for (const [kind, pattern] of Object.entries(KINDS)) {
      // Where it was, and not what it was: a report is a log too.
      const at = text.search(pattern);
      if (at < 0) continue;
      const element = text.slice(0, at).match(/<([a-z][\w-]*)[^<]*$/i)?.[1];
      this.#found.add(element ? `${kind} in ${place}, at <${element}>` : `${kind} in ${place}`);
    }
  }

  /** Looks through an event's detail. */
  hear(event) {
    const { timestamp, ...detail } = event.detail ?? {};
    this.see(`${event.name}`, JSON.stringify({ ...event, page: null, detail }));
  }

  /** Looks through a page as it is now: what is in it, with shadow roots, and what it keeps. */
  async look(page) {
    for (const frame of page.frames()) this.see('an address', frame.url());
    // A page of the browser's own, which says that there is no connection: nothing of ours is in it.
    if (await page.evaluate(() => location.protocol === 'chrome-error:').catch(() => true)) return;
    const [dom, storage] = await page.evaluate(() => {
      const of = (root) => [...root.querySelectorAll('*')].flatMap((node) => [
        node.shadowRoot ? node.shadowRoot.innerHTML + of(node.shadowRoot) : '',
        typeof node.value === 'string' ? node.value : '',
      ]).join('\n');
      const kept = [localStorage, sessionStorage].map((storage) => JSON.stringify({ ...storage })).join('\n');
      return [document.documentElement.outerHTML + of(document), kept];
    }).catch(() => ['', '']);
    this.see('the page', dom);
    this.see('the storage', storage);
  }

  /** What was found, in words. */
  get found() {
    return [...this.#found].sort();
  }

  /** Fails where anything was found. */
  silent() {
    assert.deepEqual(this.found, [], 'nothing secret or personal is seen anywhere');
  }
}
