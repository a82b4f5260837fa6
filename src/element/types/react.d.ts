/** `import "relink-widget/react"`: the element, and its tag in React's JSX (18.2 and later; properties from 19 on). */
import type { ClassAttributes, HTMLAttributes } from "react";
import type { RelinkWidgetAttributes, RelinkWidgetElement } from "../relink-widget.js";

export type * from "../relink-widget.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "relink-widget": ClassAttributes<RelinkWidgetElement> & HTMLAttributes<RelinkWidgetElement> & RelinkWidgetAttributes;
    }
  }
}
