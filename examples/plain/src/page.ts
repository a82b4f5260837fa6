import type { RelinkEnd, RelinkHeaders, RelinkWidgetElement } from "relink-widget";

const say = (id: string, text: string) => {
  const output = document.getElementById(id);
  if (output) output.textContent = text;
};

// In a real page, the token that your backend wants.
const headers = async (): Promise<RelinkHeaders> => ({ "X-Page": "plain" });

const prepare = (widget: RelinkWidgetElement) => {
  widget.headers = headers;
  widget.addEventListener("relink-success", ({ detail }) => say("told", `relink-success ${detail.accounts[0]?.id}`));
  widget.addEventListener("relink-failure", ({ detail }) => say("told", `relink-failure ${detail.code}`));
  widget.addEventListener("relink-cancel", ({ detail }) => say("told", `relink-cancel ${detail.state}`));
};

const [inline, dialog] = document.querySelectorAll("relink-widget");
if (!inline || !dialog) throw new Error("the page has changed");
prepare(inline);
prepare(dialog);

const mounted = document.querySelector<HTMLInputElement>("#mounted");
const place = document.createComment("the widget");
inline.before(place);
mounted?.addEventListener("change", () => (mounted.checked ? place.after(inline) : inline.remove()));

dialog.addEventListener("close", () => say("is-open", "closed"));
document.getElementById("open")?.addEventListener("click", () => {
  dialog.open = true;
  say("is-open", "open");
});
document.getElementById("show")?.addEventListener("click", async () => {
  const end: RelinkEnd = await dialog.show();
  say("end", end.type);
});
