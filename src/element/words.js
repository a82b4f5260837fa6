// Which language an element speaks, and its words. `cargo xtask dist` puts this at the end of the glue, which the loader
// checks; so it may carry the hashes of the languages without the loader, which is on every page, growing by them.

// Filled in by `cargo xtask dist`: a hash for each language that there is, and for the page's own messages.
const HASHES = "__RELINK_WORDS__";
const PATIENCE_MS = 10_000;
// Languages whose words are under another name.
const OTHERWISE = { nn: "nb", no: "nb", pt: "pt-PT" };
// By name: what was fetched, or is on its way.
const fetched = {};
// What puts a page's own messages in.
let own;

// The language nearest to a BCP 47 tag for which there are words, and the tag as `Intl` takes it.
const nearest = (tag) => {
  // What is plain is known without `Intl`, whose first answer takes a slow phone as long as the first view.
  const [, plain] = /^([a-z]{2})(-[A-Z]{2})?$/.exec(tag) ?? [];
  if (HASHES[plain]) return [plain, tag];
  try {
    const locale = new Intl.Locale(tag.replaceAll("_", "-"));
    const { language, script, region } = locale.maximize();
    const names = [language + "-" + script, language + "-" + region, language, OTHERWISE[language]];
    const name = names.find((one) => HASHES[one]);
    return name && [name, locale.toString()];
  } catch {
    // It is no tag.
  }
};

// By await alone, and bounded here: a page may have put its own in the place of `then`, `fetch` or what it answers.
const read = async (name, addressOf) => {
  let patience;
  try {
    return await new Promise(async (done, fail) => {
      // All of it in here: what an async executor throws, nobody hears of.
      try {
        patience = setTimeout(fail, PATIENCE_MS, "timeout");
        const answer = await fetch(addressOf(name), { integrity: HASHES[name] });
        if (answer.ok) done((await answer.text()).split("\n"));
        else fail(answer.status);
      } catch (error) {
        fail(error);
      }
    });
  } catch (error) {
    fetched[name] = null;
    throw new TypeError(name + ": " + error);
  } finally {
    clearTimeout(patience);
  }
};

const lines = (name, addressOf) => (fetched[name] ??= read(name, addressOf));

/**
 * What `mount` and `speak` take: the locale to write by, and the words. `asked` is the language that the page names, if it does; `addressOf` gives the address of a language's; `load`
 * imports what puts a page's own messages in, whose hash it is given. What cannot be had is said in English.
 */
export const words = async (element, asked, addressOf, load) => {
  const browser = navigator.language ?? "";
  // A page that names no region leaves it to the customer's browser, where that speaks the language.
  const tags = asked ? [browser.startsWith(asked + "-") ? browser : asked] : navigator.languages ?? [];
  let [language, locale] = tags.map((tag) => nearest(tag)).find(Boolean) ?? ["en", "en-GB"];
  let said;
  try {
    said = await lines(language, addressOf);
  } catch {
    locale = "en-GB";
    said = await lines("en", addressOf);
  }
  const { messages } = element;
  if (messages) {
    own ??= load(HASHES._).catch((error) => {
      own = null;
      console.error("relink-widget: " + error);
    });
    said = (await own)?.overridden(said, messages) ?? said;
  }
  return [locale, said.join("\n")];
};
