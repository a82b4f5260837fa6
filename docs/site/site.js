// What the pages do: copy a snippet, choose a tab, search. Each page is whole without it. Nothing is written as HTML.

/** Where the site is: this file's own folder. */
const HERE = new URL(".", import.meta.url);

export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

const said = make("p", { className: "said" });
said.setAttribute("role", "status");
document.body.append(said);

function copyButtons() {
  for (const figure of document.querySelectorAll("figure.snippet")) {
    const code = figure.querySelector("code");
    const button = make("button", { type: "button", className: "copy", textContent: "Copy" });
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        said.textContent = button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
        said.textContent = button.textContent = "Selected";
      }
    });
    button.addEventListener("blur", () => { button.textContent = "Copy"; });
    figure.append(button);
  }
}

/** What is wider than its place is scrolled, with the keyboard too. */
function scrollers() {
  for (const box of document.querySelectorAll(".snippet pre, .scroll")) {
    if (box.scrollWidth <= box.clientWidth && box.scrollHeight <= box.clientHeight) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", box.matches("pre") ? "Snippet" : "Table");
  }
}

const kept = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const keep = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds for this page.
  }
};

/** Every group of tabs shows the one that was chosen last, where it has it. */
const groups = [];

function tabs() {
  for (const [nth, group] of document.querySelectorAll(".tabs").entries()) {
    const panels = [...group.querySelectorAll("[data-tab]")];
    const list = make("div", { className: "tab-list" });
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", "The same for");
    const buttons = panels.map((panel, at) => {
      const button = make("button", { type: "button", id: `tab-${nth}-${at}`, textContent: panel.dataset.tab });
      panel.id ||= `panel-${nth}-${at}`;
      panel.querySelector("p")?.remove();
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", panel.id);
      button.addEventListener("click", () => choose(panel.dataset.tab));
      return button;
    });
    list.append(...buttons);
    list.addEventListener("keydown", (event) => {
      const at = buttons.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
      if (to === undefined || at < 0) return;
      event.preventDefault();
      const next = buttons.at(to % buttons.length);
      next.focus();
      next.click();
    });
    group.prepend(list);
    const show = (at) => {
      for (const [other, panel] of panels.entries()) {
        panel.hidden = other !== at;
        buttons[other].setAttribute("aria-selected", String(other === at));
        buttons[other].tabIndex = other === at ? 0 : -1;
      }
      scrollers();
    };
    groups.push({ names: panels.map((panel) => panel.dataset.tab), show });
    show(0);
  }
  const before = kept("docs-tab");
  if (before) choose(before);
}

function choose(name) {
  for (const { names, show } of groups) if (names.includes(name)) show(names.indexOf(name));
  keep("docs-tab", name);
}

const MOST = 30;
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The sections that have every word, the best first. */
export function find(index, asked) {
  const words = plain(asked).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = [];
  for (const entry of index) {
    let score = 0;
    for (const word of words) {
      const [heading, page, text] = [plain(entry.heading), plain(entry.page), plain(entry.text)];
      const worth = (heading === word && 12) || (heading.includes(word) && 6) || (page.includes(word) && 3) || (text.includes(word) && 1);
      if (!worth) {
        score = 0;
        break;
      }
      score += worth;
    }
    if (score) found.push({ entry, score, at: plain(entry.text).indexOf(words[0]) });
  }
  return found.sort((one, other) => other.score - one.score);
}

function search() {
  const open = document.getElementById("search-open");
  const input = make("input", { type: "search", autocomplete: "off", spellcheck: false });
  input.setAttribute("aria-label", "Search the documentation");
  const count = make("p", { className: "count" });
  count.setAttribute("role", "status");
  const list = make("ol");
  const close = make("button", { type: "button", textContent: "Close" });
  const dialog = make("dialog", { className: "search" }, make("div", { className: "row" }, input, close), count, list);
  dialog.setAttribute("aria-label", "Search");
  document.body.append(dialog);
  let index;

  const show = () => {
    const found = index ? find(index, input.value) : [];
    count.textContent = input.value.trim() ? `${found.length || "No"} ${found.length === 1 ? "section" : "sections"}` : "";
    list.replaceChildren(...found.slice(0, MOST).map(({ entry, at }) => {
      const from = Math.max(0, at - 50);
      const excerpt = `${from ? "…" : ""}${entry.text.slice(from, from + 150)}`;
      const where = entry.page === entry.heading ? [] : [make("small", { textContent: entry.page })];
      const link = make("a", { href: new URL(entry.to, HERE) }, make("b", { textContent: entry.heading }), " ", ...where);
      return make("li", {}, link, make("p", { textContent: excerpt }));
    }));
  };
  const begin = async () => {
    if (!dialog.open) dialog.showModal();
    input.focus();
    if (index) return;
    try {
      index = await (await fetch(new URL("search.json", HERE))).json();
      show();
    } catch {
      count.textContent = "The search could not be loaded. Reload the page to try again.";
    }
  };
  open.hidden = false;
  open.addEventListener("click", begin);
  close.addEventListener("click", () => dialog.close());
  // A link to this very page loads nothing.
  list.addEventListener("click", (event) => event.target.closest("a") && dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") list.querySelector("a")?.click();
  });
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const stops = [input, ...list.querySelectorAll("a")];
    stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(document.activeElement) + step))].focus();
  });
  addEventListener("keydown", (event) => {
    const typing = event.composedPath()[0]?.closest?.("input, textarea, select, [contenteditable]");
    const wanted = (event.key === "/" && !typing) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!wanted || dialog.open || event.defaultPrevented) return;
    event.preventDefault();
    begin();
  });
}

copyButtons();
tabs();
scrollers();
addEventListener("resize", scrollers);
search();
if (document.querySelector("[data-live]")) import(new URL("live.js", HERE));
