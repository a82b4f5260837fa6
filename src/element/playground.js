// The playground of `trunk serve`: a form for the element's attributes, and a log of what the page is told. Nothing of
// it is shipped.

const form = document.getElementById("settings");
const place = document.getElementById("place");
const log = document.getElementById("log");
const DEFAULTS = { display: "inline", theme: "auto", credentials: "same-origin" };
const EVENTS = ["ready", "state", "success", "failure", "remind", "cancel", "error", "event"];

const fields = () => [...form.elements].filter((field) => field.name && !["act", "scenario"].includes(field.name));
let widget;

const note = (name, detail) => {
  const entry = document.createElement("li");
  const what = document.createElement("b");
  const said = document.createElement("code");
  what.textContent = name;
  said.textContent = JSON.stringify(detail ?? null);
  entry.append(what, " ", said);
  log.prepend(entry);
};

/** A fresh token of the customer who is signed in to the demo shop; without the shop, none. */
const headers = async () => {
  const answer = await fetch("/relink-token?page=/", { cache: "no-store" });
  return answer.ok ? { authorization: `Bearer ${(await answer.json()).token}` } : {};
};

const apply = (field) => {
  if (field.type === "checkbox") return widget.toggleAttribute(field.name, field.checked);
  const value = field.value.trim();
  if (value && value !== DEFAULTS[field.name]) widget.setAttribute(field.name, value);
  else widget.removeAttribute(field.name);
};

const describe = () => {
  const attributes = [...widget.attributes].map(({ name, value }) => (value ? ` ${name}="${value}"` : ` ${name}`));
  document.getElementById("markup").textContent = `<relink-widget${attributes.join("")}></relink-widget>`;
};

const put = () => {
  widget = document.createElement("relink-widget");
  const trigger = document.createElement("button");
  trigger.slot = "trigger";
  trigger.textContent = "Reconnect";
  const link = document.createElement("a");
  link.href = "#";
  link.textContent = "Reconnect without JavaScript";
  widget.headers = headers;
  fields().forEach(apply);
  if (widget.display === "modal") widget.append(trigger);
  widget.append(link);
  place.replaceChildren(widget);
  new MutationObserver(describe).observe(widget, { attributes: true });
  describe();
};

const act = {
  place: put,
  show: async () => note("show() resolved", await widget.show()),
  close: () => widget.close(),
  restart: () => widget.restart(),
};

for (const name of EVENTS) {
  document.addEventListener(`relink-${name}`, (event) => note(event.type, event.detail));
}
form.addEventListener("change", ({ target }) => {
  if (target.name !== "scenario") return apply(target);
  // An account of the sandbox's, which `cargo xtask serve` starts: a new element, as on a page that was just opened.
  form.account.value = target.value;
  put();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  act[event.submitter?.value ?? "place"]();
});

// `?account=fca_1&display=modal` fills the form, so that a setting can be passed on.
const given = new URLSearchParams(location.search);
for (const field of fields()) {
  if (!given.has(field.name)) continue;
  if (field.type === "checkbox") field.checked = true;
  else field.value = given.get(field.name);
}
await customElements.whenDefined("relink-widget");
put();
