// Which language an element speaks, and its words. `cargo xtask dist` puts this at the end of the glue, which the loader
// checks; so it may carry the hashes of the languages without the loader, which is on every page, growing by them.

// Filled in by `cargo xtask dist`: a hash for each file; as it stands, nothing is checked.
const HASHES = "__RELINK_WORDS__";
const PATIENCE_MS = 10_000;
// Languages whose words are under another name.
const OTHERWISE = { nn: "nb", no: "nb", pt: "pt-PT" };
// By name: what was fetched, or is on its way.
const fetched = {};
// What puts a page's own messages in.
let own;

// The nearest `lang` of the page, out through the shadow roots around the element (as src/shell/settings.rs has it).
const named = (element) => {
  for (let at = element; at; at = at.getRootNode().host) {
    const lang = at.closest("[lang]:not([lang=''])")?.getAttribute("lang").trim();
    if (lang) return lang;
  }
};

// The language nearest to a BCP 47 tag for which there are words, and the tag as `Intl` takes it.
const nearest = (tag, files) => {
  try {
    const locale = new Intl.Locale(tag.replaceAll("_", "-"));
    const { language, script, region } = locale.maximize();
    const names = [language + "-" + script, language + "-" + region, language, OTHERWISE[language]];
    const name = names.find((one) => files[one]);
    return name && [name, locale.toString()];
  } catch {
    // It is no tag.
  }
};

const lines = (name, files) =>
  (fetched[name] ??= fetch(files[name], { integrity: HASHES[name], signal: AbortSignal.timeout?.(PATIENCE_MS) })
    .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)))
    .then((text) => text.split("\n"))
    .catch((error) => {
      fetched[name] = null;
      throw new TypeError(name + ": " + error);
    }));

/**
 * What `mount` and `speak` take: the locale to write by, and the words. `files` are the addresses by language; `load`
 * imports a module after a look at its hash. What cannot be had is said in English.
 */
export const words = async (element, files, load) => {
  const browser = navigator.language ?? "";
  const asked = named(element);
  // A page that names no region leaves it to the customer's browser, where that speaks the language.
  const tags = asked ? [browser.startsWith(asked + "-") ? browser : asked] : navigator.languages;
  let [language, locale] = tags.map((tag) => nearest(tag, files)).find(Boolean) ?? ["en", "en-GB"];
  let said = await lines(language, files).catch(() => {
    locale = "en-GB";
    return lines("en", files);
  });
  const { messages } = element;
  if (messages) {
    own ??= load(files._, HASHES._).catch((error) => {
      own = null;
      console.error("relink-widget: " + error);
    });
    said = (await own)?.overridden(said, messages) ?? said;
  }
  return [locale, said.join("\n")];
};
