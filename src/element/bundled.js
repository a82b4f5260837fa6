// Where the rest of the widget is for a page whose script a bundler makes, which is what `import "relink-widget"` means.
// `cargo xtask dist` puts this before relink-widget.js. A bundler rewrites what it recognises, and a file that is checked
// against a hash must not be rewritten. So what is code (glue and style) is imported as any module is, and becomes part of
// the page's own script; what is fetched (WebAssembly and words) has names that mean nothing to a bundler, and is checked.

const VERSION = "__RELINK_VERSION__";
// Filled in by `cargo xtask dist`: the hash of the WebAssembly; the glue has those of the words.
const HASH = "__RELINK_WASM__";
// By name, written out by `cargo xtask dist`: `new URL("./name", import.meta.url)`, which is how bundlers find a file to take
// along. Only when it is needed: where a server renders the page, there is nothing to resolve an address by.
const emitted = () => __RELINK_EMITTED__;

// Vite before 8 puts a module into a hidden folder while it serves a page in development, and leaves behind what the module
// names. There the package is where it was installed.
const installed = () => /^(http.*\/node_modules\/)\..*\/deps\//.exec(import.meta.url)?.[1];

// Where `assets-base` says, and below it a folder for each version; else where the bundler has put it.
const addressOf = (element, name) => {
  const base = element.assetsBase?.trim();
  if (!base) {
    const modules = installed();
    return modules ? modules + "relink-widget/" + name : emitted()[name];
  }
  return new URL(base.replace(/[^/@]$/, "$&/") + VERSION + "/" + name, document.baseURI);
};

const glue = () => import("./bundled-glue.js");

const wasm = async (element) => {
  let address = "relink-widget_bg.wasm";
  try {
    address = addressOf(element, address);
    return await get(address, HASH);
  } catch (error) {
    const remedy = 'run "npx relink-widget copy FOLDER" and name the folder\'s address in assets-base';
    throw new TypeError(`${error.message}: ${address} is not the file of relink-widget ${VERSION}; ${remedy}`);
  }
};

const parts = (element) => [glue(), wasm(element), glue().then((module) => module.style)];

const speech = (module, element) =>
  module.words(
    element,
    named(element),
    (language) => addressOf(element, `relink-widget.${language}.txt`),
    () => import("./relink-widget-messages.js"),
  );

