// Writes a picture of every row of the gallery to target/screenshots/: narrow and wide, light and dark.
//
//   node e2e/screenshots.mjs [--rtl] [--forced] [--320] [--long] [--modal] [--lang=TAG] [--only=PART]
//
// --lang     that language, or en-XA, the accented one that is longer
// --rtl      right to left, with Arabic names          --forced  the system's forced colours
// --320      the narrowest phone, text at 200 %        --long    very long names
// --modal    as a modal instead of inline              --only    rows whose name contains PART
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { folder, open, root, serve } from "./gallery.mjs";
import { launch } from "./harness/browser.mjs";

const flags = new Set(process.argv.slice(2).filter((flag) => !flag.includes("=")));
const only = process.argv.find((flag) => flag.startsWith("--only="))?.slice(7) ?? "";
const lang = process.argv.find((flag) => flag.startsWith("--lang="))?.slice(7);
const target = join(process.env.SCREENSHOTS_DIR ?? join(root, "target", "screenshots"));

function looks() {
  const settings = { bare: "", display: flags.has("--modal") ? "modal" : "inline" };
  if (flags.has("--long")) settings.names = "long";
  if (flags.has("--rtl")) Object.assign(settings, { dir: "rtl", names: "arabic" });
  if (flags.has("--320")) settings.text = "200";
  if (lang) settings.lang = lang;
  const kind = [...flags, ...(lang ? [`--${lang}`] : [])].map((flag) => flag.slice(2)).join("-");
  const themes = flags.has("--forced") ? ["dark"] : ["light", "dark"];
  const widths = flags.has("--320") ? [320] : [360, 1280];
  return widths.flatMap((width) =>
    themes.map((theme) => ({ width, theme, settings: { ...settings, theme }, name: [kind, width, theme].filter(Boolean).join("-") })),
  );
}

async function pageFor(browser, look) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.width < 480 ? 740 : 900 },
    colorScheme: look.theme,
    forcedColors: flags.has("--forced") ? "active" : "none",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  });
  return context.newPage();
}

const server = await serve();
const browser = await launch();
let pictures = 0;
try {
  for (const look of looks()) {
    const page = await pageFor(browser, look);
    await open(page, server.address, { ...look.settings, view: "all" });
    const names = await page.$$eval(".host", (hosts) => hosts.map((host) => host.dataset.row));
    const chosen = names.filter((name) => name.includes(only));
    const place = join(target, look.name);
    await mkdir(place, { recursive: true });
    for (const name of chosen) {
      if (flags.has("--modal")) await open(page, server.address, { ...look.settings, view: name });
      const subject = flags.has("--modal") ? page : page.locator(`.host[data-row="${name}"]`);
      const shown = flags.has("--modal") || (await subject.boundingBox())?.height > 0;
      if (!shown) continue;
      await subject.screenshot({ path: join(place, `${name.replaceAll("/", "--")}.png`), animations: "disabled" });
      pictures += 1;
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  server.close();
}
console.log(`${pictures} pictures of ${folder} in ${target}`);
