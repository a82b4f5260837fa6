// Runs one case: opens its page, does what its steps say, brings the flow to an end as a customer would, and looks after
// each step. What is broken is the first promise that does not hold.
import { isDeepStrictEqual } from 'node:util';
import { account, collected, session } from '../harness/documents.mjs';
import { patiently } from '../harness/waiting.mjs';
import { World } from '../harness/world.mjs';
import { fromBank, named } from './features.mjs';
import { IN_PAGE, look, rest } from './looking.mjs';
import { broken } from './promises.mjs';
import { STEPS } from './steps.mjs';

/** How long a state in which nothing waits for the customer may last, with retries. Time alone would call a machine that has
 * much else to do stuck: it must have been looked at that often too. */
const STUCK = { ms: 25_000, times: 250 };
/** How many presses an end may be away. */
const FAR = 8;
/** How long the rest of the widget may take to come, and the page to be its own again. */
const STARTS = { ms: 8_000, times: 100 };
const RELEASED = { ms: 1_500, times: 40 };
const BUSY = ['loading', 'completing'];
const ENDED = ['succeeded', 'failed', 'cancelled'];
const SUBCATEGORIES = { checking: 'Checking', savings: 'Savings' };

/** The page of those features. */
function page({ cdn }, features) {
  const all = (what) => features.map((feature) => feature[what] ?? '').join(' ');
  const element = `<relink-widget endpoint="/relink" account="fca_1" ${all('element')}>${all('inside')}</relink-widget>`;
  const body = features.filter((feature) => feature.wrap).reduceRight((inner, { wrap }) => wrap.replace('@', () => inner), element);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Corner Store</title><meta name="viewport" content="width=device-width">
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>${all('head')}</head>
<body><main><button id="other" onclick="window.pressed = true">Other</button>${body}</main>${all('after')}
<script>for (const one of window.__all('[data-shown]')) one[one.dataset.shown]();</script></body></html>`;
}

/** The scenario of those features, for `World.open`; `file` as in harness/site.mjs, `seen` is told what is read at the bank, and
 * `gives` the accounts that Stripe.js gives. */
function scenario(features, { file, seen, gives }) {
  const what = (name) => features.find((feature) => feature[name])?.[name];
  const accounts = what('accounts') ?? [account()];
  const stripe = what('stripe');
  const hosted = what('hosted');
  const document = what('document') ?? session();
  return {
    file,
    context: { viewport: what('viewport') ?? { width: 1280, height: 800 } },
    page: (site) => page(site, features),
    init: { content: [IN_PAGE, ...features.map((feature) => feature.init ?? '')].join('\n') },
    stripe: async (call) => {
      const answer = await (stripe ? stripe(call, accounts) : collected(...fromBank(accounts)));
      const given = answer.resolves?.financialConnectionsSession.accounts ?? [];
      gives(given);
      // A single account was chosen there. Of several the widget asks which.
      if (given.length === 1) seen(`${given[0].display_name} ${given[0].last4} ${SUBCATEGORIES[given[0].subcategory]}`);
      return answer;
    },
    stripeScript: what('stripeScript'),
    agreed: ({ id, backend }) => backend.change(id, (before) => (before.status !== 'pending' ? before : { ...before, status: 'succeeded', accounts: fromBank(accounts), relink_result: { account: 'fca_1', authorization: 'fcauth_1', failure_reason: null } })),
    setUp: (world) => { if (hosted) world.backend.template = hosted(world.site, { accounts }); },
    backend: {
      session: document,
      // After the bank the session has what the bank gave.
      read: ({ session: known, backend }) => {
        if (known && known.status === 'pending' && backend.visited) backend.change(known.id, { accounts: fromBank(accounts) });
      },
      ...what('backend'),
    },
  };
}

export class Drive {
  /** Runs a case, `{features, steps}` by their names. Answers `{promise, why, after}`, or nothing where all hold but
   * those in `except`. */
  static async run(browser, { features, steps }, more = {}) {
    const drive = new Drive();
    drive.except = more.except;
    drive.features = features.map(named);
    drive.world = await World.open(browser, scenario(drive.features, { ...more, seen: (text) => drive.read.push(text), gives: (accounts) => drive.given.push(...accounts) }));
    try {
      return await drive.through(steps);
    } catch (error) {
      error.message += drive.world.story();
      throw error;
    } finally {
      await drive.world.end();
    }
  }

  seen = { connected: false };
  read = [];
  given = [];
  chosen = null;
  completions = [];
  askedToLeave = false;

  async through(steps) {
    for (const [after, act] of this.acts(steps)) {
      await act();
      await this.settle();
      const found = this.judged();
      if (found) return { ...found, after };
    }
    return undefined;
  }

  * acts(steps) {
    yield ['it was opened', () => this.begin()];
    for (const step of steps) yield [step, () => STEPS[step](this)];
    for (let nth = 0; nth < FAR && this.isGoingOn(); nth += 1) yield ['going on to the end', () => this.onwards()];
    yield ['it was closed in the end', () => this.conclude()];
  }

  async begin() {
    const { page } = this.world;
    await page.evaluate(() => customElements.whenDefined('relink-widget').then(() => 0));
    this.before ??= await page.evaluate(look);
    if (this.features.some(({ group }) => group === 'display')) await this.trigger();
    else await page.evaluate(() => { const host = window.__find(); host?.scrollIntoView({ block: 'center', behavior: 'instant' }); });
    if (this.features.some(({ name }) => name === 'host-contents')) await page.evaluate(() => { void window.__find()?.show(); });
    const hasBegun = () => page.evaluate(() => !window.__find() || window.__find().hasAttribute('state'));
    if (!await patiently(hasBegun, STARTS)) this.unbegun = `it has not begun after ${STARTS.ms} ms`;
  }

  /** Presses the page's own button, or calls `show()` where that cannot be pressed. */
  async trigger() {
    const { page } = this.world;
    const place = await page.evaluate(() => {
      const trigger = window.__find()?.querySelector('[slot=trigger]');
      return trigger?.checkVisibility({ visibilityProperty: true }) ? window.__reach(trigger) : null;
    });
    if (place?.hit) await page.mouse.click(place.x, place.y);
    if (!await page.evaluate(() => window.__find()?.open)) await page.evaluate(() => { void window.__find()?.show(); });
  }

  /** Waits until it waits for the customer, and looks. */
  async settle() {
    this.stuck = undefined;
    const isSettled = async () => {
      await this.world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))).catch(() => {});
      await this.observe();
      const { connected, rendered, state, modal, open, layer, surface, primary, close } = this.seen;
      // Whoever leaves waits for what became of it, in the state that they left, with nothing to press.
      const isLeaving = surface && !primary && !close && !ENDED.includes(state);
      return !(connected && rendered && (!modal || open) && !layer && ((BUSY.includes(state) && !primary) || (state && !surface) || isLeaving || (state === 'authorizing' && !this.isAtTheBank())));
    };
    if (!await patiently(isSettled, STUCK)) this.stuck = `it has been in ${this.seen.state} for ${STUCK.ms} ms`;
    await this.world.events();
  }

  /** One look. What is checked now is what the next press is about. */
  async observe() {
    await this.world.page.evaluate(rest);
    this.seen = await this.world.page.evaluate(look);
    this.read.push(this.seen.text ?? '');
    const { state, options } = this.seen;
    if (state === 'review') this.chosen = null;
    if (state === 'selecting' && options.length) this.chosen = options.filter(({ checked }) => checked).map(({ text }) => text);
  }

  /** The bank is somewhere where the customer has to do something, or asks whether to leave. */
  isAtTheBank() {
    return this.seen.layer || !!this.seen.primary || !!this.seen.secondary;
  }

  judged() {
    const { backend } = this.world;
    const calls = backend.calls('complete');
    // The rows that were checked when the first call of a completion was sent.
    for (const { key, body } of calls) {
      if (!this.completions.some((one) => one.key === key)) this.completions.push({ key, accounts: body?.accounts ?? [], chosen: this.chosen });
    }
    const known = new Map();
    // What the bank gave is the session's, even where the backend has not heard of it yet, or refuses it.
    const all = [...[...backend.sessions.values()].flatMap(({ accounts }) => accounts), ...this.given];
    for (const one of all) {
      const twin = all.some((other) => other.id !== one.id && other.display_name === one.display_name && other.last4 === one.last4);
      known.set(one.id, [one.last4, twin && !this.features.some(({ speaks, group }) => speaks || group === 'translator') ? SUBCATEGORIES[one.subcategory] : null]);
    }
    return broken({
      seen: this.seen,
      stuck: this.unbegun ?? this.endless ?? this.stuck,
      features: this.features,
      before: this.before,
      posted: { completions: this.completions, known, created: backend.calls('create').map(({ body }) => body), cancels: backend.calls('cancel').length },
      read: this.read,
      askedToLeave: this.askedToLeave,
      heard: this.world.heard,
      backend,
      isOver: this.isOver,
      uncaught: this.world.uncaught,
      said: this.world.console,
    }, this.except);
  }

  /** Presses a part with the mouse where that reaches it. */
  async press(part, leaves) {
    const place = await this.world.page.evaluate((name) => {
      const found = window.__part(name);
      return found && !found.disabled ? window.__reach(found) : null;
    }, part);
    if (!place?.hit) return false;
    if (leaves) this.askedToLeave = true;
    await this.world.page.mouse.click(place.x, place.y);
    return true;
  }

  async forward() {
    await this.observe();
    if (this.seen.state === 'review') this.world.backend.visited = true;
    return this.press('primary-button');
  }

  async choose(nth) {
    const place = await this.world.page.evaluate((at) => {
      const option = [...(window.__find()?.shadowRoot?.querySelectorAll('[part~="account-option"]') ?? [])].at(at);
      if (!option) return null;
      // In the middle of a low place the buttons lie over it, as for a customer who then scrolls on.
      const middle = window.__reach(option);
      if (middle.hit) return middle;
      const start = window.__reach(option, 'start');
      if (start.hit) return start;
      // Of one that is higher than what such a place leaves of it, the upper end can be pressed.
      const y = option.getBoundingClientRect().top + 12;
      return { x: start.x, y, hit: option.contains(window.__at(start.x, y)) };
    }, nth);
    if (place?.hit) await this.world.page.mouse.click(place.x, place.y);
  }

  /** Agrees at the bank, where it is: in its layer, in its window, or on its page in this tab. */
  async agree() {
    const { context, page, site } = this.world;
    if (this.seen.layer) {
      const place = await page.evaluate(() => window.__reach(document.getElementById('agree')));
      if (!place.hit) throw new Error('the bank\'s layer cannot be pressed');
      await page.mouse.click(place.x, place.y);
    }
    for (const one of context.pages()) {
      if (!one.url().startsWith(site.bank)) continue;
      await one.getByRole('button', { name: 'Agree' }).click({ timeout: 3_000 }).catch(() => {});
    }
  }

  async reload() {
    await this.world.page.reload();
    await this.begin();
  }

  isGoingOn() {
    const { connected, rendered, state } = this.seen;
    return connected && rendered && state && !ENDED.includes(state);
  }

  /** One press towards the end. */
  async onwards() {
    const { modal, open, layer, state, options, primary } = this.seen;
    if (modal && !open) return this.trigger();
    if (layer || this.world.context.pages().length > 1) return this.agree();
    if (state === 'selecting' && options.length && !options.some(({ checked }) => checked)) await this.choose(0);
    if (primary) return void await this.forward();
    return void await this.press('secondary-button', true);
  }

  /** Closes what is still there: then there is one end, and the page is its own. */
  async conclude() {
    if (this.isGoingOn()) this.endless = `${FAR} presses have led to no end: it is in ${this.seen.state}`;
    this.askedToLeave = true;
    const { page } = this.world;
    await this.agree();
    await page.evaluate(() => { window.__find()?.close(); });
    this.isOver = true;
    const isEnded = () => page.evaluate(() => {
      const state = window.__find()?.getAttribute('state');
      return !state || ['succeeded', 'failed', 'cancelled'].includes(state);
    });
    await patiently(isEnded, STUCK);
    await page.evaluate(() => { const host = window.__find(); if (host) host.open = false; });
    const isReleased = async () => isDeepStrictEqual(await page.evaluate(() => window.__page()), this.before.page);
    if (this.before?.connected) await patiently(isReleased, RELEASED);
  }
}

