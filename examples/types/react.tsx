/** @jsxImportSource react */
import type { RelinkWidgetElement } from "relink-widget/react";

export const good = (element: (widget: RelinkWidgetElement | null) => void) => (
  <relink-widget
    key="one"
    ref={element}
    className="wide"
    endpoint="/relink"
    csrf-token="token"
    open
    remind-later
    headers={() => ({ "X-Page": "react" })}
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
