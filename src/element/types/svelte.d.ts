/** `import "relink-widget/svelte"`: the element, and its tag in Svelte's templates. */
import type { HTMLAttributes } from "svelte/elements";
import type { RelinkWidgetAttributes, RelinkWidgetElement } from "../relink-widget.js";

export type * from "../relink-widget.js";

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "relink-widget": HTMLAttributes<RelinkWidgetElement> & RelinkWidgetAttributes;
  }
}
