import { useRef, useState } from "react";
import "relink-widget/react";
import type { RelinkHeaders, RelinkWidgetElement, RelinkWidgetEventMap } from "relink-widget/react";

// In a real page, the token that your backend wants.
const headers = async (): Promise<RelinkHeaders> => ({ "X-Page": "react" });

export function BankAccounts() {
  const [mounted, setMounted] = useState(true);
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState("");
  const [end, setEnd] = useState("");
  const dialog = useRef<RelinkWidgetElement>(null);

  const listeners = {
    "onrelink-success": ({ detail }: RelinkWidgetEventMap["relink-success"]) => setTold(`relink-success ${detail.accounts[0]?.id}`),
    "onrelink-failure": ({ detail }: RelinkWidgetEventMap["relink-failure"]) => setTold(`relink-failure ${detail.code}`),
    "onrelink-cancel": ({ detail }: RelinkWidgetEventMap["relink-cancel"]) => setTold(`relink-cancel ${detail.state}`),
  };

  return (
    <>
      <h1>Bank accounts</h1>
      <label>
        <input type="checkbox" id="mounted" checked={mounted} onChange={(event) => setMounted(event.target.checked)} /> Show
        the account that needs you
      </label>
      {mounted && (
        <relink-widget id="inline" endpoint="/relink" account="fca_1" headers={headers} {...listeners}>
          <a href="/by-hand">Reconnect your bank</a>
        </relink-widget>
      )}
      <p>
        <button type="button" id="open" onClick={() => setOpen(true)}>
          Open
        </button>
        <button type="button" id="show" onClick={async () => setEnd((await dialog.current?.show())?.type ?? "")}>
          Show
        </button>
      </p>
      <relink-widget
        id="dialog"
        ref={dialog}
        display="modal"
        endpoint="/relink"
        account="fca_2"
        open={open}
        headers={headers}
        onclose={() => setOpen(false)}
        {...listeners}
      />
      <p>
        The dialog is <output id="is-open">{open ? "open" : "closed"}</output>. Last: <output id="told">{told}</output>
      </p>
      <p>
        What show() said: <output id="end">{end}</output>
      </p>
    </>
  );
}
