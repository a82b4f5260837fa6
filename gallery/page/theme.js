// The theme editor: every token of the widget's style, its effect in light and dark at once, and the style sheet that a
// merchant's page needs for it. The tokens and their defaults are read from the style itself. Nothing is set inline: what
// the previews look like is in one constructed style sheet.
import init, { Wording, clearRows, drawRow, rowNames } from "./gallery.js";

const NAMES = {
  background: "Background",
  raised: "Cards",
  text: "Text",
  muted: "Quiet text",
  line: "Quiet borders",
  primary: "Main button, links",
  "on-primary": "Text on the main button",
  danger: "Bad news",
  success: "Good news",
  warning: "Warnings",
  "border-radius": "Corners of the surface",
  "border-radius-card": "Corners of cards and buttons",
  "border-radius-small": "Corners of small things",
  "spacing-unit": "Room",
  "footer-inset": "Room for your page's own bar",
  "font-family": "Typeface",
  "font-size-min": "Smallest text",
};
const FONTS = {
  "The system's": null,
  "Humanist": "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'DejaVu Sans', sans-serif",
  "Geometric": "Avenir, Montserrat, Corbel, 'URW Gothic', source-sans-pro, sans-serif",
  "Serif": "Charter, 'Bitstream Charter', 'Sitka Text', Cambria, serif",
  "Monospaced": "ui-monospace, 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
};
/** How far a length may go, in pixels. */
const CORNERS = { min: 0, max: 28, step: 1 };
const RANGES = { "footer-inset": { min: 0, max: 120, step: 4 }, "spacing-unit": { min: 2, max: 6, step: 0.5 }, "font-size-min": { min: 13, max: 24, step: 1 } };
/** What is read against what, and the ratio that WCAG asks for. */
const PAIRS = [
  ["Text on the background", "text", "background", 4.5],
  ["Quiet text on the background", "muted", "background", 4.5],
  ["Text on cards", "text", "raised", 4.5],
  ["Text on the main button", "on-primary", "primary", 4.5],
  ["Links on the background", "primary", "background", 4.5],
  ["Bad news on the background", "danger", "background", 4.5],
  ["Good news on the background", "success", "background", 4.5],
  ["Warnings on the background", "warning", "background", 4.5],
];
/** Looks to begin from: each token by its name, light and dark where they differ. All of them can be read in both. */
const PRESETS = {
  "As it comes": {},
  "Forest": { "color-primary": ["#0a5c4a", "#7fd8bf"], "color-on-primary": ["#ffffff", "#06231c"], "border-radius": "12", "border-radius-card": "8" },
  "Ink": { "color-primary": ["#14171f", "#f2f4f8"], "color-on-primary": ["#ffffff", "#14171f"], "border-radius": "6", "border-radius-card": "4", "border-radius-small": "2" },
  "Clay": { "color-primary": ["#9a3412", "#fdba74"], "color-on-primary": ["#ffffff", "#2a1204"], "color-background": ["#fffdfa", "#1b1512"], "color-raised": ["#faf4ee", "#261d18"], "border-radius": "24", "border-radius-card": "16" },
  "Dense": { "border-radius": "0", "border-radius-card": "0", "border-radius-small": "0", "spacing-unit": "3" },
};
/** What shows the most, before all others. */
const VIEWS = ["review/inactive-access_expired", "at-bank/blocked", "choose/one-chosen", "wrong-account/other-account", "done/relinked"];
const THEMES = ["light", "dark"];

const find = (id) => document.getElementById(id);
const form = document.querySelector("form");
const widgetStyle = new CSSStyleSheet();
const previewStyle = new CSSStyleSheet();
/** By token, without `--relink-`: its defaults and the fields that set it. */
const tokens = new Map();

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** The tokens with their defaults, from `var(--relink-x, y)`, where y is `light-dark(a, b)` for a colour. */
function readTokens(style) {
  for (const [, token, value] of style.matchAll(/var\(--relink-([\w-]+),\s*((?:[^()]|\([^()]*\))+)\)/g)) {
    if (tokens.has(token)) continue;
    const [, light, dark] = /^light-dark\((.+?),\s*(.+)\)$/.exec(value) ?? [null, value, value];
    tokens.set(token, { kind: kindOf(token), light, dark, fields: {} });
  }
}

const kindOf = (token) => (token.startsWith("color-") ? "color" : token === "font-family" ? "font" : "length");
const plainName = (token) => NAMES[token.replace(/^color-/, "")] ?? token;

/** A token's row of fields. */
function row(token) {
  const one = tokens.get(token);
  const name = plainName(token);
  const fields = [];
  if (one.kind === "color") {
    for (const theme of THEMES) {
      one.fields[theme] = make("input", { type: "color", name: `${token}-${theme}`, defaultValue: one[theme] });
      one.fields[theme].setAttribute("aria-label", `${name}, ${theme}`);
      fields.push(make("label", { className: "field" }, theme, one.fields[theme]));
    }
  } else if (one.kind === "length") {
    const input = make("input", { type: "range", name: token, ...RANGES[token] ?? CORNERS, defaultValue: parseInt(one.light, 10) });
    input.setAttribute("aria-label", name);
    one.fields.both = input;
    one.says = make("output", { textContent: one.light });
    fields.push(make("div", { className: "field wide" }, input, one.says));
  } else {
    const input = make("select", { name: token });
    input.setAttribute("aria-label", name);
    input.append(...Object.entries(FONTS).map(([label, value]) => make("option", { textContent: label, value: value ?? "" })));
    one.fields.both = input;
    fields.push(make("div", { className: "field wide" }, input));
  }
  const named = [make("span", { className: "name", textContent: name }), make("code", { textContent: `--relink-${token}` })];
  return make("div", { className: "token" }, ...named, ...fields);
}

/** The value of a token that was changed, or nothing. */
function chosen(token, theme) {
  const one = tokens.get(token);
  if (one.kind === "color") return one.fields[theme].value;
  const { value } = one.fields.both;
  if (one.kind === "font") return value || null;
  return `${value}px`;
}

/** What differs from the defaults. A colour that is not the same in both themes says both. */
function changes() {
  const found = [];
  for (const [token, one] of tokens) {
    const [light, dark] = THEMES.map((theme) => chosen(token, theme));
    if (!light || (light === one.light && dark === one.dark) || (one.kind !== "color" && light === one.light)) continue;
    found.push(`--relink-${token}: ${light === dark ? light : `light-dark(${light}, ${dark})`};`);
  }
  return found;
}

const block = (selector, lines) => `${selector} {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;

/** The style sheet for a merchant's page. */
const sheetOf = (lines) => (lines.length ? block("relink-widget", lines) : "/* These are the defaults: nothing needs to be said. */\n");

const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (hex) => {
  const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16) / 255));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};

function showContrast() {
  find("contrast").replaceChildren(...PAIRS.map(([pair, text, ground, least]) => {
    const cells = THEMES.map((theme) => {
      const ratio = contrast(chosen(`color-${text}`, theme), chosen(`color-${ground}`, theme));
      const poor = ratio < least;
      const verdict = poor ? `✗ AA fails, below ${least}` : "✓ AA passes";
      const cell = make("td", {}, `${ratio.toFixed(1)} : 1 `, make("span", { className: "verdict", textContent: verdict }));
      cell.classList.toggle("poor", poor);
      return cell;
    });
    return make("tr", {}, make("th", { scope: "row", textContent: pair }), ...cells);
  }));
  const failing = document.querySelectorAll(".poor").length;
  find("verdict").textContent = failing
    ? `${failing} of ${PAIRS.length * 2} pairs fail AA.`
    : `All ${PAIRS.length * 2} pairs pass AA, in light and dark.`;
}

/** Whether the fields are as a preset has them. */
function isTaken(preset) {
  return [...tokens].every(([token, { fields }]) => {
    const wanted = PRESETS[preset][token];
    return Object.entries(fields).every(([part, field]) => {
      const value = Array.isArray(wanted) ? wanted[THEMES.indexOf(part)] : wanted;
      return field.value === (value ?? (field.options ? "" : field.defaultValue));
    });
  });
}

/** Sets every field to a preset's value, or to its default. */
function take(preset) {
  form.reset();
  for (const [token, value] of Object.entries(PRESETS[preset])) {
    const { fields } = tokens.get(token);
    if (fields.both) fields.both.value = value;
    else THEMES.forEach((theme, place) => { fields[theme].value = value[place]; });
  }
  show();
}

/** Puts everything in step with the fields. */
function show() {
  const found = changes();
  previewStyle.replaceSync(block(THEMES.map((theme) => `#${theme}`).join(), found));
  find("css").textContent = sheetOf(found);
  find("copied").textContent = "";
  for (const [token, one] of tokens) if (one.says) one.says.textContent = chosen(token);
  for (const button of find("presets").children) button.ariaPressed = String(isTaken(button.textContent));
  showContrast();
}

async function drawPreviews() {
  const lang = find("lang").value;
  const words = await (await fetch(`relink-widget.${lang}.txt`)).text();
  clearRows();
  for (const theme of THEMES) {
    const host = find(theme);
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [widgetStyle];
    const inside = make("div", { className: "inline" });
    root.replaceChildren(inside);
    drawRow(inside, find("view").value, "usual", new Wording(lang, words), () => {});
    // What is looked at is no part of this page's own order of headings and landmarks.
    inside.inert = true;
  }
  document.documentElement.dataset.ready = lang;
}

async function copy() {
  const code = find("css");
  try {
    await navigator.clipboard.writeText(code.textContent);
    find("copied").textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(code);
    find("copied").textContent = "Selected: copy it with your keyboard.";
  }
}

async function start() {
  const style = await (await fetch("relink-widget.css")).text();
  await init();
  widgetStyle.replaceSync(style);
  document.adoptedStyleSheets = [previewStyle];
  readTokens(style);
  for (const [token, { kind }] of tokens) find(kind === "color" ? "colors" : "shapes").append(row(token));
  const names = rowNames();
  find("view").append(...[...new Set([...VIEWS, ...names])].map((name) => make("option", { textContent: name, value: name })));
  form.addEventListener("input", show);
  find("presets").append(...Object.keys(PRESETS).map((name) => {
    const button = make("button", { type: "button", textContent: name });
    button.addEventListener("click", () => take(name));
    return button;
  }));
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const name of ["view", "lang"]) find(name).addEventListener("change", drawPreviews);
  find("copy").addEventListener("click", copy);
  show();
  await drawPreviews();
}

start();
