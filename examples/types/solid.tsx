/** @jsxImportSource solid-js */
import type { RelinkWidgetElement } from "relink-widget/solid";

export const good = (element: (widget: RelinkWidgetElement) => void) => (
  <relink-widget
    ref={element}
    class="wide"
    endpoint="/relink"
    csrf-token="token"
    open
    remind-later
    prop:headers={() => ({ "X-Page": "solid" })}
    on:relink-remind={({ detail }) => detail.reason}
    on:relink-cancel={({ detail }) => detail.state}
  >
    <button slot="trigger">Reconnect</button>
  </relink-widget>
);
// @ts-expect-error -- neither inline nor modal
export const bad = <relink-widget display="popup" />;
// @ts-expect-error -- no such attribute
export const odd = <relink-widget endpiont="/relink" />;
