// The session is asked for while the glue and the WebAssembly are on their way, so that nobody waits for one after the other.
// `cargo xtask dist` puts this into the loader, the first code that runs: on a slow line the glue comes some 200 ms later
// (docs/size.md).
//
// This is no second machine. It knows the first thing that the core does for a flow that no page of this tab has begun: save
// a new key, and send `POST /sessions` under it. It writes the core's own record of the tab (crates/relink-core/src/saved.rs)
// and keeps the answer as it comes. The core then finds the record, as after a reload, repeats the call under that key, and
// src/shell/http.rs hands it what is there: the answer, or its promise (taken.js). Everything that follows from an answer, or
// from none, is the core's decision. Whatever is not plain here is left to the core, which asks by itself.

// Set once the WebAssembly is there, which asks by itself.
let isLoaded;

// What src/shell/http.rs sends, too.
const send = async (entry, element, url, body, scope) => {
  let given = element.headers;
  entry.made = typeof given == "function";
  if (entry.made) given = await given.call(element);
  const headers = new Headers(given || {});
  headers.set("Accept", "application/json, application/problem+json");
  headers.set("Idempotency-Key", entry.key);
  headers.set("Content-Type", "application/json");
  const token = element.csrfToken?.trim();
  if (token) headers.set("X-CSRF-Token", token);
  const said = element.credentials.trim();
  // It may have left the page, or be about another relink since. Where it was closed, the signal is aborted and nothing leaves.
  if (!element.isConnected || scopeOf(element) != scope) return;
  entry.answer = fetch(url, {
    method: "POST",
    headers,
    credentials: /^(include|omit)$/.test(said) ? said : "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: entry.abort.signal,
    body,
  });
  // Whether it fails is for the core to see; without this the browser would call it unhandled.
  unheard(entry.answer);
};

// By await alone: a page may have put its own in the place of `then` and `catch`.
const unheard = async (promise) => {
  try {
    return await promise;
  } catch {
    // The core asks by itself.
  }
};

// The nearest `lang` of the page, out through the shadow roots around the element (as src/shell/settings.rs has it).
const named = (element) => {
  for (let at = element; at; at = at.getRootNode().host) {
    const lang = at.closest("[lang]:not([lang=''])")?.getAttribute("lang").trim();
    if (lang) return lang;
  }
};

// What tells one relink from another (src/shell/storage.rs).
const scopeOf = (element) =>
  ["endpoint", "account", "authorization", "session"].map((name) => element.getAttribute(name) ?? "");

// Asks for the session of an element whose flow is wanted; answers what was begun, or nothing.
const early = (element) => {
  try {
    if (isLoaded || !navigator.onLine) return;
    const scope = scopeOf(element);
    // Rust and JavaScript do not agree on what else is white space.
    if (/[^ -~]/.test(scope)) return;
    const [endpoint, account, authorization, session] = scope.map((value) => value.trim());
    const locale = named(element) ?? navigator.language;
    if (!endpoint || session || !locale) return;
    let hash = 0x811c9dc5;
    for (const letter of [endpoint, account, authorization, session, ""].join("\xff")) {
      hash = Math.imul(hash ^ letter.charCodeAt(), 0x01000193);
    }
    const digits = (hash >>> 0).toString(16).padStart(8, "0");
    const place = "relink-widget:" + [...digits].reverse().join("");
    // A flow that an earlier page began goes on as the core decides.
    if (sessionStorage.getItem(place)) return;
    const url = new URL(endpoint, document.baseURI);
    if (!/^https?:$/.test(url.protocol)) return;
    url.pathname = url.pathname.replace(/\/+$/, "") + "/sessions";
    let key = "";
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) key += (byte + 256).toString(16).slice(1);
    // Where the page has replaced it, every key would be this one.
    if (/^0+$/.test(key)) return;
    // No prototype, so that no `toJSON` of the page's is asked.
    const write = (fields) => JSON.stringify(Object.assign(Object.create(null), fields));
    const record = write({ create_key: key, locale });
    sessionStorage.setItem(place, record);
    if (sessionStorage.getItem(place) !== record) return;
    const body = write({ account: account || undefined, authorization: authorization || undefined, locale });
    const entry = { key, abort: new AbortController() };
    entry.asked = unheard(send(entry, element, "" + url, body, "" + scope));
    return entry;
  } catch {
    // The core asks.
  }
};

// Until the page is parsed, scripts of it that come later may still give an element its headers. So may whatever else hears that
// event, and what it puts off (as jQuery does): one task later that has run.
const parsed = () =>
  new Promise((done) => {
    try {
      const state = document.readyState;
      // Between the two events, only this tells that the first has been.
      const isHalf = () => performance.getEntriesByType("navigation")[0]?.domContentLoadedEventStart;
      if (state == "complete" || (state == "interactive" && isHalf())) return done();
      for (const name of ["DOMContentLoaded", "load"]) addEventListener(name, () => setTimeout(done), { once: true });
    } catch {
      // The page has put its own in their place: the core asks.
    }
  });

