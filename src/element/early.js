// The session is asked for while the WebAssembly is on its way, so that nobody waits for one after the other. `cargo xtask dist`
// puts this into the glue, which is there some 400 ms before the WebAssembly on a slow line (docs/size.md).
//
// This is no second machine. It knows the first thing that the core does for a flow that no page of this tab has begun: save
// a new key, and send `POST /sessions` under it. It writes the core's own record of the tab (crates/relink-core/src/saved.rs)
// and keeps the answer as it comes. The core then finds the record, as after a reload, repeats the call under that key, and
// src/shell/http.rs hands it what is there: the answer, or its promise. Everything that follows from an answer, or from none, is
// the core's decision. Whatever is not plain here is left to the core, which asks by itself.

// By element, until the core takes it.
const begun = new WeakMap();

// What src/shell/http.rs sends, too.
const send = async (entry, element, url, body) => {
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
  // It may have left the page since.
  if (!element.isConnected) return;
  entry.answer = opened(
    entry,
    element,
    fetch(url, {
      method: "POST",
      headers,
      credentials: /^(include|omit)$/.test(said) ? said : "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: entry.abort.signal,
      body,
    }),
  );
  // Whether it fails is for the core to see; without this the browser would call it unhandled.
  unheard(entry.answer);
};

// The answer as the core reads one; and `whole`, when all of it is there, so that nothing need be drawn before it. Of a modal an
// outline is on screen already, and whether it can be seen is only known once something is drawn in it.
const opened = async (entry, element, asked) => {
  const answer = await asked;
  const { status, headers } = answer;
  // What is larger, src/shell/http.rs does not read either.
  const body = headers?.get?.("Content-Length") > 1_000_000 ? null : answer.text();
  const fill = async () => {
    const text = await body;
    if (element.display != "modal") entry.whole = { status, headers, text };
  };
  unheard(fill());
  return { status, headers, text: () => body };
};

// By await alone: a page may have put its own in the place of `then` and `catch`.
const unheard = async (promise) => {
  try {
    return await promise;
  } catch {
    // The core asks by itself.
  }
};

/** Asks for the session of an element whose flow is wanted, unless the WebAssembly is there, which asks by itself. */
export const early = (element) => {
  try {
    // What was asked for before a load that failed may be old by now; the core repeats it under its key.
    takeEarly(element);
    if (wasm || !navigator.onLine) return;
    // What tells one relink from another (src/shell/storage.rs).
    const scope = ["endpoint", "account", "authorization", "session"].map(
      (name) => element.getAttribute(name) ?? "",
    );
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
    begun.set(element, entry);
    entry.asked = unheard(send(entry, element, url.href, body));
  } catch {
    // The core asks.
  }
};

// What was begun for the element under that key, once. After `asked`, `answer` is there if something was sent.
const takeEarly = (element, key) => {
  const entry = begun.get(element);
  begun.delete(element);
  if (entry?.key === key) return entry;
  // The element has changed since, and asks for something else.
  entry?.abort.abort();
};
