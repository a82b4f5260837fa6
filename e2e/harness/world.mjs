// A whole scripted world around the element: the page, the backend, Stripe.js and the bank, and what came of it.
import assert from 'node:assert/strict';
import { Backend } from './backend.mjs';
import { active, collected } from './documents.mjs';
import { ENDS, hear } from './hearing.mjs';
import { Site } from './site.mjs';
import { becomes, eventually } from './waiting.mjs';
import { Widget } from './widget.mjs';

/** What Firefox writes of a policy, of a hash, and of another origin's answer. */
const REFUSED = /^(The page’s settings blocked|None of the “sha\d+” hashes|The Same Origin Policy disallows) /;

/** Stripe.js: what it does is decided outside of the page, by `scenario.stripe`. */
export const STRIPE_JS = `(() => {
  window.Stripe = function Stripe(key, options) {
    return {
      _registerWrapper() {},
      registerAppInfo() {},
      async collectFinancialConnectionsAccounts(argument) {
        const answer = await window.__stripe({ key, options: options ?? null, argument });
        if (answer.throws) throw new Error(answer.throws);
        return answer.resolves;
      },
    };
  };
  window.Stripe.version = 3;
})();`;

export class World {
  /** Opens a page of that scenario in a browser context of its own. See `site.mjs` and `backend.mjs` for the rest:
   * `stripe({nth, key, options, clientSecret})` answers for Stripe.js; `init` runs in every page before its scripts;
   * `routes: false` keeps the driver out of all requests; `keeps` is how long the CDN lets its files be kept; `setUp(world)` comes before any page; `context` are Playwright's options; `go: false` leaves opening the page to the test. */
  static async open(browser, scenario = {}) {
    const world = new World();
    world.backend = new Backend(scenario.backend);
    world.site = await Site.start(world.backend, scenario);
    world.scenario = scenario;
    scenario.setUp?.(world);
    /** Every relink event of every page of this context, in order. */
    world.heard = [];
    /** The calls of Stripe.js, in order. */
    world.collects = [];
    /** What the browser's console said, and what nobody caught. */
    world.console = [];
    world.uncaught = [];
    world.context = await browser.newContext(scenario.context ?? {});
    world.context.setDefaultTimeout(10_000);
    try {
      await world.prepare();
      world.page = await world.newPage();
      if (scenario.go !== false) await world.page.goto(`${world.site.shop}/`);
      return world;
    } catch (error) {
      await world.end();
      throw error;
    }
  }

  async prepare() {
    const { context, scenario } = this;
    await hear(context, this.heard);
    await context.exposeBinding('__stripe', (source, call) => this.collect(call));
    if (scenario.init) await context.addInitScript(scenario.init);
    if (scenario.routes === false) return;
    // No story may depend on a network: whatever is not ours is refused.
    await context.route((url) => !['localhost', '127.0.0.1'].includes(url.hostname), (route) => route.abort());
    await context.route('https://js.stripe.com/**', (route) => this.serveStripe(route));
  }

  serveStripe(route) {
    this.stripeLoads = (this.stripeLoads ?? 0) + 1;
    const instead = this.scenario.stripeScript?.(route, this.stripeLoads);
    if (instead) return instead;
    return route.fulfill({
      contentType: 'text/javascript',
      headers: { 'access-control-allow-origin': '*' },
      body: STRIPE_JS,
    });
  }

  collect({ key, options, argument }) {
    const call = { key, options, clientSecret: argument.clientSecret, nth: this.collects.length + 1 };
    this.collects.push(call);
    return (this.scenario.stripe ?? (() => collected(active())))(call);
  }

  async newPage() {
    let page;
    // Firefox opens no page while a window of another context is still on its way.
    await eventually('a page can be opened', async () => {
      page = await this.context.newPage().catch((error) => {
        if (!error.message.includes('getTabBrowser')) throw error;
      });
      return page;
    });
    page.on('console', (line) => this.console.push(line.text()));
    // Firefox tells in the same way what it has refused, which throws nothing.
    page.on('pageerror', ({ message }) => (REFUSED.test(message) ? this.console : this.uncaught).push(message));
    return page;
  }

  /** The first element of the page, or of another. */
  widget(selector, page = this.page) {
    return new Widget(page, selector);
  }

  /** The events of that name so far, or all. */
  async events(name) {
    // What the page has dispatched is heard once the page has answered.
    await this.page.evaluate(() => 0).catch(() => {});
    return this.heard.filter((event) => !name || event.name === name);
  }

  /** The one event that ended the flow; fails where there is none, or another. */
  async theEnd(name) {
    await eventually('the flow has ended', async () => (await this.ends()).length > 0);
    const ends = await this.ends();
    assert.deepEqual(ends.map((end) => end.name), [name], JSON.stringify(ends.map((end) => end.detail)));
    return ends[0].detail;
  }

  /** The events that ended flows. */
  async ends() {
    return (await this.events()).filter((event) => ENDS.includes(event.name));
  }

  /** The states that `relink-state` reported, in order. */
  async states() {
    return (await this.events('relink-state')).map((event) => event.detail.state);
  }

  /** Waits until the backend has had that many requests of an act. */
  async asked(act, times = 1, within) {
    await eventually(`the backend was asked to ${act} ${times} times`, () => this.backend.calls(act).length >= times, within);
    return this.backend.calls(act)[times - 1];
  }

  /** Waits until Stripe.js was called that often. */
  async collected(times = 1) {
    await eventually(`Stripe.js was called ${times} times`, () => this.collects.length >= times);
    return this.collects[times - 1];
  }

  /** Waits until the requests so far are these. */
  async tally(expected) {
    const full = { create: 0, read: 0, complete: 0, cancel: 0, ...expected };
    await becomes('the requests', full, () => this.backend.tally);
  }

  async end() {
    await this.context.close();
    this.site.stop();
  }

  /** What happened, for whoever reads a failure. */
  story() {
    const events = this.heard.map((event) => `${event.name} ${JSON.stringify(event.detail)}`);
    const requests = this.backend.requests.map((request) => request.name);
    const part = (title, lines) => (lines.length ? `\n${title}:\n  ${lines.slice(-25).join('\n  ')}` : '');
    return part('events', events) + part('requests', requests) + part('console', this.console) + part('uncaught', this.uncaught);
  }
}
