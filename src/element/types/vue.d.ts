/** `import "relink-widget/vue"`: the element, and its tag in Vue's templates (`@relink-success`, `:headers.prop`). */
import type { EmitFn, HTMLAttributes, PublicProps } from "vue";
import type { RelinkWidgetElement, RelinkWidgetEventMap, RelinkWidgetInputs } from "../relink-widget.js";

export type * from "../relink-widget.js";

type Listeners = { [Name in keyof RelinkWidgetEventMap]: (event: RelinkWidgetEventMap[Name]) => void } & {
  close: (event: Event) => void;
};

// As Vue's guide says of custom elements that are not Vue's: `$props` is read by templates, the rest by template refs.
type RelinkWidgetComponent = new () => RelinkWidgetElement & {
  $props: HTMLAttributes & RelinkWidgetInputs & PublicProps;
  $emit: EmitFn<Listeners>;
};

declare module "vue" {
  interface GlobalComponents {
    "relink-widget": RelinkWidgetComponent;
  }
}
