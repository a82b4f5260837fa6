/** `import "relink-widget/preact"`: the element, and its tag in Preact's JSX. */
import type { ClassAttributes, JSX } from "preact";
import type { RelinkWidgetAttributes, RelinkWidgetElement } from "../relink-widget.js";

export type * from "../relink-widget.js";

// What every tag takes goes by another name in each major version of Preact, and by none for a <div>.
type Everywhere = Omit<JSX.IntrinsicElements["div"], "ref" | keyof RelinkWidgetAttributes>;

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "relink-widget": ClassAttributes<RelinkWidgetElement> & Everywhere & RelinkWidgetAttributes;
    }
  }
}
