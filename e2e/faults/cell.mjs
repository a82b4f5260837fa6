// One cell of the matrix: a town of its own, in which one thing goes wrong while a patient customer presses what there is to
// press; and the judgement, in which the merchant's database counts for more than any event.
import { setTimeout as pause } from 'node:timers/promises';
import { ENDS } from '../harness/hearing.mjs';
import { eventually } from '../harness/waiting.mjs';
import { Town } from '../stories/town.mjs';

const ACCOUNT = 'fca_access_expired';
const NAME = 'Everyday Checking ••••1234';
const HOSTED_NAME = 'Weekly Checking ••••1410';
const TERMINAL = ['succeeded', 'failed', 'cancelled'];
/** How long a cell is driven, of real time. */
const PATIENCE_MS = 75_000;
/** By how much the pages' clock is put forward where nothing is left but to wait. */
const LEAP_MS = 2_500;
const BREATH_MS = 120;
/** How long a page may take to say where it stands: a busy machine's page is slow, and not stuck. */
const ANSWER_MS = 5_000;

/** Where the customer meets the widget, by each way to the bank. */
const PLACES = {
  stripe_js: { page: `/accounts/${ACCOUNT}`, selector: 'relink-widget', account: ACCOUNT },
  hosted: { page: '/developers', selector: '#stage relink-widget', account: 'fca_hosted' },
};

/** Presses what there is to press at the bank, in the bank's own document: its name, where there was anything. */
const pressIn = (account) => {
  const among = (selector, text) => [...document.querySelectorAll(selector)].find((each) => each.textContent.trim().includes(text));
  for (const name of ['Agree and connect', 'Continue']) {
    const button = among('button', name);
    if (!button?.checkVisibility() || button.disabled) continue;
    if (name === 'Agree and connect') among('label', account)?.click();
    button.click();
    return name;
  }
  return null;
};

export class Cell {
  /** How often the customer agreed at the bank, in whichever window. */
  grants = 0;
  /** Why nothing happened after all, where the cell has found that out itself. */
  nothing = null;
  /** Whether the page came back from the browser's cache. */
  restored = false;

  /** Opens the town of a cell. `rules` are for the merchant's routes, `stripe` for those of the sandbox; `prepare(cell)` comes before
   * the page. */
  static async open(browser, { way = 'stripe_js', rules = '', stripe = '', init, options, leaves = false, prepare }) {
    const cell = new Cell();
    Object.assign(cell, { way, leaves, rules, stripe, at: PLACES[way] });
    cell.town = await Town.open(browser, { context: { ...options }, init });
    await cell.town.context.clock.install();
    await cell.order();
    await prepare?.(cell);
    await cell.again();
    return cell;
  }

  async order() {
    for (const [server, rules] of [[this.town.shop, this.rules], [this.town.sandbox, this.stripe]]) {
      if (!rules) continue;
      const answer = await fetch(`${server.base}/faults`, { method: 'POST', body: rules });
      if (!answer.ok) throw new Error(await answer.text());
    }
  }

  /** Opens the page anew. */
  async again() {
    await this.page.goto(`${this.town.shop.base}${this.at.page}`);
    if (this.way === 'hosted') await this.page.click('[data-run="hosted/hosted"]');
  }

  get page() {
    return this.town.page;
  }

  widget() {
    return this.town.widget(this.at.selector, this.page);
  }

  state() {
    return this.widget().host.getAttribute('state', { timeout: ANSWER_MS }).catch(() => null);
  }

  /** Waits for a state, as time goes by for the pages. */
  async reaches(...states) {
    await eventually(`the state is ${states.join(' or ')}`, async () => {
      if (states.includes(await this.state())) return true;
      await this.leap();
      return false;
    }, 20_000);
  }

  /** Time goes by for the pages; the servers, which have no part in it, get a moment of their own. */
  async leap(ms = LEAP_MS) {
    await this.town.context.clock.fastForward(ms).catch(() => {});
    await pause(BREATH_MS);
  }

  /** The bank's own steps, in its layer or in its window: true where there was one to take. */
  async bankStep() {
    const ours = new URL(this.town.sandbox.base).host;
    const frames = this.town.context.pages().flatMap((page) => page.frames());
    for (const frame of frames.filter((frame) => frame.url().includes(ours))) {
      for (const button of ['Agree and connect', 'Continue']) {
        const pressed = await frame.getByRole('button', { name: button, exact: true });
        if (!(await pressed.isVisible().catch(() => false))) continue;
        if (button === 'Agree and connect') {
          await frame.getByLabel(this.way === 'hosted' ? HOSTED_NAME : NAME).check({ timeout: 2_000 }).catch(() => {});
        }
        // On a busy machine the click takes, and word of it comes too late: the customer has agreed all the same.
        await pressed.click({ timeout: 2_000 }).catch(() => {});
        if (button === 'Agree and connect') this.grants += 1;
        return true;
      }
    }
    return this.restored ? this.restoredBankStep() : false;
  }

  /** The same in a page that came back from the cache: Playwright has lost sight of the frames in it, the customer has not. */
  async restoredBankStep() {
    const devtools = await this.town.context.newCDPSession(this.page);
    const { frameTree } = await devtools.send('Page.getFrameTree');
    const layer = frameTree.childFrames?.find(({ frame }) => frame.url.startsWith(this.town.sandbox.base));
    if (!layer) return false;
    const { executionContextId } = await devtools.send('Page.createIsolatedWorld', { frameId: layer.frame.id });
    const { result } = await devtools.send('Runtime.callFunctionOn', {
      executionContextId,
      functionDeclaration: String(pressIn),
      arguments: [{ value: NAME }],
      returnByValue: true,
      // The layer has gone on to its next page meanwhile: that one is pressed next.
    }).catch(() => ({ result: {} }));
    if (result.value === 'Agree and connect') this.grants += 1;
    await devtools.detach();
    return Boolean(result.value);
  }

  /** What the customer can do in the widget now, done: true where there was anything. */
  async press() {
    const state = await this.state();
    if (state === null) {
      // A page that was opened anew, or a scenario that is not on the stage yet.
      await this.page.evaluate(({ selector }) => void document.querySelector(selector)?.show(), this.at).catch(() => {});
      return false;
    }
    // What is pressed after the end would begin another flow.
    if (TERMINAL.includes(state)) return false;
    // Whoever leaves before there is a session has nothing to cancel.
    if (this.leaves && state === 'loading') return false;
    const name = this.leaves ? 'close-button' : 'primary-button';
    // The bank is open: nothing is to be opened again, unless it is gone.
    if (state === 'authorizing' && (await this.atBank())) return false;
    const button = this.widget().part(name).first();
    if (!(await button.isVisible().catch(() => false))) return false;
    if (!(await button.isEnabled({ timeout: 300 }).catch(() => false))) return false;
    if (await button.getAttribute('href', { timeout: 300 }).catch(() => null)) return false;
    return button.click({ timeout: 1_500 }).then(() => true, () => false);
  }

  /** The bank's window. */
  popup() {
    return this.town.context.pages().find((page) => page !== this.page);
  }

  /** The customer is done at the bank on another device, of which this browser hears nothing. */
  async finishElsewhere() {
    const session = this.town.heard.at(-1).detail.session;
    const rows = await (await fetch(`${this.town.shop.base}/faults/rows`)).json();
    const { stripe } = rows.find((row) => row.session === session);
    await this.town.ask(`financial_connections/sessions/${stripe}/finish`, { outcome: 'agreed', 'accounts[]': ACCOUNT });
    this.grants += 1;
  }

  /** Half an hour has passed for the backend: every pending session is too old. */
  async expire() {
    const answer = await fetch(`${this.town.shop.base}/faults/expire`, { method: 'POST' });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** The session that the widget is about. */
  session() {
    return this.town.heard.findLast(({ detail }) => detail.session)?.detail.session;
  }

  async atBank() {
    const ours = new URL(this.town.sandbox.base).host;
    return this.town.context.pages().some((page) => page.frames().some((frame) => frame.url().includes(ours)));
  }

  /** Lets the customer go on until the flow has ended, or patience has. */
  async drive() {
    const until = Date.now() + PATIENCE_MS;
    let presses = 0;
    while (Date.now() < until && !TERMINAL.includes(await this.state())) {
      if (await this.bankStep()) continue;
      if (!this.onlyWaits && presses < 30 && (await this.press())) presses += 1;
      else await this.leap();
    }
    // Events come once the view is in the page, and a cancellation is still on its way.
    await eventually('an end is told', async () => (await this.ends()).length > 0, 3_000).catch(() => {});
  }

  async ends() {
    return this.town.heard.filter((event) => ENDS.includes(event.name));
  }

  /** What is wrong, in words; nothing where the cell was survived. */
  async judge({ mustSucceed = true, befalls = true } = {}) {
    const wrong = [];
    // The judge's own requests meet no fault.
    const counts = await Promise.all([this.town.shop, this.town.sandbox].map(async (server, place) => {
      if (!(place === 0 ? this.rules : this.stripe)) return null;
      const count = async () => Number(await (await fetch(`${server.base}/faults`)).text());
      // A cancellation may still be on its way: nobody waits for it.
      if (befalls) await eventually('it befell', async () => (await count()) > 0, 4_000).catch(() => {});
      return count();
    }));
    if (befalls && counts.includes(0)) wrong.push('nothing befell');
    if (this.nothing) wrong.push(`nothing befell: ${this.nothing}`);
    await fetch(`${this.town.shop.base}/faults`, { method: 'POST', body: '' });
    const rows = await (await fetch(`${this.town.shop.base}/faults/rows`)).json();
    const completed = rows.filter((row) => row.completed !== null);
    const ends = await this.ends();
    const told = ends.filter((end) => end.name === 'relink-success');
    const state = await this.state();
    const settled = told.filter((end) => end.detail.outcome !== 'already_active');
    if (completed.length > 0 && told.length === 0 && (TERMINAL.includes(state) || mustSucceed)) wrong.push('lost');
    if (settled.some((end) => !completed.some((row) => row.session === end.detail.session))) wrong.push('false');
    const sessions = ends.map((end) => end.detail.session).filter(Boolean);
    const isBeginning = ({ name, detail }) => name === 'relink-state' && (detail.previous === null || TERMINAL.includes(detail.previous));
    // What a page said while it was left may have been said to nobody: an end had a beginning.
    const flows = Math.max(1, this.town.heard.filter(isBeginning).length);
    // Whoever agrees in two windows of the bank, each of a session of its own, has two completions: one for each.
    const rowsOf = new Set(completed.map((row) => row.session));
    const doubled = completed.length > rowsOf.size || completed.length > this.grants;
    if (doubled || new Set(sessions).size < sessions.length || ends.length > flows) wrong.push('double');
    if (told.some((end) => end.detail.accounts.some(({ id }) => id !== this.at.account))) wrong.push('another account');
    if (mustSucceed && told.length === 0) wrong.push('not recovered');
    if (!TERMINAL.includes(state)) {
      await this.widget().offersAWay().catch(() => wrong.push('stuck'));
    }
    if (this.town.uncaught.length > 0) wrong.push(`uncaught: ${this.town.uncaught[0]}`);
    const end = ends.map((each) => `${each.name} ${each.detail.outcome ?? each.detail.code ?? ''}`.trim()).join(', ');
    return { wrong, end: end || state || 'nothing on screen' };
  }
}
