// The widget beside its snippet: the shipped package, with `relink-widget/testing` in the place of a backend and a bank.
import "./relink-widget/relink-widget.js";
import { outcomes, restore, simulate } from "./relink-widget/testing.js";
import { make } from "./site.js";

const EVENTS = ["ready", "state", "success", "failure", "remind", "cancel", "error", "event"];
const GROUPS = {
  "relink-success": "Success",
  "relink-cancel": "The customer leaves",
  "relink-remind": "The customer wants to be reminded",
  "relink-failure": "Failure: the flow ends",
  "relink-error": "Error: the customer may go on",
};
/** How long the widget itself waits before it says so. */
const SLOW = { network_error: "takes 8 seconds", timeout: "takes up to 80 seconds" };

const plain = (name) => `${name.replaceAll("_", " ")}${SLOW[name] ? ` (${SLOW[name]})` : ""}`;
const groups = Object.entries(GROUPS).map(([event, label]) => [label, Object.keys(outcomes).filter((name) => outcomes[name].event === event)]);

/** Every panel; a page has one simulation at a time, so what one begins ends the others. */
const panels = [];

/** A flow goes on after a reload; a simulated one knows nothing of what was before. */
function forget() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("relink-widget:")) sessionStorage.removeItem(key);
  } catch {
    // Nothing is kept, then.
  }
}

function panel(section, nth) {
  const wanted = section.dataset.live;
  if (nth) section.setAttribute("aria-label", `${section.getAttribute("aria-label")}, ${nth + 1}`);
  const place = make("div", { className: "place" });
  const log = make("ol", { className: "log" });
  const count = make("span", { textContent: "none yet" });
  const details = make("details", {}, make("summary", {}, "Events: ", count), log);
  const select = make("select", { name: "outcome" });
  select.setAttribute("aria-label", "Outcome");
  for (const [label, names] of groups) {
    select.append(Object.assign(make("optgroup"), { label }));
    select.lastChild.append(...names.map((name) => make("option", { value: name, textContent: plain(name) })));
  }
  select.value = wanted in outcomes ? wanted : "same_account";
  const start = make("button", { type: "button", textContent: "Start" });
  const play = make("button", { type: "button", className: "play", textContent: "Play" });
  const result = make("p", { className: "result" });
  result.setAttribute("role", "status");

  const stop = () => {
    place.replaceChildren(make("p", { className: "idle", textContent: "Press Start and be the customer, or Play and watch." }));
    result.textContent = "";
  };
  const begin = () => {
    for (const other of panels) if (other !== stop) other();
    restore();
    forget();
    log.replaceChildren();
    count.textContent = "none yet";
    result.textContent = "";
    const endpoint = `/simulated/${nth}`;
    const simulation = simulate(select.value, { endpoint });
    const widget = document.createElement("relink-widget");
    widget.setAttribute("endpoint", endpoint);
    widget.setAttribute("account", "fca_simulated");
    for (const name of EVENTS) {
      widget.addEventListener(`relink-${name}`, ({ type, detail }) => {
        log.append(make("li", {}, make("b", { textContent: type }), " ", make("code", { textContent: JSON.stringify(detail) })));
        count.textContent = String(log.children.length);
        if (outcomes[select.value].event === type && type !== "relink-event") result.textContent = `${type} was dispatched.`;
      });
    }
    place.replaceChildren(widget);
    return { simulation, widget };
  };
  start.addEventListener("click", begin);
  play.addEventListener("click", () => {
    const { simulation, widget } = begin();
    simulation.play(widget);
  });
  select.addEventListener("change", begin);

  const row = make("div", { className: "row" }, select, start, play);
  section.replaceChildren(row, result, place, details);
  if (wanted === "all") section.append(all(select, play));
  panels.push(stop);
  stop();
  return begin;
}

/** Every outcome as a button. */
function all(select, play) {
  const box = make("div", { className: "outcomes" });
  for (const [label, names] of groups) {
    const buttons = names.map((name) => {
      const button = make("button", { type: "button", textContent: plain(name) });
      button.addEventListener("click", () => {
        select.value = name;
        play.click();
        select.closest(".live").scrollIntoView({ block: "nearest" });
      });
      return button;
    });
    box.append(make("p", {}, make("b", { textContent: label })), make("div", { className: "row" }, ...buttons));
  }
  return box;
}

const [first] = [...document.querySelectorAll("[data-live]")].map(panel);
// The first begins by itself; its files are fetched when it comes near.
first();
