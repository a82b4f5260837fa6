// What comes of a promise, for the WebAssembly (src/settled.rs). `cargo xtask dist` puts this at the end of the glue.

// Tells it, or nothing where it failed; never at once. By await alone: a page may have put its own in the place of `then`.
async function whenSettled(promise, act) {
  let outcome;
  try {
    outcome = { value: await promise };
  } catch {
    // Nothing came of it.
  }
  act(outcome);
}

// Settles in a task after the next frame, or after a moment where none comes, as in a tab that nobody sees. A page may have stopped
// its timers too: the moment is a signal's. It fails where the page has broken what asks for frames, or the browser is too old for
// such signals, and then settled.rs goes on at once.
async function whenPainted() {
  await new Promise((done) => {
    requestAnimationFrame(done);
    AbortSignal.timeout(100).onabort = done;
  });
  await nextTask();
}
