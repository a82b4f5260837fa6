// What must hold for every view, seen in a real browser over the gallery: nothing is made from HTML, nothing
// overflows, and each button says what it does inside the click.
//
//   GALLERY_DIR=… node --test e2e/gallery.test.mjs
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { redraw } from "./access/gallery.mjs";
import { open, serve } from "./gallery.mjs";
import { launch } from "./harness/browser.mjs";

const LANGUAGES = (await readdir(new URL("../src/words/languages", import.meta.url))).map((name) => name.slice(0, -5));

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** A page with those settings; what its console complains of is collected. */
async function gallery(settings, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", ...options });
  // Logos are on hosts that do not exist.
  const logo = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>';
  await context.route(/^https:/, (route) => route.fulfill({ contentType: 'image/svg+xml', body: logo }));
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => message.type() === "error" && page.complaints.push(message.text()));
  page.on("pageerror", (error) => page.complaints.push(error.message));
  await open(page, server.address, settings);
  return page;
}

for (const names of ["usual", "long", "none", "arabic", "markup"]) {
  test(`a page that enforces Trusted Types and forbids inline style has nothing to refuse: ${names} names`, async () => {
    const page = await gallery({ names });
    assert.deepEqual(page.complaints, []);
    assert.equal(await page.locator("main [style]").count(), 0);
    await page.context().close();
  });
}

for (const dir of ["ltr", "rtl"]) {
  test(`nothing is wider than a phone of 320 px with text at 200 %: ${dir}`, async () => {
    const page = await gallery({ text: "200", names: "long", dir, bare: "" }, { viewport: { width: 320, height: 700 } });
    const wide = await page.$$eval(".host", (hosts) =>
      hosts
        .filter((host) => {
          const surface = host.shadowRoot.querySelector(".surface");
          const inner = surface.getBoundingClientRect();
          const out = [...surface.querySelectorAll("*:not(.unseen, .unseen *)")].some((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && (box.right > inner.right + 1 || box.left < inner.left - 1);
          });
          return out || surface.scrollWidth > surface.clientWidth + 1;
        })
        .map((host) => host.dataset.row),
    );
    assert.deepEqual(wide, []);
    await page.context().close();
  });
}

/** One page for all languages. */
let narrow;
after(() => narrow?.context().close());
for (const lang of ["en-XA", "en-XB", ...LANGUAGES]) {
  test(`nothing is wider than a phone of 320 px, with text at 200 % too, and no button taller than two lines: ${lang}`, async () => {
    narrow ??= await gallery({ bare: "" }, { viewport: { width: 320, height: 700 } });
    const page = narrow;
    await redraw(page, { lang });
    const wrong = await page.$$eval(".host", (hosts) =>
      hosts.flatMap((host) => {
        const surface = host.shadowRoot.querySelector(".surface");
        // The button that agrees without a bank says to what, in up to four lines; every other has two at most.
        const most = host.dataset.row.startsWith("review/without-bank") ? 124 : 76;
        const tall = [...surface.querySelectorAll("button, a.button")]
          .filter((button) => button.getBoundingClientRect().height > most)
          .map((button) => `${host.dataset.row}: ${button.textContent}`);
        return surface.scrollWidth > surface.clientWidth + 1 ? [...tall, `${host.dataset.row}: too wide`] : tall;
      }),
    );
    assert.deepEqual(wrong, []);
    await redraw(page, { lang, text: "200" });
    const wide = await page.$$eval(".host", (hosts) =>
      hosts.flatMap((host) => {
        const surface = host.shadowRoot.querySelector(".surface");
        return surface.scrollWidth > surface.clientWidth + 1 ? [`${host.dataset.row}: too wide with text at 200 %`] : [];
      }),
    );
    assert.deepEqual(wide, []);
    assert.equal(await page.locator("[part=surface]").first().getAttribute("lang"), lang);
    const dir = ["ar", "he", "en-XB"].includes(lang) ? "rtl" : "ltr";
    assert.equal(await page.locator("[part=surface]").first().getAttribute("dir"), dir);
  });
}

test("every view has its heading, two empty live regions and at most one way forward", async () => {
  const page = await gallery({ view: "all" });
  const rows = await page.$$eval(".host", (hosts) =>
    hosts.map((host) => {
      const all = (selector) => [...host.shadowRoot.querySelectorAll(selector)];
      return {
        name: host.dataset.row,
        headings: all("h2[part=heading][tabindex='-1']").filter((heading) => heading.textContent.trim()).length,
        polite: all("[data-live=polite][aria-live=polite]:empty").length,
        assertive: all("[data-live=assertive][aria-live=assertive]:empty").length,
        primary: all("[part=primary-button]").length,
      };
    }),
  );
  for (const row of rows) {
    assert.equal(row.headings, row.name.startsWith("empty/") ? 0 : 1, row.name);
    assert.equal(row.polite + row.assertive, 2, row.name);
    assert.ok(row.primary <= 1, row.name);
  }
  await page.context().close();
});

test("every button and link to press is at least 44 px tall", async () => {
  const page = await gallery({ bare: "" }, { viewport: { width: 360, height: 740 } });
  const small = await page.$$eval(".host", (hosts) =>
    hosts.flatMap((host) =>
      [...host.shadowRoot.querySelectorAll("button, a.button, label, input[type=search]")]
        .filter((element) => element.getBoundingClientRect().height < 44)
        .map((element) => `${host.dataset.row}: ${element.textContent}`),
    ),
  );
  assert.deepEqual(small, []);
  await page.context().close();
});

test("a press is reported inside the click, and a disabled button reports nothing", async () => {
  const page = await gallery({ view: "choose/one-of-two" });
  const told = await page.evaluate(() => {
    const host = document.querySelector(".host");
    const heard = [];
    host.addEventListener("pressed", (event) => heard.push(event.detail));
    host.shadowRoot.querySelector("[part=primary-button]").click();
    const disabled = heard.length;
    host.shadowRoot.querySelector("[part=secondary-button]").click();
    return { disabled, heard };
  });
  assert.deepEqual(told, { disabled: 0, heard: ["close"] });
  await page.context().close();
});

test("a choice is made by its card, by the keyboard, and keeps the focus", async () => {
  const page = await gallery({ view: "choose/one-of-two" });
  await page.locator("[part=account-option]").first().click();
  await page.keyboard.press("ArrowDown");
  const state = await page.evaluate(() => {
    const root = document.querySelector(".host").shadowRoot;
    const inputs = [...root.querySelectorAll("input")];
    return { checked: inputs.map((input) => input.checked), focus: inputs.indexOf(root.activeElement) };
  });
  assert.deepEqual(state, { checked: [false, true], focus: 1 });
  assert.equal(await page.locator("[part=primary-button]").isEnabled(), true);
  await page.context().close();
});

test("a thousand accounts can be searched, and what was chosen stays in sight", async () => {
  const page = await gallery({ view: "choose/thousand" });
  const before = Date.now();
  await page.locator("input[type=search]").fill("holiday 7");
  await page.getByRole("status").filter({ hasText: /accounts/ }).waitFor();
  assert.ok(Date.now() - before < 3000);
  const left = await page.locator("[part=account-option]:visible").allInnerTexts();
  assert.match(left.at(-1), /\bChecking\b(?! \d)/);
  assert.ok(left.length > 1 && left.slice(0, -1).every((text) => /Holiday 7/.test(text)), left.join());
  await page.context().close();
});

test("a bank's name is text, whatever is in it", async () => {
  const page = await gallery({ view: "review/inactive-access_denied", names: "markup" });
  const heading = page.locator("[part=heading]");
  assert.equal(await heading.innerText(), "Reconnect Harbour</h2><script>alert(1)</script>");
  assert.equal(await page.locator("main script").count(), 0);
  await page.context().close();
});

test("an announcement says the heading and what leads it", async () => {
  const page = await gallery({ view: "all" });
  const said = Object.fromEntries(
    await page.$$eval(".host", (hosts) => hosts.map((host) => [host.dataset.row, host.dataset.announcement])),
  );
  assert.equal(
    said["at-bank/window"],
    "polite: Finish at Harbour Bank. A window has opened. Choose Everyday Checking ending in 1 2 3 4 there.",
  );
  assert.equal(said["review/access-ends"], "polite: Keep Harbour Bank connected. Harbour Bank stops sharing with Corner Store on 9 December.");
  assert.match(said["problem/service-down"], /^assertive: Corner Store is having trouble\. /);
  assert.match(said["review/offline"], /^polite: You are offline\. We continue when you are back\. /);
  await page.context().close();
});

test("no view says what the words may not say", async () => {
  const page = await gallery({ names: "none" });
  const text = await page.$$eval(".host", (hosts) => hosts.map((host) => [host.dataset.row, host.shadowRoot.textContent]));
  const forbidden = /\b(session|token|authori[sz]ation|institution|oops|please|submit|you failed)\b|\{|undefined|null/i;
  for (const [name, words] of text) assert.doesNotMatch(words, forbidden, name);
  await page.context().close();
});

test("it opens on one view, and what tells views apart is asked of all", async () => {
  const page = await gallery({});
  const rows = () => page.$$eval(".host", (hosts) => hosts.map((host) => host.dataset.row));
  assert.deepEqual(await rows(), ["review/inactive-access_expired"]);
  await Promise.all([page.waitForNavigation(), page.locator("[name=state]").selectOption("succeeded")]);
  await page.waitForSelector("html[data-ready]");
  assert.ok((await rows()).length > 5);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});
