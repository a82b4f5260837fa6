"use client";
// `relink-widget/react`: the element as a React component, for React 18 and 19. It exists because React before 19 sets
// attributes only, and because React attaches no listener of a custom event to what a server rendered. So React renders
// the bare tag, and an effect gives the element its listeners and properties, `endpoint` after all others: no flow begins
// before somebody listens. No rule of the flow is here. On a server nothing of the widget is loaded.
import { createElement, forwardRef, useEffect, useImperativeHandle, useRef, useState } from "react";

// In the order in which they are written: what says what is relinked first, what lets a flow begin last.
const ATTRIBUTES = {
  account: "account",
  authorization: "authorization",
  session: "session",
  theme: "theme",
  credentials: "credentials",
  csrfToken: "csrf-token",
  merchantName: "merchant-name",
  signInUrl: "sign-in-url",
  assetsBase: "assets-base",
  remindLater: "remind-later",
  endpoint: "endpoint",
  open: "open",
};
const BOOLEANS = ["remindLater", "open"];
const PROPERTIES = ["headers", "messages"];
const EVENTS = {
  "relink-ready": "onReady",
  "relink-state": "onStateChange",
  "relink-success": "onSuccess",
  "relink-failure": "onFailure",
  "relink-remind": "onRemind",
  "relink-cancel": "onCancel",
  "relink-error": "onError",
  "relink-event": "onEvent",
  close: "onClose",
};
const METHODS = ["show", "close", "restart"];

let loading;
// By its name, so that a bundler takes the entry that is for bundlers. A load that failed is tried again by the next one who asks.
const load = () =>
  (loading ??= import("relink-widget").catch((error) => {
    loading = undefined;
    throw error;
  }));
// As the loader itself does: importing the module defines the element.
if (typeof document !== "undefined") load().catch(() => {});

/** Until the element's class is there, its methods wait for it: a ref can be used from the first effect on. */
const lend = (element) => {
  const missing = METHODS.filter((name) => !(name in element));
  const giveBack = () => {
    for (const name of missing) delete element[name];
    customElements.upgrade(element);
  };
  for (const name of missing) {
    // As `show()` of the element: it never rejects, and stays open where the load fails.
    element[name] = () => load().then(() => (giveBack(), element[name]()), () => new Promise(() => {}));
  }
  if (missing.length) load().then(giveBack, () => {});
};

const write = (element, name, value) => {
  if (PROPERTIES.includes(name)) element[name] = value ?? null;
  else if (BOOLEANS.includes(name)) element.toggleAttribute(ATTRIBUTES[name], !!value);
  else if (value == null) element.removeAttribute(ATTRIBUTES[name]);
  else element.setAttribute(ATTRIBUTES[name], value);
};

/** What the page gives the tag itself. React 18 writes `false` out, and `className` under that name. */
const plain = (name, value) => {
  if (name === "className") return ["class", value];
  const isText = name.startsWith("aria-") || name.startsWith("data-");
  return [name, value === false && !isText ? undefined : value];
};

export const Relink = forwardRef(function Relink({ children, ...props }, ref) {
  const place = useRef(null);
  const written = useRef({});
  const latest = useRef(props);
  const [listener] = useState(() => (event) => {
    // `close` of a dialog in the children bubbles in React's world only; others' events are not ours.
    if (event.target === place.current) latest.current[EVENTS[event.type]]?.(event.detail, event);
  });

  useImperativeHandle(ref, () => {
    lend(place.current);
    return place.current;
  }, []);

  // Not taken away: a listener goes with its element, and while React hides a part of the page a flow may end in it.
  useEffect(() => {
    for (const type in EVENTS) place.current.addEventListener(type, listener);
  }, [listener]);

  useEffect(() => {
    latest.current = props;
    for (const name of [...PROPERTIES, ...Object.keys(ATTRIBUTES)]) {
      const value = props[name] ?? null;
      if (value === (written.current[name] ?? null)) continue;
      written.current[name] = value;
      write(place.current, name, value);
    }
  });

  useEffect(() => {
    let isCurrent = true;
    load().catch((error) => {
      if (!isCurrent) return;
      const nothing = { session: null, flow: null, request_id: null };
      const detail = { ...nothing, code: "network_error", message: String(error), retryable: true };
      place.current.dispatchEvent(new CustomEvent("relink-error", { bubbles: true, composed: true, detail }));
    });
    return () => {
      isCurrent = false;
    };
  }, []);

  const ours = [...Object.keys(ATTRIBUTES), ...PROPERTIES, ...Object.values(EVENTS)];
  const given = Object.entries(props).filter(([name]) => !ours.includes(name));
  const tag = Object.fromEntries(given.map(([name, value]) => plain(name, value)));
  // The widget writes `state` by itself.
  return createElement("relink-widget", { ...tag, ref: place, suppressHydrationWarning: true }, children);
});
