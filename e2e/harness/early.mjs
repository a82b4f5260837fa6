// What the stories of the early request (early.test.mjs, early-odd.test.mjs) share: when the WebAssembly comes, and what was asked.
import assert from 'node:assert/strict';
import { merchantPage } from './site.mjs';
import { eventually } from './waiting.mjs';

/** The files that a story may hold back. */
export const WASM = 'relink-widget_bg.wasm';
export const GLUE = 'relink-widget-glue.js';
/** The key of each `POST /sessions`, in order. */
export const keys = (world) => world.backend.calls('create').map((call) => call.key);
/** What this tab has saved. */
export const records = (page) => page.evaluate(() => Object.keys(sessionStorage)
  .filter((name) => /^relink-widget:[0-9a-f]{8}$/.test(name)).map((name) => JSON.parse(sessionStorage.getItem(name))));
/** A page with a modal and its button. */
export const MODAL = (site) => merchantPage(site, { element: 'display="modal"' })
  .replace('></relink-widget>', '><button slot="trigger" type="button">Reconnect</button></relink-widget>');

/** The WebAssembly arrives once the session has been asked for: if it were not, it never would. */
export const AFTER_THE_REQUEST = {
  file: (name, _, site) => (name === WASM
    ? eventually('the session is asked for', () => site.backend.calls('create').length > 0).then(() => undefined) : undefined),
};
/** The WebAssembly arrives when the story says `world.arrive()`. */
export const onCall = (scenario = {}) => {
  const gate = {};
  gate.open = new Promise((done) => { gate.arrive = done; });
  return {
    ...scenario,
    file: (name) => (name === WASM ? gate.open.then(() => undefined) : undefined),
    setUp: (world) => { world.arrive = gate.arrive; scenario.setUp?.(world); },
  };
};
/** Sets `isAnswered` in the page once all of the session's answer is read. */
export const TELLS_WHEN_READ = () => {
  const read = Response.prototype.text;
  Response.prototype.text = async function told() {
    const text = await read.call(this);
    window.isAnswered ||= this.url.endsWith('/sessions');
    return text;
  };
};
/** The whole answer is there; the scenario has `init: TELLS_WHEN_READ`. */
export const answered = (world) => world.page.waitForFunction(() => window.isAnswered);
/** `POST /sessions` has come that often. */
export const asked = (world, times = 1) => eventually(`asked ${times} times`, () => keys(world).length >= times);
/** The customer goes all the way, and the page hears of one end. */
export const relinks = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await widget.reaches('succeeded');
  assert.deepEqual((await world.ends()).map((end) => end.name), ['relink-success']);
};
