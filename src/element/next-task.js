// How long work lets the page answer in between: the loader before it mounts the inside and before the first view is drawn, a modal before
// it takes the answer to the early request, and a long list before it follows. `cargo xtask dist` puts this into the glue.

/**
 * Settles in a task of its own, by two ways, since a page may have put its own in the place of one. `relink-widget/testing` has
 * none, so that a test with a fake clock need not wind it for this.
 */
export const nextTask = () =>
  new Promise((done) => {
    try {
      setTimeout(done);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        done();
      };
      port2.postMessage(0);
    } catch {
      done();
    }
  });
