// The widget's events, heard as a page would hear them: on the document, which they reach only if they bubble. They are
// kept outside of the page, so that a flow which outlives a page is heard to its end.
const EVENTS = ['ready', 'state', 'success', 'failure', 'remind', 'cancel', 'error', 'event'].map((name) => `relink-${name}`);

/** The events of which exactly one ends a flow. */
export const ENDS = ['relink-success', 'relink-failure', 'relink-cancel'];

const listen = (names) => {
  for (const name of names) {
    document.addEventListener(name, (event) => {
      const { bubbles, composed, cancelable, target, detail } = event;
      const state = target.getAttribute?.('state') ?? null;
      const heading = target.shadowRoot?.querySelector('[part~="heading"]')?.textContent ?? null;
      window.__heard({ name, bubbles, composed, cancelable, target: target.id || target.localName, state, heading, detail });
    });
  }
};

/** Puts every event of every page of that browser context into `heard`, in order. */
export async function hear(context, heard) {
  await context.exposeBinding('__heard', (source, event) => {
    heard.push({ ...event, page: source.page });
  });
  await context.addInitScript(listen, EVENTS);
}
