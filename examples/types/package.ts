// The types of the package where there is no framework. Each line after an `expect-error` must be refused.
import type { RelinkEnd, RelinkWidgetElement } from "relink-widget";
import { outcomes, restore, script, simulate, type SimulatedOutcome } from "relink-widget/testing";

const widget: RelinkWidgetElement = document.createElement("relink-widget");
widget.endpoint = "/relink";
widget.display = "modal";
widget.headers = async () => ({ Authorization: "Bearer token" });
// @ts-expect-error -- neither inline nor modal
widget.display = "popup";
// @ts-expect-error -- read-only
widget.state = "review";

widget.addEventListener("relink-success", ({ detail }) => detail.accounts.map(({ last4 }) => last4?.length));
// @ts-expect-error -- a success has no code
widget.addEventListener("relink-success", ({ detail }) => detail.code);

export const reads = (end: RelinkEnd) => (end.type === "relink-failure" ? end.code : end.session);
export const shown: Promise<RelinkEnd> = widget.show();

const { requests } = simulate("wrong_account", { endpoint: "/relink" });
export const acts = requests.map(({ act }) => act);
// @ts-expect-error -- no such outcome
simulate("sunshine");
export const names = Object.keys(outcomes) as SimulatedOutcome[];
export const early: string = script("partial");
restore();
