// A shop's page with <Relink>, in strict mode: which react.test.mjs renders on a server and takes over in a browser.
import { StrictMode, useEffect, useRef, useState } from "react";
import { Relink } from "relink-widget/react";

const HANDLERS = ["onReady", "onStateChange", "onSuccess", "onFailure", "onRemind", "onCancel", "onError", "onEvent", "onClose"];
const headers = { "X-Page": "react" };

function Page({ kind }) {
  const [mounted, setMounted] = useState(true);
  const [open, setOpen] = useState(false);
  const [label, setLabel] = useState("first");
  const widget = useRef(null);
  // Each rendering has handlers of its own: the newest ones are to be called.
  const handlers = Object.fromEntries(HANDLERS.map((name) => [name, (detail, event) => {
    globalThis.heard.push({ name, label, detail, type: event.type });
    if (name === "onClose") setOpen(false);
  }]));
  useEffect(() => {
    globalThis.widgets = [...(globalThis.widgets ?? []), widget.current];
    if (kind === "shown") globalThis.shown = widget.current.show();
  }, [kind]);
  return (
    <main>
      <button id="unmount" onClick={() => setMounted(false)}>Away</button>
      <button id="open" onClick={() => setOpen(true)}>Open</button>
      <button id="again" onClick={() => setLabel("second")}>Render again</button>
      {mounted && (
        <Relink ref={widget} id="relink" className="wide" data-late={false} hidden={false} endpoint="/relink" account="fca_1" csrfToken="csrf"
          assetsBase={kind === "modal" ? "/files/" : undefined} headers={headers} display={kind === "modal" ? "modal" : "inline"} open={open} remindLater={kind === "reminding"}
          messages={{ not_now: "Rather not" }} {...handlers}>
          <a href="/by-hand">Reconnect</a>
        </Relink>
      )}
    </main>
  );
}

export const app = (kind) => <StrictMode><Page kind={kind} /></StrictMode>;

/** The bare tag, as React 19 can write it. */
export const bare = <relink-widget endpoint="/relink" account="fca_1" headers={async () => headers} />;
