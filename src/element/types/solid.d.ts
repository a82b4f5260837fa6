/** `import "relink-widget/solid"`: the element, and its tag in Solid's JSX (`on:relink-success`, `prop:headers`). */
import type { JSX } from "solid-js";
import type { RelinkWidgetElement, RelinkWidgetEventMap, RelinkWidgetInputs, RelinkWidgetProperties } from "../relink-widget.js";

export type * from "../relink-widget.js";

type Listeners = {
  [Name in keyof RelinkWidgetEventMap as `on:${Name}`]?: (event: RelinkWidgetEventMap[Name]) => void;
} & { "on:close"?: (event: Event) => void };

type Properties = {
  [Name in keyof RelinkWidgetProperties as `prop:${Name}`]?: RelinkWidgetProperties[Name];
};

declare module "solid-js" {
  namespace JSX {
    interface IntrinsicElements {
      "relink-widget": JSX.HTMLAttributes<RelinkWidgetElement> &
        RelinkWidgetInputs &
        Listeners &
        Properties & { "csrf-token"?: string; "merchant-name"?: string; "sign-in-url"?: string; "assets-base"?: string; "remind-later"?: boolean };
    }
  }
}
