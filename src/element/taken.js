// What the loader has begun before the WebAssembly was there (early.js), until the core takes it. `cargo xtask dist` puts this into
// the glue.

// By element.
const entries = new WeakMap();

/** Keeps what was begun for an element, if anything was, and reads its answer as it comes. */
export const begun = (element, entry) => {
  entries.set(element, entry);
  if (entry) entry.asked = knownWhether(entry, element);
};

// Settles when it is certain whether anything was sent. The answer is one as the core reads it from then on.
const knownWhether = async (entry, element) => {
  await entry.asked;
  if (!entry.answer) return;
  entry.answer = readable(entry.answer);
  keepWhole(entry, element);
};

const readable = async (asked) => {
  const answer = await asked;
  const { status, headers } = answer;
  // What is larger, src/shell/http.rs does not read either.
  const body = headers?.get?.("Content-Length") > 1_000_000 ? null : answer.text();
  return { status, headers, text: () => body };
};

// When all of the answer is there, nothing need be drawn before it. Of a modal an outline is on screen already, and whether it can
// be seen is only known once something is drawn in it.
const keepWhole = async (entry, element) => {
  try {
    const { status, headers, text } = await entry.answer;
    const whole = { status, headers, text: await text() };
    if (element.display != "modal") entry.whole = whole;
  } catch {
    // That it fails is for the core to see; without this the browser would call it unhandled.
  }
};

// What was begun for the element under that key, once. After `asked`, `answer` is there if something was sent.
const takeEarly = (element, key) => {
  const entry = entries.get(element);
  entries.delete(element);
  if (entry?.key === key && !entry.abort.signal.aborted) {
    entry.asked = apart(entry.asked);
    return entry;
  }
  // The element has changed since, and asks for something else.
  entry?.abort.abort();
};

// A slow phone takes its time to draw the outline of a modal, and the view that follows from the answer: those are two tasks. It costs
// an inline element nothing, which waits for its answer anyway.
const apart = async (asked) => {
  await nextTask();
  await asked;
};
