/**
 * `relink-widget/react`: the element as a component, `<Relink>`, for React 18 and 19. Rendered on a server it is the bare
 * tag. Importing the module also defines the element, and gives the tag its types in JSX (18.2 and later).
 */
import type { ClassAttributes, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from "react";
import type {
  RelinkAnalyticsDetail,
  RelinkCancelDetail,
  RelinkErrorDetail,
  RelinkFailureDetail,
  RelinkReadyDetail,
  RelinkRemindDetail,
  RelinkStateDetail,
  RelinkSuccessDetail,
  RelinkWidgetAttributes,
  RelinkWidgetElement,
  RelinkWidgetInputs,
} from "../relink-widget.js";

export type * from "../relink-widget.js";

/** Handlers of `<Relink>`. Each is given the event's `detail`, then the event. The newest one is called. */
export interface RelinkHandlers {
  /** `relink-ready`: the first interactive view is on screen. */
  onReady?: (detail: RelinkReadyDetail, event: CustomEvent<RelinkReadyDetail>) => void;
  /** `relink-state`: the state changed. */
  onStateChange?: (detail: RelinkStateDetail, event: CustomEvent<RelinkStateDetail>) => void;
  /** `relink-success`: the flow ended with a relink. */
  onSuccess?: (detail: RelinkSuccessDetail, event: CustomEvent<RelinkSuccessDetail>) => void;
  /** `relink-failure`: the flow ended without a relink. */
  onFailure?: (detail: RelinkFailureDetail, event: CustomEvent<RelinkFailureDetail>) => void;
  /** `relink-remind`: the customer leaves, and wants to be asked again tomorrow. `onCancel` follows. */
  onRemind?: (detail: RelinkRemindDetail, event: CustomEvent<RelinkRemindDetail>) => void;
  /** `relink-cancel`: the customer closed it, and the flow ended. */
  onCancel?: (detail: RelinkCancelDetail, event: CustomEvent<RelinkCancelDetail>) => void;
  /** `relink-error`: something went wrong that the customer may still get past, or the load failed. */
  onError?: (detail: RelinkErrorDetail, event: CustomEvent<RelinkErrorDetail>) => void;
  /** `relink-event`: one stream for analytics. */
  onEvent?: (detail: RelinkAnalyticsDetail, event: CustomEvent<RelinkAnalyticsDetail>) => void;
  /** `close`: the widget has left the screen, as on a dialog. It has no detail. */
  onClose?: (detail: undefined, event: Event) => void;
}

/** Props of `<Relink>`: the element's properties, its handlers, and what any tag takes. */
export interface RelinkProps
  extends RelinkHandlers,
    RelinkWidgetInputs,
    Omit<HTMLAttributes<RelinkWidgetElement>, keyof RelinkHandlers | keyof RelinkWidgetInputs> {}

/** The element as a component; its ref is the element. */
export declare const Relink: ForwardRefExoticComponent<RelinkProps & RefAttributes<RelinkWidgetElement>>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "relink-widget": ClassAttributes<RelinkWidgetElement> & HTMLAttributes<RelinkWidgetElement> & RelinkWidgetAttributes;
    }
  }
}
