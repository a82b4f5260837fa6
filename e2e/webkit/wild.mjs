// The table of wild/ in WebKit, as far as it is about the page around the element: one to eight of its kinds, driven over
// WebDriver. A situation that needs what this driver has not is named as not run, with the reason.
//
//   DIST=… node --test e2e/webkit/wild.mjs            WILD=width runs one file of situations
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Backend, active, becomes, collected, ENDS, eventually } from '../harness/index.mjs';
import { Site } from '../harness/site.mjs';
import { Widget } from '../harness/widget.mjs';
import { bank } from '../wild/situations/bank.mjs';
import { dates } from '../wild/situations/dates.mjs';
import { keys } from '../wild/situations/keys.mjs';
import { pageState } from '../wild/situations/page-state.mjs';
import { shown } from '../wild/situations/shown.mjs';
import { theme } from '../wild/situations/theme.mjs';
import { translated } from '../wild/situations/translated.mjs';
import { type } from '../wild/situations/type.mjs';
import { width } from '../wild/situations/width.mjs';
import { writing } from '../wild/situations/writing.mjs';
import { Browser } from './driver.mjs';
import { Page } from './page.mjs';

const ALL = { width, writing, bank, shown, keys, translated, type, 'page-state': pageState, theme, dates };
/** Situations that this engine's driver cannot make, and why. */
const NOT_HERE = [
  [/the page is in another tab/, 'the driver puts no tab behind another'],
  [/the system wishes dark/, 'the driver sets no colours of the system'],
  [/held down/, 'the driver repeats no key'],
  [/zoom/, 'the engine counts the places of what is zoomed in other pixels than its driver presses'],
  [/bottom up|direction:rtl/, 'the engine lets what runs from the bottom up go over the page\'s upper edge'],
  [/vertical mode.*table cell/, 'the engine makes a table cell across its lines narrower than what is in it'],
];
const EVENTS = ['ready', 'state', 'success', 'failure', 'cancel', 'error', 'event'].map((name) => `relink-${name}`);

/** Runs before every script of the page. Stripe.js is one that asks the test, through a file that is named after the call. */
const notes = (site, scenario) => `window.__told = []; window.__wrong = [];
for (const name of ${JSON.stringify(EVENTS)}) document.addEventListener(name, ({ detail, target }) => window.__told.push({ name, target: target.id || target.localName, state: target.getAttribute('state'), detail }));
addEventListener('error', (event) => window.__wrong.push(event.message));
addEventListener('unhandledrejection', (event) => window.__wrong.push(String(event.reason)));
window.__stripe = async (call) => (await fetch('${site.cdn}/stripe-' + encodeURIComponent(btoa(JSON.stringify(call))))).json();
window.Stripe = (key, options) => ({ _registerWrapper() {}, registerAppInfo() {}, async collectFinancialConnectionsAccounts(argument) {
  const answer = await window.__stripe({ key, options: options ?? null, argument });
  if (answer.throws) throw new Error(answer.throws);
  return answer.resolves;
} });
${typeof scenario.init === 'function' ? `(${scenario.init})();` : scenario.init?.content ?? scenario.init ?? ''}`;

class World {
  /** As many colour values of a picture may be those of corners that this engine has smoothed anew: four of a button. */
  smoothed = 800;
  /** What a part of the page writes from the bottom up goes over the page's upper edge, where nobody can scroll to. */
  losesBottomUp = true;

  static async open(browser, scenario) {
    const world = new World();
    world.backend = new Backend(scenario.backend);
    world.collects = [];
    const file = async (name, nth, site) => {
      if (name === 'notes.js') return { status: 200, type: 'text/javascript', body: notes(site, scenario) };
      if (!name.startsWith('stripe-')) return scenario.file?.(name, nth, site);
      const call = JSON.parse(atob(decodeURIComponent(name.slice('stripe-'.length))));
      world.collects.push({ ...call, clientSecret: call.argument.clientSecret, nth: world.collects.length + 1 });
      const answer = await (scenario.stripe ?? (() => collected(active())))(world.collects.at(-1));
      return { status: 200, type: 'application/json', body: JSON.stringify(answer) };
    };
    const page = (site, url) => {
      const { width: wide = 1280, height: high = 720 } = scenario.context?.viewport ?? {};
      if (url.pathname !== '/framed') return `<!doctype html><title>Around</title><style>body{margin:0}</style><iframe title="Shop" style="border:0;width:${wide}px;height:${high}px" src="/framed"></iframe>`;
      const html = scenario.page?.(site, url) ?? null;
      const first = `<script src="${site.cdn}/notes.js"></script>`;
      return (html ?? merchant(site, scenario)).replace(/<meta charset="utf-8">|<title>/, (found) => `${first}${found}`);
    };
    world.site = await Site.start(world.backend, { ...scenario, page, file });
    world.page = new Page(browser);
    await browser.frame(null);
    await browser.goto(`${world.site.shop}/`);
    await browser.frame(await browser.evaluate(() => document.querySelector('iframe')));
    await eventually('the frame is there', () => world.page.run('() => !!document.body && !!window.__told').catch(() => false));
    return world;
  }

  widget(css = 'relink-widget') {
    return new Widget(this.page, css);
  }

  async events(name) {
    const heard = await this.page.run('() => window.__told');
    return heard.filter((event) => !name || event.name === name);
  }

  async ends() {
    return (await this.events()).filter(({ name }) => ENDS.includes(name));
  }

  async theEnd(name) {
    await eventually('the flow has ended', async () => (await this.ends()).length > 0);
    const ends = await this.ends();
    assert.deepEqual(ends.map((end) => end.name), [name], JSON.stringify(ends.map((end) => end.detail)));
    return ends[0].detail;
  }

  async asked(act, times = 1, within) {
    await eventually(`the backend was asked to ${act} ${times} times`, () => this.backend.calls(act).length >= times, within);
    return this.backend.calls(act)[times - 1];
  }

  async collected(times = 1) {
    await eventually(`Stripe.js was called ${times} times`, () => this.collects.length >= times);
    return this.collects[times - 1];
  }

  async end(browser) {
    const wrong = await this.page.run('() => window.__wrong').catch(() => []);
    await browser.frame(null).catch(() => {});
    await browser.clear().catch(() => {});
    this.site.stop();
    return wrong;
  }
}

/** The page of a scenario that brings none. */
const merchant = ({ cdn }, { element = '', before: above = '', after: below = '', head = '', lang = 'en' }) => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Corner Store</title><script type="module" src="${cdn}/relink-widget.js" crossorigin></script>${head}</head>
<body><main><h1>Your bank accounts</h1>${above}<relink-widget endpoint="/relink" account="fca_1" ${element}></relink-widget>${below}</main></body></html>`;

let browser;
const table = [];
before(async () => {
  browser = await Browser.start();
});
after(() => browser?.stop());

for (const [name, situations] of Object.entries(ALL)) {
  if (process.env.WILD && process.env.WILD !== name) continue;
  for (const { situation, expected, scenario = {}, run } of situations) {
    const row = { situation: `${name}: ${situation}`, expected, result: 'not run' };
    table.push(row);
    const why = NOT_HERE.find(([pattern]) => pattern.test(situation))?.[1];
    if (why) row.result = `not run: ${why}`;
    test(`${name}: ${situation}: ${expected}`, { skip: why, timeout: scenario.patience ?? 90_000 }, async () => {
      const world = await World.open(browser, scenario);
      try {
        await run(world, world.widget());
        row.result = 'holds';
      } catch (error) {
        row.result = error.message.split('\n')[0];
        error.message += `\nevents: ${JSON.stringify(await world.events().catch(String)).slice(0, 2000)}\nrequests: ${world.backend.requests.map((request) => request.name).join(', ')}`;
        throw error;
      } finally {
        const wrong = await world.end(browser);
        if (row.result === 'holds') await becomes('what nobody caught', [], () => wrong, 0);
      }
    });
  }
}

after(() => {
  console.log('| situation | expected | result in WebKit |\n| --- | --- | --- |');
  for (const { situation, expected, result } of table) console.log(`| ${situation} | ${expected} | ${result} |`);
  console.log(`wild: ${table.filter(({ result }) => result === 'holds').length} of ${table.length} situations hold in ${browser?.name}`);
});
