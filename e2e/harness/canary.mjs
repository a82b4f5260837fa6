// What must never be seen: secrets, keys, e-mail addresses and account numbers in an event, a log, the page, its storage or
// an address. One collector takes in all that a town's pages and servers say. It looks at a page at each state of the
// widget and at the end, and is asked then.
//
// What there is to catch, in every town: the client secret of each session, the keys that the servers are started with, the
// address of each customer (`maya@customer.example`), and for numbers the Unix times in each document of Stripe's and of
// the relink API, which have ten digits: a document that is logged, kept or shown whole is found by them. The sandbox, like
// Stripe, answers no full account number, so none of a bank's can leak here.
//
// Its limits: what is in a page for less than a look, between two states, is not seen; nor a number with spaces in it, a
// secret that is encoded, nor the page of a second site. In the dashboard e-mail addresses are at their place: staff see to
// whom a mail goes.
//
// Left out, on purpose:
// - The answers of the relink API and what is handed to Stripe.js and to the bank's own frame: there a client secret is at
//   its place. None of them is collected; what the widget makes of them is.
// - `timestamp` of `relink-event`: milliseconds, thirteen digits, by contract.
// - Digits within a word, as in `rls_…` or a hexadecimal id: nobody's number.
// - `z-index: 2147483647`, the place of Stripe's layer.
// - `https://name@2x`-like file names are no addresses of people: an e-mail address has a dot after its `@`.
import assert from 'node:assert/strict';

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
  see(place, text, except = []) {
    for (const [kind, pattern] of Object.entries(KINDS)) {
      if (except.includes(kind)) continue;
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

  /** Looks through a page as it is now: what is in it, with shadow roots, and what it keeps; some kinds may be there. */
  async look(page, except) {
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
    this.see('the page', dom, except);
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
