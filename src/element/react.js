"use client";
// `relink-widget/react`: the element as a React component, for React 18 and 19. It exists because React before 19 sets
// attributes only, and because React attaches no listener of a custom event to what a server rendered. So React renders
// the bare tag, and an effect gives the element its listeners and properties, `endpoint` after all others: no flow begins
// before somebody listens. No rule of the flow is here.
//
// The element's class is there before React draws anything: of a tag that has none yet, React 19 drops what is no text, and
// `headers` of a bare `<relink-widget>` would be gone for good. On a server, importing it does nothing.
import "relink-widget";
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

  useImperativeHandle(ref, () => place.current, []);

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

  const ours = [...Object.keys(ATTRIBUTES), ...PROPERTIES, ...Object.values(EVENTS)];
  const given = Object.entries(props).filter(([name]) => !ours.includes(name));
  const tag = Object.fromEntries(given.map(([name, value]) => plain(name, value)));
  // The widget writes `state` by itself.
  return createElement("relink-widget", { ...tag, ref: place, suppressHydrationWarning: true }, children);
});
