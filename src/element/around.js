// What of the page lies around an element, and in its way. `cargo xtask dist` puts this at the end of the glue; the
// WebAssembly calls it by name (src/shell/around.rs), so these are plain functions. Nothing here decides anything: what was
// found goes to the machine.

// The lock of each document, with how many dialogs hold it.
const locks = new WeakMap();

// Keeps the document that a dialog is in from scrolling, while any holds it. The rule is a style sheet of our own: what the
// page or another component writes on its root meanwhile is not touched, and there is nothing to restore. Returns what lets go.
function holdPage(dialog) {
  keepInSight(dialog);
  const at = dialog.ownerDocument;
  const view = at.defaultView;
  let lock = locks.get(at);
  if (!lock?.holders) {
    const root = at.documentElement;
    lock = new view.CSSStyleSheet();
    lock.holders = 0;
    locks.set(at, lock);
    // The place of a scroll bar that goes is kept, so that nothing shifts.
    const bar = view.innerWidth > root.clientWidth ? ";scrollbar-gutter:stable!important" : "";
    // A body whose overflow was the window's would cut its content off by itself now, and be back at its beginning.
    const body = getComputedStyle(root).overflow === "visible" ? "body{overflow:visible!important}" : "";
    lock.replaceSync("html{overflow:hidden!important" + bar + "}" + body);
  }
  const letGo = () => (at.adoptedStyleSheets = at.adoptedStyleSheets.filter((sheet) => sheet !== lock));
  lock.holders++;
  at.adoptedStyleSheets = [...letGo(), lock];
  return () => --lock.holders || letGo();
}

// Of a frame that is as high as what is in it, the customer sees a part. There the dialog lies, in no less height than it needs
// to be used.
function keepInSight(dialog) {
  const at = dialog.ownerDocument;
  const view = at.defaultView;
  // It may have been in another frame.
  dialog.style.inset = dialog.style.maxBlockSize = "";
  if (view.parent === view) return;
  const lie = ([{ boundingClientRect: all, intersectionRect: seen }], observer) => {
    observer.disconnect();
    const rest = view.innerHeight - 480;
    const above = Math.max(0, Math.min(seen.top, rest));
    const below = seen.bottom < all.bottom ? Math.max(0, Math.min(view.innerHeight - seen.bottom, rest - above)) : 0;
    dialog.style.inset = above + "px 0 " + below + "px";
    dialog.style.maxBlockSize = "calc(100% - " + (above + below + 24) + "px)";
  };
  try {
    new IntersectionObserver(lie).observe(at.documentElement);
  } catch {
    // The page's own does not work: the dialog lies in the middle of the frame.
  }
}

// Looks after the place where a view is drawn. From one height of a dialog to the next the eye is led: what stands at its lower
// edge stays there or moves with it. It is seen after the layout and before anything is drawn, so that nothing jumps first.
function tend(place) {
  let last;
  // A page that scrolls by itself, or locks its own scrolling, would forbid it in a dialog too.
  const scrolls = place.open == null ? "" : " touchmove wheel";
  ("click keydown keypress keyup mousedown touchstart selectstart beforeinput input" + scrolls)
    .split(" ")
    .forEach((name) => place.addEventListener(name, keep, { passive: /^[tw]/.test(name) }));
  const seen = new ResizeObserver(() => {
    const [from, to] = [last, place.offsetHeight];
    last = to;
    if (place.open == null) {
      // Where its lines cross those of the page, Chromium measures it once and not again when what is in it changes. This
      // size counts for nothing, and being another has it measured.
      if (getComputedStyle(place.parentNode?.host ?? place).writingMode[0] !== "h") place.style.containIntrinsicHeight = to + "px";
    } else if (from && to && from !== to && !matchMedia("(prefers-reduced-motion: reduce)")?.matches) {
      // Until its end: of what changes in answer to a change, the browser tells the page's handler of errors.
      seen.disconnect();
      const frame = (height) => ({ blockSize: height + "px", overflow: "hidden" });
      const moving = place.animate([frame(from), frame(to)], { duration: 200, easing: "cubic-bezier(.2,.8,.2,1)" });
      moving.onfinish = moving.oncancel = () => seen.observe(place);
    }
  });
  seen.observe(place);
}

// A press in the widget is not one on a row, a card, a link or a label of the page's around it: those would leave the page, and a
// page that forbids presses would keep the customer from the search. The same of a key that presses a button of ours. What is
// typed in a field would be taken for the page's shortcuts, and a form around it would read along. A held key presses once:
// someone who holds Enter on "Continue" did not press the button that replaces it.
function keep(event) {
  const { key, type, target } = event;
  if (type === "click" ? !target.closest("a,label,input") : key === "Enter" && event.repeat) event.preventDefault();
  if (!key || key === "Enter" || key === " " || target.matches("input")) event.stopPropagation();
}

// 0: not rendered; 1: rendered, but no press would reach it; 2: it can be seen and reached.
function sightOf(element) {
  if (!element.isConnected || !(element.checkVisibility?.() ?? element.getClientRects().length)) return 0;
  // In the page it may be out of view, and be scrolled to.
  if (element.open == null) return 2;
  const { left, top, width, height } = element.getBoundingClientRect();
  const root = element.getRootNode();
  for (const across of [0.5, 0.1, 0.9]) {
    for (const down of [0.5, 0.1, 0.9]) {
      const place = [left + width * across, top + height * down];
      if (element.contains(root.elementFromPoint(...place))) return 2;
      // Another layer of the page lies above it for now: that is the page's wish.
      if (isOnTop(element.ownerDocument.elementFromPoint(...place), root.host)) return 2;
    }
  }
  // While a page passes from one picture of itself to the next, a press reaches nothing of it.
  const passes = ({ effect }) => effect?.pseudoElement?.startsWith("::view-transition");
  return document.getAnimations?.().some(passes) ? 2 : 1;
}

// The focused element, through shadow roots; none where only the page itself has focus.
function focusedElement() {
  let focused = null;
  let at = document.activeElement;
  for (; at && at !== document.body; at = at.shadowRoot?.activeElement) focused = at;
  return focused;
}

// Gives focus, and leaves the page where it is scrolled to.
function focusHere(element) {
  element.focus({ preventScroll: true });
}

// Whether a pointer event is on the scrim, which belongs to the dialog but lies outside its box.
function isOutside({ target, clientX, clientY }, dialog) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return target === dialog && (clientX < left || clientX > right || clientY < top || clientY > bottom);
}

// The one thing that lies over all of the dialog, as far as five places tell, unless it is around the host. What was there
// before it was covered shows through while it is hidden, so only the same thing keeps it so.
function liesOver(dialog, host, before) {
  const { left, top, width, height } = dialog.getBoundingClientRect();
  const hit = ([across, down]) => dialog.ownerDocument.elementFromPoint(left + width * across, top + height * down);
  const [first, ...others] = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.9]].map(hit);
  if (!first || (before && before !== first)) return;
  for (let inner = host; inner; inner = inner.getRootNode().host) {
    if (first.contains(inner)) return;
  }
  if (others.every((other) => first.contains(other))) return first;
}

// Whether it is in a modal dialog or popover that the host is not in.
function isOnTop(element, host) {
  for (; element; element = outOf(element)) {
    if (isIn(element, ":modal") || isIn(element, ":popover-open")) return !element.contains(host);
  }
}

// An older browser does not know every selector.
function isIn(element, selector) {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
}

// The next element around it, as it is drawn: out of slots and shadow roots.
function outOf(element) {
  return element.assignedSlot ?? element.parentElement ?? element.getRootNode().host;
}

// Takes everything modal around the element out of the top layer, where it would lie above the bank's layer, and leaves it
// in its place on the page. Returns what puts it back, or nothing where the bank could not be reached all the same.
function stepAside(host) {
  const undo = [];
  for (let element = host; element; element = outOf(element)) {
    const popover = isIn(element, ":popover-open");
    if (!popover && !isIn(element, "dialog:modal")) continue;
    // What the browser's own style says of what is modal, and of nothing else.
    const style = { position: "fixed", "z-index": "2147483646" };
    const now = getComputedStyle(element);
    for (const name of ["inset", "margin", "max-width", "max-height", "overflow"]) style[name] = now.getPropertyValue(name);
    const { display } = now;
    quietly(element, () => {
      if (popover) element.hidePopover();
      else {
        element.close();
        element.show();
      }
    });
    const free = dress(element, popover ? { ...style, display } : style);
    undo.push(() => {
      free();
      if (!element.isConnected || (!popover && (!element.open || isIn(element, ":modal")))) return;
      quietly(element, () => {
        if (popover) element.showPopover();
        else {
          element.close();
          element.showModal();
        }
      });
    });
  }
  // Libraries that make a dialog of their own switch the rest of the page off like this.
  if (getComputedStyle(document.body).pointerEvents === "none") undo.push(dress(document.body, { "pointer-events": "auto" }));
  const restore = () => undo.splice(0).reverse().forEach((act) => act());
  if (isFree()) return restore;
  // What is fixed in a body that is moved or filtered lies in the body, however short that is, and not on the screen.
  const plain = { transition: "none", animation: "none", transform: "none", filter: "none", perspective: "none", contain: "none", "will-change": "auto" };
  undo.push(dress(document.body, plain));
  if (isFree()) return restore;
  restore();
  // It is left a moment later, for the next try.
  if (document.fullscreenElement) document.exitFullscreen();
}

// Sets styles through CSSOM, which no policy forbids. Returns what takes away those that are still ours.
function dress(element, styles) {
  const { style } = element;
  const before = Object.keys(styles).map((name) => [name, style.getPropertyValue(name), style.getPropertyPriority(name)]);
  for (const name in styles) style.setProperty(name, styles[name], "important");
  const ours = before.map(([name]) => style.getPropertyValue(name));
  return () =>
    before.forEach(([name, value, priority], at) => {
      if (style.getPropertyValue(name) === ours[at]) style.setProperty(name, value, priority);
    });
}

// Opens or closes something of the page's without the page hearing of it: it would take it for its customer's wish.
// `beforetoggle` comes at once; `close` and `toggle` each come once, a moment later.
function quietly(element, act) {
  const names = new Set(["beforetoggle", "toggle", "close"]);
  // In a shadow root these events stay there; else this is before any listener of the page's document.
  const root = element.getRootNode() === document ? window : element.getRootNode();
  let acting = true;
  const hush = (event) => {
    if (event.target !== element || !names.has(event.type)) return;
    event.stopImmediatePropagation();
    if (!acting) names.delete(event.type);
  };
  const all = [...names];
  all.forEach((name) => root.addEventListener(name, hush, true));
  try {
    act();
  } catch {
    // The page refused it, or did it first.
  }
  acting = false;
  names.delete("beforetoggle");
  setTimeout(() => all.forEach((name) => root.removeEventListener(name, hush, true)), 500);
}

// Whether a layer that is put at the end of the page, as the bank's is, could be pressed in the middle of the screen.
function isFree() {
  const probe = document.createElement("div");
  dress(probe, { position: "fixed", inset: "0", "z-index": "2147483647" });
  document.body.append(probe);
  const free = [0.2, 0.5, 0.8].every((down) => document.elementFromPoint(innerWidth / 2, innerHeight * down) === probe);
  probe.remove();
  return free;
}

// Loads Stripe's script, and ends when there is nothing more to wait for. The page's own is waited for if it is still loading.
// One that brought nothing goes again, so that another try may work.
async function loadStripe(address, patienceMs) {
  const theirs = document.querySelector("script[src^='https://js.stripe.com/']");
  const hasEnded = theirs && performance.getEntriesByName(theirs.getAttribute("src")).length;
  if (theirs && !hasEnded && (await scriptEnded(theirs, patienceMs))) return;
  const script = document.createElement("script");
  script.async = true;
  script.src = trustedScript(address);
  document.head.append(script);
  if (!(await scriptEnded(script, patienceMs))) script.remove();
}

// The address of Stripe's script as a page takes it that enforces Trusted Types: from a policy that allows nothing else.
function trustedScript(address) {
  try {
    return trustedTypes.createPolicy("relink-widget", { createScriptURL: () => address }).createScriptURL(address);
  } catch {
    // There are none, or the page takes the policy of another.
    return address;
  }
}

// Settles with whether the script has loaded; it failed where that takes too long.
async function scriptEnded(script, patienceMs) {
  const names = ["load", "error"];
  let heard;
  let patience;
  try {
    return await new Promise((end) => {
      heard = ({ type }) => end(type === "load");
      for (const name of names) script.addEventListener(name, heard);
      patience = setTimeout(end, patienceMs, false);
    });
  } finally {
    for (const name of names) script.removeEventListener(name, heard);
    clearTimeout(patience);
  }
}
