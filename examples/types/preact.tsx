/** @jsxImportSource preact */
import type { RelinkWidgetElement } from "relink-widget/preact";

export const good = (element: (widget: RelinkWidgetElement | null) => void) => (
  <relink-widget
    key="one"
    ref={element}
    class="wide"
    endpoint="/relink"
    csrf-token="token"
    open
    remind-later
    headers={() => ({ "X-Page": "preact" })}
    onrelink-remind={({ detail }) => detail.reason}
    onrelink-cancel={({ detail }) => detail.state}
  >
    <button slot="trigger">Reconnect</button>
  </relink-widget>
);
// @ts-expect-error -- neither inline nor modal
export const bad = <relink-widget display="popup" />;
// @ts-expect-error -- no such attribute
export const odd = <relink-widget endpiont="/relink" />;
