// Where the rest of the widget is for a page that includes the loader by its address: beside it. `cargo xtask dist` puts
// this before relink-widget.js. Everything that is loaded is checked against a hash, so whoever pins the loader pins all.

// Filled in by `cargo xtask dist`: the hashes of glue, WebAssembly and style; as it stands, nothing is checked.
const HASHES = "__RELINK_INTEGRITY__";

let tries = 0;
let policy;

// import() takes no hash; it takes what a preload has checked and put in its place. WebKit ("Apple") checks no preload, and
// old browsers know none: there a script does the same, whose address has to come from a policy where the page enforces
// Trusted Types. What cannot be checked is not run. A module that failed fails for good under its address, so each
// further try has another.
const importChecked = async (address, integrity) => {
  const href = address + (tries++ ? "#" + tries : "");
  let place = document.createElement("link");
  let what = { rel: "modulepreload", href };
  if (navigator.vendor[0] === "A" || !place.relList.supports("modulepreload")) {
    place = document.createElement("script");
    // What the page has under this name may be an element with this id.
    const types = globalThis.trustedTypes;
    if (types?.createPolicy?.call) {
      policy ??= types.createPolicy("relink-widget-glue", { createScriptURL: (url) => url });
    }
    what = { type: "module", src: policy ? policy.createScriptURL(href) : href };
  }
  const check = (crossOrigin) =>
    new Promise((onload, fail) => {
      const onerror = () => fail(new TypeError(href));
      Object.assign(place, what, { integrity, crossOrigin, onload, onerror });
      document.head.append(place);
    }).finally(() => place.remove());
  if (integrity) {
    // What the page has preloaded itself, with `crossorigin` or without, fails in Firefox where ours differs in that.
    await check("").catch((error) => {
      if (place.src) throw error;
      return check(null);
    });
  }
  return import(href);
};

const beside = (rest) => new URL("./relink-widget" + rest, import.meta.url);

const parts = () => [
  importChecked(beside("-glue.js"), HASHES[0]),
  get(beside("_bg.wasm"), HASHES[1]),
  get(beside(".css"), HASHES[2]).then((answer) => answer.text()),
];

const speech = (module, element) =>
  module.words(
    element,
    named(element),
    (language) => beside("." + language + ".txt"),
    (hash) => importChecked(beside("-messages.js"), hash),
  );

