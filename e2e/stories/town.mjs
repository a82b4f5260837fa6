// The shop, relink-server with its database, and the sandbox, each a process of its own: where whole stories are told. The shop
// knows relink-server by its public address and its API key, as any merchant's server does.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Canary } from '../harness/canary.mjs';
import { ENDS, hear } from '../harness/hearing.mjs';
import { accountsOf, freeAddress, operate, plaidKeys, relinkServer, start, startSandbox, stop, tellSandbox } from '../harness/servers.mjs';
import { suite } from '../harness/suite.mjs';
import { becomes, eventually } from '../harness/waiting.mjs';
import { Widget } from '../harness/widget.mjs';
import { startProvider } from './provider.mjs';

/** Who works at the shop's desk, in this town alone. */
const STAFF = { email: 'nora@pinegrove.example', password: 'pinegrove market' };
/** The page in the layer that Stripe.js lays over the merchant's. */
const STRIPES_LAYER = '/bank/frame';
/** An address at which nothing answers. */
const NOWHERE = 'http://127.0.0.1:9';

export class Town {
  /** Opens the shop at `page` as `customer`. `context` are Playwright's options, `init` runs before the pages' scripts; with
   * `staff` the shop has somebody at its desk, and sends mail; with `consent` customers agree to Stripe's text in the review;
   * `provider` describes an OpenID provider, where staff sign in; with `plaid` customers have accounts at Plaid too. */
  static async open(browser, { page = '/accounts', customer = 'Maya Lindqvist', context = {}, init, staff = false, consent = false, provider, plaid = false } = {}) {
    const town = new Town();
    town.folder = await mkdtemp(path.join(tmpdir(), 'relink-story-'));
    town.canary = new Canary();
    town.heard = [];
    town.uncaught = [];
    town.servers = [];
    town.console = [];
    town.desks = [];
    town.looks = [];
    town.referers = [];
    town.sandbox = await startSandbox();
    if (plaid) town.plaid = await start('SANDBOX_PLAID_BIN', { SANDBOX_PLAID_LISTEN: '127.0.0.1:0' });
    await town.openServers(staff, consent, provider);
    await tellSandbox(town.sandbox, 'webhooks', { url: `${town.relink.base}/webhooks/stripe` });
    town.context = await browser.newContext({ reducedMotion: 'reduce', ...context });
    town.context.setDefaultTimeout(10_000);
    await hear(town.context, town.heard);
    town.context.on('request', (request) => {
      if (new URL(request.url()).pathname === STRIPES_LAYER) town.referers.push(request.headers().referer);
    });
    town.lookOften();
    if (init) await town.context.addInitScript(init);
    town.page = await town.newPage();
    await town.page.goto(`${town.shop.base}/sign-in`);
    await town.page.getByRole('button', { name: customer }).click();
    await town.page.waitForURL('**/accounts');
    if (page !== '/accounts') await town.page.goto(`${town.shop.base}${page}`);
    return town;
  }

  /** Starts relink-server, and the shop beside it. */
  async openServers(staff, consent, provider) {
    const [shop, relink] = [await freeAddress(), await freeAddress()];
    if (provider) this.provider = await startProvider({ relink: `http://${relink}`, ...provider });
    this.environment = {
      ...relinkServer({ listen: relink, pages: `http://${shop}`, stripe: this.sandbox.base, folder: this.folder }),
      ...(staff ? await this.post() : {}),
      ...(this.provider?.environment ?? {}),
      ...(this.plaid ? plaidKeys(this.plaid.base) : {}),
      ...(consent ? { STRIPE_PRE_COLLECTED_CONSENT: 'on' } : {}),
    };
    this.key = await operate(this.environment, ['api-key', 'add', 'shop', ...(this.plaid ? ['--scope', 'accounts.read,customer_tokens,hosted_relinks,plaid_items'] : [])]);
    if (staff) await operate(this.environment, ['staff', 'add', STAFF.email, 'Nora', 'agent'], STAFF.password);
    await this.openRelink(this.sandbox.base);
    // It fetches all accounts at its start, beside its other work; a page of the shop shows what is known when it is opened.
    await eventually('relink-server knows the accounts', async () => (await this.accounts('cus_demo')).length > 0);
    this.shop = await start('SHOP_BIN', {
      SHOP_LISTEN: shop,
      PUBLIC_URL: '',
      RELINK_URL: this.relink.base,
      RELINK_API_KEY: this.key,
      SANDBOX_URL: this.sandbox.base,
      STRIPE_JS_URL: `${this.sandbox.base}/v3/`,
      SANDBOX_PLAID_URL: this.plaid?.base ?? '',
    });
    this.servers.push(this.shop);
  }

  async openRelink(stripe) {
    this.relink = await start('SERVER_BIN', { ...this.environment, STRIPE_API_BASE: stripe });
    this.servers.push(this.relink);
  }

  /** What a relink-server that sends mail is told. */
  async post() {
    const { smtp, inbox } = await this.look('mail');
    return { SMTP_URL: smtp, MAIL_FROM: 'Pinegrove Market <accounts@pinegrove.example>', INBOX_URL: `${this.sandbox.base}${inbox}` };
  }

  /** A browser of somebody's who is to sign in at the dashboard. */
  async desk(options = {}) {
    const context = await this.context.browser().newContext({ reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(10_000);
    // The provider's own pages ask for a font of somebody's.
    if (this.provider) await context.route('https://**', (route) => route.abort());
    const page = await context.newPage();
    this.listen(page);
    this.desks.push(page);
    return page;
  }

  /** Somebody of the staff, signed in, in a browser of their own. */
  async staff(options = {}) {
    const page = await this.desk(options);
    await page.goto(`${this.relink.base}/dashboard`);
    await page.getByLabel('Email address').fill(STAFF.email);
    await page.getByLabel('Password').fill(STAFF.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
    return page;
  }

  /** What relink-server says of a customer's accounts to a merchant's server. */
  accounts(customer) {
    return accountsOf(this.relink, this.key, customer);
  }

  /** A request of the shop's own server to its API. */
  async hosted(body) {
    const answer = await fetch(`${this.relink.base}/v1/hosted_relinks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, ...await answer.json() };
  }

  /** How it stands with such a request. */
  async hostedNow(id) {
    const answer = await fetch(`${this.relink.base}/v1/hosted_relinks/${id}`, { headers: { authorization: `Bearer ${this.key}` } });
    return answer.json();
  }

  /** What one of the sandbox's helpers tells. */
  async look(helper) {
    const answer = await fetch(`${this.sandbox.base}/v1/test_helpers/${helper}`, { headers: { authorization: 'Bearer sk_test_sandbox' } });
    return answer.json();
  }

  /** Stripe's events of that type, the newest first. */
  async events(type) {
    const answer = await fetch(`${this.sandbox.base}/v1/events?type=${type}`, { headers: { authorization: 'Bearer sk_test_sandbox' } });
    return (await answer.json()).data;
  }

  async newPage() {
    const page = await this.context.newPage();
    this.listen(page);
    return page;
  }

  listen(page) {
    page.on('pageerror', (error) => this.uncaught.push(error.message));
    page.on('console', (line) => this.console.push(line.text()));
    page.on('framenavigated', (frame) => this.canary.see('an address', frame.url()));
  }

  /** The canary looks at a page at each of its widget's states: what is there only for a moment is seen as well. */
  lookOften() {
    const { heard, canary, looks } = this;
    heard.push = (event) => {
      if (event.name === 'relink-state') looks.push(canary.look(event.page));
      return Array.prototype.push.call(heard, event);
    };
  }

  /** One of the sandbox's test helpers. */
  ask(helper, parameters) {
    return tellSandbox(this.sandbox, helper, parameters);
  }

  /** Clicks Reconnect beside an account, and gives the widget that opens. */
  async reconnect(account, page = this.page) {
    await page.locator(`[data-account="${account}"]`).getByText('Reconnect', { exact: true }).click();
    return new Widget(page, `#w-${account}`);
  }

  /** Runs a scenario of the page for developers, `access_expired/same` say, and gives its widget. */
  async run(scenario) {
    await this.page.click(`[data-run="${scenario}"]`);
    return this.widget('#stage relink-widget');
  }

  widget(selector, page = this.page) {
    return new Widget(page, selector);
  }

  /** The sandbox's layer over the page. */
  bank(page = this.page) {
    const frame = page.frameLocator(`iframe[src^="${this.sandbox.base}"]`);
    return {
      press: (name) => frame.getByRole('button', { name, exact: true }).click(),
      pick: (name) => frame.getByLabel(name).check(),
      type: (label, text) => frame.getByLabel(label, { exact: true }).fill(text),
      frame,
    };
  }

  /** Goes on at a bank that has a window of its own for signing in, and answers that window. */
  async bankWindow() {
    const opening = this.context.waitForEvent('page');
    await this.bank().press('Continue');
    return opening;
  }

  /** Signs in at once, picks that account and agrees. */
  async agree(name, page = this.page) {
    const bank = this.bank(page);
    await bank.press('Continue');
    await bank.pick(name);
    await bank.press('Agree and connect');
  }

  /** What the shop says of an account, on the page that is open. */
  status(account, page = this.page) {
    return page.locator(`[data-account="${account}"]`).getAttribute('data-status');
  }

  /** Sees that the shop shows that status, and that it is in the database: relink-server is stopped, and another one that
   * cannot reach Stripe reads the file. */
  async keeps(account, status) {
    if (!this.page.url().includes('/accounts')) await this.page.goto(`${this.shop.base}/accounts`);
    await becomes(`the shop shows ${account}`, status, () => this.status(account));
    await this.reopen(NOWHERE);
    await this.page.goto(`${this.shop.base}/accounts`);
    assert.equal(await this.status(account), status, 'the database says otherwise');
  }

  /** Stops relink-server, and opens it again at the same address. */
  async reopen(stripe = this.sandbox.base) {
    await stop(this.relink);
    await this.openRelink(stripe);
  }

  /** The events that ended flows, of all pages. */
  async ends() {
    await this.page.evaluate(() => 0).catch(() => {});
    return this.heard.filter((event) => ENDS.includes(event.name));
  }

  /** The one event that ended the flow. */
  async theEnd(name) {
    await eventually('the flow has ended', async () => (await this.ends()).length > 0, 20_000);
    const ends = await this.ends();
    assert.deepEqual(ends.map((end) => end.name), [name], JSON.stringify(ends.map((end) => end.detail)));
    return ends[0].detail;
  }

  async end() {
    for (const page of this.context.pages()) {
      if ([this.shop, this.relink].some(({ base }) => page.url().startsWith(base))) await this.canary.look(page);
    }
    // Staff see to whom a mail goes.
    for (const desk of this.desks) await this.canary.look(desk, ['an e-mail address']);
    await this.context.close();
    await Promise.all(this.looks);
    await Promise.all([...[this.shop, this.relink, this.sandbox, this.plaid].map(stop), this.provider?.stop()]);
    await rm(this.folder, { recursive: true, force: true });
    this.heard.forEach((event) => this.canary.hear(event));
    // Some banks' logins fail without one, and more than the origin is nobody's business.
    const origins = [this.shop, this.relink].map(({ base }) => `${base}/`);
    for (const referer of this.referers) assert.ok(origins.includes(referer), `Stripe's layer was opened with the Referer ${referer}`);
    const ours = this.servers.flatMap((server) => server.log);
    const logs = { console: this.console, errors: this.uncaught, 'a log of ours': ours, 'the sandbox\'s log': this.sandbox.log };
    for (const [place, lines] of Object.entries(logs)) this.canary.see(place, lines.join('\n'));
    this.canary.silent();
  }

  /** What happened, for whoever reads a failure. */
  story() {
    const events = this.heard.map((event) => `${event.name} ${JSON.stringify(event.detail)}`);
    const part = (title, lines) => (lines.length ? `\n${title}:\n  ${lines.slice(-20).join('\n  ')}` : '');
    return part('events', events) + part('console', this.console) + part('uncaught', this.uncaught)
      + part('the shop', this.shop.log.join('').split('\n')) + part('relink-server', this.relink.log.join('').split('\n')) + part('the sandbox', this.sandbox.log.join('').split('\n'));
  }
}

/** Stories that share one browser, each in a town of its own: `it(name, options, run)`. */
export const stories = (title, body, options = {}) => suite(title, body, { open: Town.open, ...options });
