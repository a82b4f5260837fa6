// Which language an element speaks, and its words. `cargo xtask dist` puts this at the end of the glue, which the loader
// checks; so it may carry the hashes of the languages without the loader, which is on every page, growing by them.

// Filled in by `cargo xtask dist`: a hash for each file; as it stands, nothing is checked.
const HASHES = "__RELINK_WORDS__";
const PATIENCE_MS = 10_000;
// Languages whose words are under another name.
const OTHERWISE = { nn: "nb", no: "nb", pt: "pt-PT" };
// By name: what was fetched, or is on its way.
const fetched = {};
// Names of messages that the page was told of.
const warned = new Set();

// The nearest `lang` of the page, out through the shadow roots around the element (as src/shell/settings.rs has it).
const named = (element) => {
  for (let at = element; at; at = at.getRootNode().host) {
    const lang = at.closest("[lang]")?.getAttribute("lang").trim();
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

// The page's own messages in the place of ours. What cannot be used is told to the page's developer, and ours stays.
const overridden = (ours, names, messages) => {
  const said = [...ours];
  for (const name in messages) {
    const text = messages[name];
    const place = names.findIndex((line) => line.startsWith(name + " "));
    const holes = place < 0 || new RegExp("{(" + names[place].split(" ")[1] + ")}", "g");
    if (place >= 0 && typeof text === "string" && !/[{}]/.test(text.replace(holes, ""))) {
      said[place] = text.replace(/\s+/g, " ");
    } else if (!warned.has(name)) {
      warned.add(name);
      if (place < 0) console.warn("relink-widget: there is no message " + name);
      else console.error("relink-widget: message " + name + " can be a text with {" + holes.source.slice(2, -2) + "}");
    }
  }
  return said;
};

/**
 * What `mount` and `speak` take: the locale to write by, and the words. `files` are the addresses by language. What
 * cannot be had is said in English.
 */
export const words = async (element, files) => {
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
    const names = await lines("names", files).catch((error) => console.error("relink-widget: " + error));
    if (names) said = overridden(said, names, messages);
  }
  return [locale, said.join("\n")];
};
