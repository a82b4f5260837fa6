// `relink-widget/testing`: every outcome of the flow by name, offline and without a backend, for a merchant's own tests.
// The widget itself never loads this file. It answers the widget's requests below one endpoint, stands in for Stripe.js
// and for the windows of banks, and puts everything back. All of it is one function without a link to the outside, so
// that `script()` can hand it to a browser that no module has been loaded into yet. Past 400 lines for that reason.
// Where a page is not laid out (jsdom, happy-dom) no widget can be drawn: there the element says what the drawn one was
// heard to say, which testing-streams.js keeps.

import { STREAMS } from "./testing-streams.js";

const make = (streams = {}) => {
  const KEY = "pk_test_simulated";
  const BANK = "https://bank.example/simulated";
  const CURRENT = Symbol.for("relink-widget/testing");
  // Where the loader keeps what it has loaded.
  const LOAD = Symbol.for("relink-widget");
  const ENDS = ["relink-success", "relink-failure", "relink-cancel"];

  // Documents, as docs/backend.md describes them.

  const account = (changes) => ({
    id: "fca_simulated",
    object: "financial_connections.account",
    authorization: "fcauth_simulated",
    institution_name: "Test Institution",
    display_name: "Checking",
    last4: "6789",
    category: "cash",
    subcategory: "checking",
    status: "inactive",
    status_details: { inactive: { cause: "access_expired", action: "relink_required" } },
    permissions: ["payment_method", "balances"],
    account_numbers: [],
    supported_payment_method_types: ["us_bank_account"],
    livemode: false,
    ...changes,
  });
  const savings = { id: "fca_simulated_2", display_name: "Savings", last4: "4321", subcategory: "savings" };
  const mended = (changes) => account({ status: "active", status_details: {}, ...changes });
  const beyond = (cause) => account({ status_details: { inactive: { cause, action: "none" } } });
  const session = (changes) => (id) => ({
    object: "relink_session",
    id,
    livemode: false,
    status: "pending",
    expires_at: Math.floor(Date.now() / 1000) + 1800,
    expires_in: 1800,
    merchant: { name: "Simulated Shop", support_url: null, privacy_url: null },
    institution: { id: "fcinst_simulated", name: "Test Institution", logo_url: null },
    permissions: ["payment_method", "balances"],
    relink_options: { authorization: "fcauth_simulated", account: "fca_simulated" },
    limits: { accounts: 1 },
    accounts: [account()],
    handoff: { type: "stripe_js", publishable_key: KEY, client_secret: "fcsess_simulated_secret" },
    relink_result: null,
    ...changes,
  });
  const result = (failure_reason) => ({ account: null, authorization: "fcauth_simulated", failure_reason });
  const any = { relink_options: { authorization: "fcauth_simulated", account: null } };
  const both = { ...any, limits: null, accounts: [account(), account(savings)] };
  const hosted = { handoff: { type: "hosted", url: BANK } };

  // Answers, of the backend and of the bank.

  const problem = (status, code, headers) => ({ status, headers, body: { title: "Simulated", status, code, request_id: "req_simulated" } });
  const never = { never: true };
  const ended = (failure_reason) => (before) => ({ body: { ...before, status: "failed", relink_result: result(failure_reason) } });
  const gives = (...accounts) => ({ resolves: { financialConnectionsSession: { id: "fcsess_simulated", accounts } } });
  const other = gives(mended({ id: "fca_other", display_name: "Another account", last4: "1111" }));
  // A longer wish for patience than the widget has leads to the customer at once.
  const patience = { "retry-after": "120" };

  // What a customer does: the state in which a part is pressed.

  const onward = [["review", "primary-button"]];
  const out = (...before) => [...before, [before.length ? "authorizing" : "review", "close-button"]];
  const choosing = [...onward, ["selecting", "account-option"]];

  const success = (outcome, rule) => ({ event: "relink-success", detail: { outcome, rule } });
  const failure = (code) => ({ event: "relink-failure", detail: { code } });
  const error = (code, more) => ({ event: "relink-error", detail: { code, ...more } });
  const cancel = (state) => ({ event: "relink-cancel", detail: { state } });

  /**
   * By name: what it ends in; `session`, how a new one looks; `create`, `read`, `complete`, `bank`, the answers in their
   * order, of which the last is repeated (without any, all goes well); `customer`, what is pressed; `covered`, whether a
   * dialog of the page's lies over it then; `hidden`, whether the page shows the element where it is not rendered; `reminds`,
   * whether the page says that it asks again (`remind-later`).
   */
  const PLAYS = {
    same_account: { ends: success("relinked", "same_account"), customer: onward },
    any_account: { ends: success("relinked", "any_account"), session: any, customer: onward },
    chosen_account: {
      ends: success("relinked", "any_account"),
      session: { ...both, limits: { accounts: 1 } },
      bank: [gives(mended(), mended(savings))],
      customer: [...choosing, ["selecting", "primary-button"]],
    },
    partial: { ends: success("partial", "any_account"), session: both, customer: onward },
    already_active: { ends: success("already_active", "same_account"), session: { accounts: [mended()] } },
    already_succeeded: {
      ends: success("relinked", "same_account"),
      session: { status: "succeeded", accounts: [mended()], relink_result: { ...result(null), account: "fca_simulated" } },
    },
    confirmed: { ends: success("relinked", "same_account"), session: { handoff: { type: "confirm" } }, customer: onward },
    hosted: { ends: success("relinked", "same_account"), session: hosted, window: "agrees", customer: onward },
    session_replaced: {
      ends: success("relinked", "same_account"),
      create: [(id) => ({ body: session({ status: "expired" })(id) }), null],
      customer: onward,
    },
    wrong_account: { ends: error("no_account"), bank: [other], complete: [ended("no_account")], customer: onward },
    wrong_account_then_right: {
      ends: success("relinked", "same_account"),
      bank: [other, null],
      complete: [ended("no_account"), null],
      customer: [...onward, ...onward],
    },
    wrong_login: { ends: error("no_authorization"), bank: [other], complete: [ended("no_authorization")], customer: onward },
    failed_without_reason: { ends: error("unknown"), complete: [ended("other")], customer: onward },
    cancelled_in_loading: { ends: cancel("loading"), create: [never], customer: [["loading", "close-button"]] },
    cancelled_in_review: { ends: cancel("review"), customer: out() },
    cancelled_in_authorizing: { ends: cancel("authorizing"), bank: [never], customer: out(...onward) },
    cancelled_in_selecting: {
      ends: cancel("selecting"),
      session: { ...both, limits: { accounts: 1 } },
      bank: [gives(mended(), mended(savings))],
      customer: [...onward, ["selecting", "close-button"], ["selecting", "secondary-button"]],
    },
    cancelled_in_completing: {
      ends: cancel("completing"),
      complete: [never],
      customer: [...onward, ["completing", "close-button"], ["completing", "secondary-button"]],
    },
    reminded: {
      ends: { event: "relink-remind", detail: { reason: "access_expired" } },
      reminds: true,
      customer: [["review", "secondary-button"]],
    },
    closed_at_bank: { ends: cancel("review"), bank: [gives()], customer: [...onward, ["review", "close-button"]] },
    not_relinkable: { ends: failure("not_relinkable"), session: { accounts: [beyond("access_denied")] } },
    account_closed: { ends: failure("account_closed"), session: { accounts: [beyond("account_closed")] } },
    unsupported_handoff: { ends: failure("unsupported_handoff"), session: { handoff: { type: "simulated" } } },
    invalid_request: { ends: failure("invalid_request"), create: [problem(400, "invalid_request")] },
    not_authenticated: { ends: failure("not_authenticated"), create: [problem(401, "not_authenticated")] },
    signed_out_after_bank: {
      ends: error("not_authenticated"),
      complete: [problem(401, "not_authenticated")],
      customer: onward,
    },
    forbidden: { ends: failure("forbidden"), create: [problem(403, "forbidden")] },
    session_not_found: { ends: failure("session_not_found"), create: [problem(404, "session_not_found")] },
    session_expired: { ends: failure("session_expired"), create: [problem(410, "session_expired")] },
    session_consumed: { ends: error("session_consumed"), create: [problem(409, "session_consumed")] },
    rate_limited: { ends: error("rate_limited"), create: [problem(429, "rate_limited", patience)] },
    provider_unavailable: { ends: error("provider_unavailable"), create: [problem(503, "provider_unavailable", patience)] },
    bank_unavailable: { ends: error("provider_unavailable"), complete: [problem(503, "provider_unavailable", patience)], customer: onward },
    network_error: { ends: error("network_error"), create: [{ cut: true }] },
    timeout: { ends: error("timeout"), create: [never] },
    invalid_response: { ends: error("invalid_response"), create: [{ body: { object: "list" } }] },
    handoff_failed: { ends: error("handoff_failed"), bank: [{ resolves: { error: { type: "api_error", code: "simulated" } } }], customer: onward },
    handoff_unreachable: { ends: error("handoff_unreachable"), covered: true, customer: onward },
    popup_blocked: { ends: error("popup_blocked"), session: hosted, window: "blocked", customer: onward },
    not_visible: { ends: error("not_visible"), hidden: true },
  };

  const outcomes = Object.freeze(Object.fromEntries(Object.entries(PLAYS).map(([name, { ends }]) => [name, Object.freeze(ends)])));

  /** The nth of a list whose last is repeated. */
  const nth = (list, count) => list?.[Math.min(count, list.length) - 1] ?? null;

  const simulate = (name, { endpoint = "/relink", window = globalThis } = {}) => {
    const play = Object.hasOwn(PLAYS, name) ? PLAYS[name] : null;
    if (!play) throw new TypeError(`relink-widget/testing knows no outcome "${name}". It knows ${Object.keys(PLAYS).join(", ")}.`);
    if (!window.document) throw new TypeError("relink-widget/testing needs a page: pass its window, or use script() before there is one.");
    window[CURRENT]?.restore();

    const requests = [];
    const sessions = new Map();
    const counts = { create: 0, read: 0, complete: 0, cancel: 0, bank: 0 };
    const fresh = session(play.session);

    const succeed = (before, ids) => {
      // Where all come back, each is what it was and works; `partial` leaves the others as they were.
      // Where no bank is visited none is named, and all come back.
      const back = ({ id }) => !ids.length || ids.includes(id);
      const accounts = before.accounts.map((one) => (back(one) ? { ...one, status: "active", status_details: {} } : one));
      return { ...before, status: "succeeded", accounts, relink_result: { ...result(null), account: before.relink_options.account } };
    };
    const usual = {
      create: (before, id) => ({ status: 201, body: fresh(id) }),
      read: (before) => ({ body: before }),
      complete: (before, id, { accounts }) => ({ body: succeed(before, accounts) }),
      cancel: (before) => ({ body: before.status === "pending" ? { ...before, status: "cancelled" } : before }),
    };
    const answer = (act, named, body) => {
      counts[act] += 1;
      const id = named ?? `rls_simulated_${counts.create}`;
      const before = sessions.get(id);
      const scripted = nth(play[act], counts[act]);
      const given = typeof scripted === "function" ? scripted(act === "create" ? id : before) : scripted;
      if (!given && act !== "create" && !before) return problem(404, "session_not_found");
      const said = given ?? usual[act](before, id, body);
      if (said.body?.object === "relink_session") sessions.set(id, said.body);
      return said;
    };

    // The widget's requests. Whatever is not below the endpoint goes where it always went.
    const fetchBefore = window.fetch;
    const below = () => {
      const base = new window.URL(endpoint, window.document.baseURI);
      return base.origin + base.pathname.replace(/\/+$/, "") + "/sessions";
    };
    const fetchNow = async (input, init) => {
      const url = new window.URL(input?.url ?? input, window.document.baseURI);
      const path = url.origin + url.pathname;
      const rest = path.startsWith(below()) ? path.slice(below().length) : null;
      const [, id, verb] = /^(?:\/([^/]+)(?:\/(complete|cancel))?)?$/.exec(rest ?? "?") ?? [];
      if (rest === null || (rest && !id)) return fetchBefore.call(window, input, init);
      const request = new window.Request(input, init);
      const act = verb ?? (request.method === "POST" ? "create" : "read");
      const text = act === "read" ? "" : await request.text();
      const body = text ? JSON.parse(text) : null;
      requests.push({ act, session: id ?? null, body, key: request.headers.get("idempotency-key") });
      const said = answer(act, id, body);
      if (said.cut) throw new window.TypeError("Failed to fetch");
      if (said.never) {
        return new Promise((_, fail) => request.signal.addEventListener("abort", () => fail(request.signal.reason)));
      }
      const type = (said.status ?? 200) < 400 ? "application/json" : "application/problem+json";
      const headers = { "content-type": type, ...said.headers };
      return new window.Response(JSON.stringify(said.body), { status: said.status ?? 200, headers });
    };

    // Stripe.js. The page's own, now or later, answers for every key but the simulated one.
    const stripeBefore = Object.getOwnPropertyDescriptor(window, "Stripe");
    let real = window.Stripe;
    const Stripe = function (key, ...more) {
      if (key !== KEY) {
        if (!real) throw new Error("relink-widget/testing stands in for Stripe.js, and the page has loaded none of its own");
        return real(key, ...more);
      }
      return {
        async collectFinancialConnectionsAccounts() {
          counts.bank += 1;
          const said = nth(play.bank, counts.bank) ?? gives(mended());
          return said.never ? new Promise(() => {}) : said.resolves;
        },
      };
    };

    // Windows of banks: one that is blocked, or one whose customer agrees as soon as the bank's page is there.
    const openBefore = window.open;
    const openNow = (url, target, features) => {
      if (!/^relink-/.test(target ?? "")) return openBefore.call(window, url, target, features);
      if (play.window === "blocked") return null;
      const agree = () => {
        for (const [id, one] of sessions) sessions.set(id, succeed(one, [one.relink_options.account]));
      };
      return Object.assign(Object.create(null), {
        closed: false,
        close() { this.closed = true; },
        focus() {},
        location: { replace: agree },
      });
    };

    // What was heard since: an outcome may come by itself, before anybody plays it.
    const heard = [];
    const hear = (event) => heard.push(event);
    const known = new Set([...ENDS, outcomes[name].event]);
    for (const type of known) window.document.addEventListener(type, hear, true);

    const isDrawn = !/jsdom|happydom/i.test(window.navigator.userAgent);
    const loadBefore = window[LOAD];
    if (!isDrawn) window[LOAD] = Promise.resolve([undrawn(window, streams[name]), null]);

    window.fetch = fetchNow;
    Object.defineProperty(window, "Stripe", { configurable: true, enumerable: true, get: () => Stripe, set: (one) => { real = one; } });
    if (play.window) window.open = openNow;

    const simulation = {
      outcome: name,
      endpoint,
      requests,
      ends: outcomes[name],
      play: (widget) => perform(window, widget, play, { endpoint, heard, isAsked: () => requests.length > 0, isDrawn }),
      restore() {
        if (window[CURRENT] !== simulation) return;
        delete window[CURRENT];
        for (const type of known) window.document.removeEventListener(type, hear, true);
        if (!isDrawn) window[LOAD] = loadBefore;
        window.fetch = fetchBefore;
        if (play.window) window.open = openBefore;
        if (stripeBefore && "value" in stripeBefore) Object.defineProperty(window, "Stripe", { ...stripeBefore, value: real });
        else if (stripeBefore) Object.defineProperty(window, "Stripe", stripeBefore);
        else if (real) Object.defineProperty(window, "Stripe", { configurable: true, enumerable: true, writable: true, value: real });
        else delete window.Stripe;
      },
    };
    Object.defineProperty(window, CURRENT, { configurable: true, value: simulation });
    return simulation;
  };

  /** In the place of the widget's inside, where nothing can be drawn: it says the stream of an outcome when it starts. */
  const undrawn = (window, stream) => {
    const mount = (host, root, ended) => {
      let turn = 0;
      const say = async () => {
        const mine = ++turn;
        const began = Date.now();
        const flow = `flow_simulated_${Math.random().toString(36).slice(2)}`;
        for (const [type, told] of stream) {
          await null;
          if (mine !== turn) return;
          const now = Date.now();
          const detail = { ...told, flow };
          if (type === "relink-event") Object.assign(detail, { timestamp: now, elapsed_ms: now - began });
          if (type === "relink-state") host.setAttribute("state", detail.state);
          host.dispatchEvent(new window.CustomEvent(type, { bubbles: true, composed: true, detail }));
          if (ENDS.includes(type)) ended({ type, ...detail });
        }
      };
      const stop = () => {
        turn += 1;
      };
      return { start: say, restart: say, close: stop, hide: stop, unmount: stop, draw() {}, moved() {}, speak() {} };
    };
    return { mount, words: async () => [] };
  };

  /** Presses what a customer would, and resolves to `{type, …detail}` of the event that the outcome is known by. */
  const perform = async (window, given, { ends, customer = [], covered, hidden, reminds }, { endpoint, heard, isAsked, isDrawn }) => {
    if (!isDrawn && !window.customElements.get("relink-widget")) {
      throw new TypeError('relink-widget/testing finds no <relink-widget>: import "relink-widget" first');
    }
    await window.customElements.whenDefined("relink-widget");
    const widget = given ?? window.document.querySelector("relink-widget");
    if (!widget) throw new TypeError("there is no <relink-widget> to play in");
    const address = (one) => new window.URL(one, window.document.baseURI).href.replace(/\/+$/, "");
    if (widget.endpoint && address(widget.endpoint) !== address(endpoint)) {
      throw new TypeError(`the element's endpoint is ${widget.endpoint}, and ${endpoint} is simulated: give simulate() the element's`);
    }
    const asksAgain = reminds && !widget.remindLater;
    // Nobody presses where nothing is drawn: what comes of it is said at once.
    const steps = isDrawn ? [...customer] : [];
    // The way forward leads to another state, which is told after it is seen: nothing is pressed between.
    let leaving = false;
    return new Promise((resolve, reject) => {
      const go = () => {
        const [state, part] = steps[0] ?? [];
        const found = state === widget.state && [...widget.shadowRoot.querySelectorAll(`[part~="${part}"]`)].find((one) => {
          return !one.disabled && one.getClientRects().length > 0;
        });
        if (!found || leaving) return;
        leaving = part === "primary-button";
        steps.shift();
        const over = window.document.createElement("dialog");
        if (covered) window.document.body.append(over);
        if (covered) over.showModal();
        found.click();
        over.remove();
      };
      const observer = new window.MutationObserver(go);
      const moved = () => {
        leaving = false;
        go();
      };
      const isIt = (event) =>
        event.type === ends.event && Object.entries(ends.detail).every(([field, value]) => event.detail[field] === value);
      const stop = () => {
        observer.disconnect();
        widget.removeEventListener("relink-state", moved);
        for (const type of [...ENDS, ends.event]) widget.removeEventListener(type, come);
        if (hidden) widget.hidden = false;
        if (asksAgain) widget.remindLater = false;
        heard.length = 0;
      };
      const come = (event) => {
        // Another end is not what was asked for, and nothing comes after it.
        const isOther = ENDS.includes(event.type) && !isIt(event);
        if (!isOther && (!isIt(event) || steps.length)) return;
        stop();
        if (isIt(event)) resolve({ type: ends.event, ...event.detail });
        else reject(new Error(`the flow came to ${event.type} ${JSON.stringify(event.detail)} in place of ${ends.event} ${JSON.stringify(ends.detail)}`));
      };
      // What came by itself, or by whoever pressed, before this was called.
      const before = heard.findLast(({ target }) => target === widget);
      if (before && isIt(before)) return come(Object.assign(steps, { length: 0 }) && before);
      widget.addEventListener("relink-state", moved);
      for (const type of new Set([...ENDS, ends.event])) widget.addEventListener(type, come);
      observer.observe(widget.shadowRoot, { subtree: true, childList: true, attributes: true });
      if (hidden) widget.hidden = true;
      if (asksAgain) widget.remindLater = true;
      // A flow that is over, or that began before the simulation was there, is begun anew.
      const isStale = ["succeeded", "failed", "cancelled"].includes(widget.state) || (isDrawn && widget.state && !isAsked());
      if (widget.display === "modal" || !widget.state) widget.show();
      else if (hidden || asksAgain || isStale) widget.restart();
      go();
    });
  };

  const restore = (window = globalThis) => window[CURRENT]?.restore();

  return { outcomes, simulate, restore };
};

export const { outcomes, simulate, restore } = make(STREAMS);
export const names = Object.freeze(Object.keys(outcomes));

export const script = (outcome, { endpoint } = {}) =>
  `window.relinkTesting = (${make})(); window.relinkSimulation = window.relinkTesting.simulate(${JSON.stringify(outcome)}, ${JSON.stringify({ endpoint })});`;
