// The gallery's page: reads what to show from the address, draws the rows, each in a shadow root with the
// widget's own style, and keeps the address and the controls in step.
import init, { Wording, announcementOf, clearRows, drawRow, facetsOf, nameKinds, rowNames } from "./gallery.js";

const wanted = new URLSearchParams(location.search);
const form = document.querySelector("form");
const main = document.querySelector("main");
const FACETS = ["state", "reason", "rule"];
/** What is seen first, where the address asks for nothing. */
const FIRST = "review/inactive-access_expired";
const sheet = new CSSStyleSheet();

function option(name) {
  return Object.assign(document.createElement("option"), { textContent: name, value: name });
}

function figure(name, setting) {
  const place = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const link = document.createElement("a");
  const only = new URLSearchParams(wanted);
  only.set("view", name);
  link.href = `?${only}`;
  link.textContent = name;
  caption.append(link);
  const host = document.createElement("div");
  host.className = setting.width ? `host wide-${setting.width}` : "host";
  host.dataset.row = name;
  if (setting.theme !== "auto") host.setAttribute("theme", setting.theme);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  const modal = setting.display === "modal";
  const inside = document.createElement(modal ? "dialog" : "div");
  inside.className = modal ? "modal" : "inline";
  root.append(inside);
  place.append(caption, host);
  main.append(place);
  drawRow(inside, name, setting.names, setting.words, (action) => {
    form.querySelector("output").textContent = action;
    host.dispatchEvent(new CustomEvent("pressed", { detail: action, bubbles: true }));
  });
  const heading = root.querySelector("[part=heading]");
  if (!modal) inside.setAttribute("role", "group");
  if (heading) inside.setAttribute("aria-labelledby", "heading");
  const said = announcementOf(name, setting.names, setting.words);
  if (said) host.dataset.announcement = said.join(": ");
  if (modal) {
    // Shown as a modal where it is alone; in the list one of many cannot be.
    if (setting.alone) inside.showModal();
    else inside.setAttribute("open", "");
    if (setting.alone) heading?.focus();
  }
}

/** The words of a language. A direction that is chosen goes before the language's own. */
async function wording({ lang, dir }) {
  const file = ["en-GB", "en-US"].includes(lang) ? "en" : lang;
  const text = await (await fetch(`relink-widget.${file}.txt`)).text();
  const [name, own, ...rest] = text.split("\n");
  return new Wording(lang.startsWith("en-X") ? "en" : lang, [name, dir === "auto" ? own : dir, ...rest].join("\n"));
}

/** Draws the rows that are asked for, in place of those that are there. */
async function show() {
  const setting = Object.fromEntries(new FormData(form));
  setting.alone = setting.view !== "all";
  setting.words = await wording(setting);
  document.documentElement.dir = setting.dir === "auto" ? "" : setting.dir;
  document.body.classList.toggle("dark", setting.theme === "dark");
  document.body.classList.toggle("light", setting.theme === "light");
  document.documentElement.classList.toggle("large", setting.text === "200");
  document.body.classList.toggle("bare", wanted.has("bare"));
  const names = rowNames();
  const fits = (name) => FACETS.every((facet, place) => ["any", facetsOf(name)[place]].includes(setting[facet]));
  const shown = setting.alone ? [setting.view] : names.filter((name) => name !== "choose/thousand" && fits(name));
  clearRows();
  main.replaceChildren();
  for (const name of shown) figure(name, setting);
  document.documentElement.dataset.ready = names.length;
}

/** The same page with other settings and without loading anew, for the scripts that look at many of them. */
globalThis.showAnew = async (settings) => {
  for (const name of [...wanted.keys()]) wanted.delete(name);
  form.reset();
  for (const [name, value] of Object.entries(settings)) {
    wanted.set(name, value);
    if (form[name]) form[name].value = value;
  }
  await show();
};

async function start() {
  const style = fetch("relink-widget.css").then((answer) => answer.text());
  await init();
  sheet.replaceSync(await style);
  const names = rowNames();
  form.view.append(option("all"), ...names.map(option));
  FACETS.forEach((facet, place) => {
    const values = new Set(names.map((name) => facetsOf(name)[place]).filter(Boolean));
    form[facet].append(option("any"), ...[...values].map(option));
  });
  form.names.append(...nameKinds().map(option));
  if (!wanted.size) wanted.set("view", FIRST);
  for (const field of form.querySelectorAll("select")) {
    const value = wanted.get(field.name);
    if (value !== null) field.value = value;
    field.addEventListener("change", () => {
      wanted.set(field.name, field.value);
      // What tells views apart is asked of all of them.
      if (FACETS.includes(field.name)) wanted.set("view", "all");
      location.search = wanted;
    });
  }
  await show();
}

start();
