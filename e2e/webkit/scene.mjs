// A page in WebKit with the world around it: the same places and the same scripted backend as in the contract's tests. No
// request can be caught there, so the page brings a Stripe.js of its own, and notes its events and what is refused itself.
import assert from 'node:assert/strict';
import { Backend } from '../harness/backend.mjs';
import { active, seen } from '../harness/documents.mjs';
import { ENDS } from '../harness/hearing.mjs';
import { watch } from '../harness/policy.mjs';
import { Site } from '../harness/site.mjs';
import { eventually } from '../harness/waiting.mjs';

const EVENTS = ['ready', 'state', 'success', 'failure', 'cancel', 'error', 'event'].map((name) => `relink-${name}`);

/** Included by every page, before the widget. */
const NOTES = `(${watch})();
window.heard = [];
for (const name of ${JSON.stringify(EVENTS)}) document.addEventListener(name, (event) => heard.push({ name, id: event.target.id, detail: event.detail }));
addEventListener('error', (event) => heard.push({ name: 'uncaught', detail: { message: event.message } }));
addEventListener('unhandledrejection', (event) => heard.push({ name: 'uncaught', detail: { message: String(event.reason) } }));
window.Stripe = () => ({
  _registerWrapper() {}, registerAppInfo() {},
  collectFinancialConnectionsAccounts: async () => ({ financialConnectionsSession: { accounts: window.accounts ?? [${JSON.stringify(seen(active()))}] } }),
});`;
const CHILDREN = '<a href="/by-hand">By hand</a>';

/** The merchant's page: `element` are attributes, `inside` children, `around` more of the page. */
export const page = (site, { element = '', inside = CHILDREN, before = '', after = '', lang = 'en' } = {}) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Corner Store</title><link rel="icon" href="https://none.invalid/">
<script src="${site.cdn}/notes.js"></script><script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script></head>
<body><main><h1>Your bank accounts</h1>${before}
<relink-widget id="one" endpoint="/relink" account="fca_1" ${element}>${inside}</relink-widget>${after}</main></body></html>`;

export class Scene {
  /** Opens the page of that scenario, as `Site` and `Backend` take it. */
  static async open(browser, scenario = {}) {
    const scene = new Scene();
    scene.browser = browser;
    scene.backend = new Backend(scenario.backend);
    const file = (name, nth) => (name === 'notes.js' ? { status: 200, body: NOTES } : scenario.file?.(name, nth));
    scene.site = await Site.start(scene.backend, { page: (site) => page(site, scenario), ...scenario, file });
    scenario.setUp?.(scene);
    await browser.goto(`${scene.site.shop}/`);
    return scene;
  }

  /** Ends it; fails where the page threw something that nobody caught. */
  async end() {
    const uncaught = await this.heard('uncaught').catch(() => []);
    await this.leave();
    assert.deepEqual(uncaught, []);
  }

  async leave() {
    await this.browser.clear().catch(() => {});
    this.site.stop();
  }

  /** The page's events of that name, or all. */
  heard(name) {
    return this.browser.evaluate((name) => window.heard.filter((event) => !name || event.name === name), name ?? null);
  }

  /** What the page's policy has refused, each once. */
  async refused() {
    return [...new Set(await this.browser.evaluate(() => window.__refused))];
  }

  /** The names of the files that were fetched, without the scene's own. */
  get fetched() {
    return this.site.fetched.filter((name) => name !== 'notes.js');
  }

  state(id = 'one') {
    return this.browser.evaluate((id) => document.getElementById(id).getAttribute('state'), id);
  }

  async reaches(state, id) {
    let last;
    await eventually(`the state is ${state}`, async () => (last = await this.state(id)) === state).catch((error) => {
      error.message += `; it is ${last}`;
      throw error;
    });
  }

  /** An element in the shadow root, by its part; the one with that text where there are many. */
  part(name, { id = 'one', text = '' } = {}) {
    return this.browser.evaluate((id, name, text) =>
      [...document.getElementById(id).shadowRoot.querySelectorAll(`[part~="${name}"]`)].find((one) => one.checkVisibility() && one.textContent.includes(text)), id, name, text);
  }

  async press(name, options) {
    let found;
    await eventually(`there is a ${name}`, async () => (found = await this.part(name, options)));
    await found.click();
  }

  /** All that can be read in it. */
  text(id = 'one') {
    return this.browser.evaluate((id) => document.getElementById(id).shadowRoot.querySelector('[part~="surface"]')?.innerText ?? '', id);
  }

  async shows(text, id) {
    let last;
    await eventually(`it shows ${text}`, async () => (last = await this.text(id)).includes(text)).catch((error) => {
      error.message += `; it shows ${last}`;
      throw error;
    });
  }

  /** The detail of the one event that ended the flow. */
  async theEnd(name) {
    const ends = async () => (await this.heard()).filter((event) => ENDS.includes(event.name));
    await eventually('the flow has ended', async () => (await ends()).length > 0);
    assert.deepEqual((await ends()).map((end) => end.name), [name]);
    return (await ends())[0].detail;
  }

  /** The detail of the page's first `relink-error`. */
  async told() {
    await eventually('an error is told', async () => (await this.heard('relink-error')).length > 0);
    return (await this.heard('relink-error'))[0].detail;
  }

  async relink() {
    await this.reaches('review');
    await this.press('primary-button');
    return this.theEnd('relink-success');
  }

  childrenAreSeen() {
    return this.browser.evaluate(() => document.querySelector('relink-widget a').checkVisibility({ visibilityProperty: true })
      && document.querySelector('relink-widget a').getBoundingClientRect().height > 0);
  }
}
