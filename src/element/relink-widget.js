// The one script that a page includes: it defines <relink-widget> and nothing more. The WebAssembly, its glue and
// the style are fetched once for the page, when an element is about to need them; where from, stands before this, and is
// one of two: beside.js in the script that a page includes by its address, and bundled.js in the one that bundlers read.
// It is on every page, and must weigh next to nothing: what the flow is and how it looks is in src/shell and src/panes.

// Where the load is kept: a page that includes the script twice still loads the rest once.
const LOAD = Symbol.for("relink-widget");
const PATIENCE_MS = 30_000;
// How long an element without an endpoint waits for one.
const ENDPOINT_MS = 5_000;
// Properties, by what they say where the attribute is absent.
const PROPERTIES = {
  endpoint: null,
  account: null,
  authorization: null,
  session: null,
  display: "inline",
  theme: "auto",
  credentials: "same-origin",
  csrfToken: null,
  merchantName: null,
  signInUrl: null,
  assetsBase: null,
  remindLater: false,
  open: false,
};

const get = async (address, integrity) => {
  const answer = await fetch(address, { integrity });
  if (!answer.ok) throw new TypeError(answer.status + " " + address);
  return answer;
};

// The module of the glue and the style, on their way.
let beforehand;
// The style as each document has it. One made for another would not be taken.
const sheets = new WeakMap();

const sheetOf = (css, at) => {
  let sheet = sheets.get(at);
  if (!sheet) {
    sheet = new at.defaultView.CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.set(at, sheet);
  }
  return sheet;
};

const fetchAll = async (element) => {
  const [glue, wasm, style] = parts(element);
  beforehand = [glue, style];
  // Its words come while the WebAssembly does; whether they came is asked when they are needed. A moment after `#ask`: the
  // session is waited for longer.
  glue.then().then((module) => speech(module, element)).catch(() => {});
  const [module, css, module_or_path] = await Promise.all([glue, style, wasm]);
  await module.default({ module_or_path });
  isLoaded = true;
  return [module, css];
};

const load = (element) =>
  (globalThis[LOAD] ??= Promise.race([
    fetchAll(element),
    new Promise((_, fail) => setTimeout(fail, PATIENCE_MS, new TypeError("timeout"))),
  ]).catch((error) => {
    globalThis[LOAD] = null;
    throw error;
  }));

// In Node there is nothing to extend, and nothing that would construct it.
class RelinkWidget extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ["open", "display", "lang", "endpoint"];

  #root = this.attachShadow({ mode: "open" });
  #trigger = document.createElement("slot");
  // The page's own children: what is seen without the widget.
  #fallback = document.createElement("slot");
  #observer;
  // What is observed: a pixel that takes no room. An element of no size, or with `display: contents`, is not seen to come in
  // every place: in WebKit not in the top layer.
  #mark = document.createElement("i");
  // The running inside, its load, and whether it was asked to close before it was there.
  #handle;
  #words;
  #loading;
  // The dialog until it is there, and what was asked for by then.
  #frame;
  #early;
  // A timer, until the endpoint is there.
  #waiting;
  #closing;
  #failed;
  #shown;
  #end;
  #headers = null;
  #messages = null;
  // The style, once it is worn.
  #css;

  constructor() {
    super();
    this.#trigger.name = "trigger";
    this.#root.append(this.#trigger, this.#fallback);
    this.#mark.style = "float:left;width:1px;height:1px;margin:0 -1px -1px 0";
    for (const intent of ["pointerover", "focusin"]) {
      this.#trigger.addEventListener(intent, () => this.#modal && load(this).catch(() => {}));
    }
    this.#trigger.addEventListener("click", (event) => {
      if (!this.#modal || event.defaultPrevented) return;
      // A link that is to open elsewhere does so.
      const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (elsewhere && event.target.closest("a")) return;
      // A link leads on where the widget could not be loaded.
      if (!this.#failed) event.preventDefault();
      this.show();
    });
    // What the page set before this class was there.
    for (const name in PROPERTIES) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
  }

  get #modal() {
    return this.display === "modal";
  }

  get #isUnshown() {
    return this.#modal && !this.open;
  }

  // An object, or a function that returns one. A setter, because Svelte takes what has none for an attribute.
  get headers() {
    return this.#headers;
  }

  set headers(value) {
    this.#headers = value;
  }

  // Messages of the page's own, text by name, in the place of the widget's.
  get messages() {
    return this.#messages;
  }

  set messages(value) {
    this.#messages = value;
  }

  get state() {
    return this.getAttribute("state");
  }

  show() {
    const shown = (this.#shown ??= new Promise((end) => (this.#end = end)));
    if (this.#isUnshown) this.open = true;
    else this.#start();
    return shown;
  }

  close() {
    if (this.#handle) this.#handle.close();
    else this.#leave();
  }

  // Before anything is there that could be told.
  #leave() {
    this.#closing = true;
    this.#early?.abort.abort();
    this.#frame?.close();
  }

  restart() {
    this.#speak();
    this.#handle?.restart();
    if (!this.#handle || this.#isUnshown) this.show();
  }

  connectedCallback() {
    if (this.#handle) return this.#handle.moved();
    // A clone brings the state of its original.
    this.removeAttribute("state");
    if (this.#modal) {
      if (this.open) this.#start();
      return;
    }
    // Where nothing is laid out (jsdom), nothing nears: it starts by `show()`.
    if (!globalThis.IntersectionObserver) return;
    // It may have been made by `display` already, which is told first.
    this.#rest();
    this.#root.append(this.#mark);
    try {
      this.#observer = new IntersectionObserver(
        (seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#start(),
        { rootMargin: "50%" },
      );
      this.#observer.observe(this.#mark);
    } catch {
      // The page's own, and broken.
      this.#start();
    }
  }

  // It is no longer awaited that it comes near.
  #rest() {
    this.#observer?.disconnect();
    this.#mark.remove();
  }

  // In another document, a frame's say, the style is gone. One that is in no window draws nothing.
  adoptedCallback() {
    if (this.#css && this.ownerDocument.defaultView) this.#dress(this.#css);
  }

  disconnectedCallback() {
    // What is only moved is connected again by then.
    queueMicrotask(() => this.isConnected || this.#drop());
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "lang") {
      this.#speak();
    } else if (name === "endpoint") {
      if (this.#waiting) {
        clearTimeout(this.#waiting);
        this.#waiting = 0;
        if (this.#handle) this.restart();
        else if (!this.#closing) this.#start();
      }
    } else if (name === "display") {
      this.#drop();
      this.connectedCallback();
    } else if (this.#modal && now == null) {
      if (this.#handle) this.#handle.hide();
      else this.#leave();
    } else if (this.#modal && before == null) {
      this.#start();
    }
  }

  async #start(anyhow) {
    this.#rest();
    this.#closing = false;
    // A framework may set it when the element is there already. In the end its absence is told, and it may still come.
    if (!this.endpoint && !anyhow) {
      this.#waiting ||= setTimeout(() => this.#closing || this.#start(1), ENDPOINT_MS);
      return;
    }
    if (this.#handle) {
      this.#speak();
      return this.#handle.start();
    }
    if (this.#loading) return this.#frame?.open || this.#frame?.showModal();
    this.#loading = true;
    try {
      const loading = load(this);
      this.#ask();
      this.#begin();
      const [module, css] = await loading;
      const words = await speech(module, this);
      // A slow phone draws for as long as it has just compiled: that is another task, so that the page can answer in between.
      await module.nextTask?.();
      this.#loading = this.#failed = false;
      // It may have become a modal meanwhile, which nobody has shown.
      if (!this.isConnected || (this.#isUnshown && !this.#closing)) return;
      this.#dress(css);
      const ended = (end) => {
        this.#end?.(end);
        this.#shown = this.#end = null;
      };
      this.#handle = module.mount(this, this.#root, ended, ...words);
      this.#handle.start();
      if (this.#closing) this.#handle.close();
      await module.nextTask?.();
      this.#handle?.draw();
      this.#fallback.hidden = !!this.#handle;
    } catch (error) {
      this.#loading = false;
      this.#failed = true;
      this.#drop();
      if (this.#modal) this.open = false;
      const detail = {
        session: null,
        flow: null,
        code: error instanceof TypeError ? "network_error" : "unknown",
        message: String(error),
        retryable: true,
        request_id: null,
      };
      this.dispatchEvent(new CustomEvent("relink-error", { bubbles: true, composed: true, detail }));
    }
  }

  // While the rest comes, the session is asked for.
  async #ask() {
    try {
      const [glue] = beforehand;
      await parsed();
      this.#early = this.#closing || this.#isUnshown || !this.isConnected ? null : early(this);
      const module = await glue;
      module.begun(this, this.#early);
    } catch {
      // It is told where the load is awaited.
    }
  }

  // And a modal shows what will be in it.
  async #begin() {
    try {
      const [glue, style] = beforehand;
      const module = await glue;
      const css = await style;
      sheetOf(css, this.ownerDocument);
      // What a load that failed has left behind may come now, when the next one has its frame.
      if (!this.#modal || !this.open || !this.#loading || this.#closing || this.#frame) return;
      this.#dress(css);
      this.#frame = module.frame(this, this.#root);
    } catch {
      // The same.
    }
  }

  #dress(css) {
    // Where nothing is drawn there is no style: relink-widget/testing in jsdom, which cannot make a sheet.
    if (!css) return;
    this.#css = css;
    this.#root.adoptedStyleSheets = [sheetOf(css, this.ownerDocument)];
  }

  // The language that is asked for now, where the words of another were drawn.
  async #speak() {
    const handle = this.#handle;
    if (!handle) return;
    const asked = (this.#words = load(this).then(([module]) => speech(module, this)));
    // What cannot be had leaves the words as they are.
    const words = await asked.catch(() => null);
    if (words && asked === this.#words && handle === this.#handle) handle.speak(...words);
  }

  #drop() {
    this.#rest();
    const handle = this.#handle;
    this.#handle = null;
    this.#fallback.hidden = false;
    try {
      handle?.unmount();
    } catch {
      // It broke before, which is why it goes.
    }
    this.#early?.abort.abort();
    this.#frame?.close();
    this.#frame?.remove();
    this.#frame = null;
  }
}

for (const name in PROPERTIES) {
  const attribute = name.replace(/[A-Z]/g, "-$&").toLowerCase();
  const otherwise = PROPERTIES[name];
  Object.defineProperty(RelinkWidget.prototype, name, {
    enumerable: true,
    get() {
      // React before 19 writes `csrftoken`.
      const value = this.getAttribute(attribute) ?? this.getAttribute(name);
      return otherwise === false ? value != null : (value ?? otherwise);
    },
    set(value) {
      if (otherwise === false) this.toggleAttribute(attribute, !!value);
      else if (value == null) this.removeAttribute(attribute);
      else this.setAttribute(attribute, value);
    },
  });
}

// A bank's window that came back to the merchant's page has done what it was for (src/shell/handoff/hosted.rs).
const MARK = "relink-widget-window";
try {
  if (sessionStorage.getItem(MARK)) {
    sessionStorage.removeItem(MARK);
    close();
  }
} catch {
  // Without storage there are no marks.
}

if (globalThis.customElements && !customElements.get("relink-widget")) {
  customElements.define("relink-widget", RelinkWidget);
}
