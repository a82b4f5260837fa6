// Mounts and removals, again and again at every stage of the flow, and what is left of them. Chromium alone counts it.
import { closedModal } from './documents.mjs';
import { merchantPage } from './site.mjs';

/** Before anything else in the page: which timers are still to come, and where the WebAssembly's memory is. */
const count = () => {
  const timers = new Set();
  window.__timers = timers;
  for (const [set, clear, once] of [['setTimeout', 'clearTimeout', true], ['setInterval', 'clearInterval', false]]) {
    const [setIt, clearIt] = [window[set], window[clear]];
    window[set] = (does, ...more) => {
      const id = setIt(once ? (...given) => { timers.delete(id); return does(...given); } : does, ...more);
      timers.add(id);
      return id;
    };
    window[clear] = (id) => { timers.delete(id); clearIt(id); };
  }
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const make = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await make.apply(WebAssembly, given);
      window.__memory = Object.values((made.instance ?? made).exports).find((one) => one instanceof WebAssembly.Memory);
      return made;
    };
  }
};

/** In the page: elements of both kinds, moved, copied and removed at one of several moments. */
const rounds = async (count) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => done()));
  const place = document.createElement('div');
  document.body.append(place);
  for (let nth = 0; nth < count; nth += 1) {
    const one = document.createElement('relink-widget');
    one.endpoint = '/relink';
    one.account = `fca_${nth}`;
    if (nth % 2) one.display = 'modal';
    one.headers = async () => ({ 'X-Nth': `${nth}` });
    place.append(one);
    one.show();
    const moment = nth % 5;
    if (moment > 0) await new Promise((done) => one.addEventListener('relink-state', done, { once: true }));
    if (moment > 1) await new Promise((done) => (one.state === 'review' ? done() : one.addEventListener('relink-ready', done, { once: true })));
    if (moment === 3) document.body.append(one);
    if (moment === 4) {
      const clone = one.cloneNode(true);
      place.append(clone);
      if (nth % 10 === 4) await new Promise((done) => clone.addEventListener('relink-state', done, { once: true }));
      clone.cloneNode(true).remove();
      clone.remove();
    }
    if (moment === 4) one.shadowRoot.querySelector('[part~="primary-button"]').click();
    one.remove();
    sessionStorage.clear();
    await frame();
  }
  place.remove();
};

/** The scenario for {@link mounts}. */
export const SCENARIO = {
  init: count,
  page: (site) => merchantPage(site, { element: 'display="modal"' }),
  // When the element is gone. What waits for a promise of Stripe's stays for as long as that does.
  stripe: () => closedModal,
};

/** Mounts and removes that often; what there was before and after: listeners, nodes, bytes of the heap, elements, timers, memory. */
export async function mounts(world, times) {
  const cdp = await world.context.newCDPSession(world.page);
  await cdp.send('Performance.enable');
  const measure = async () => {
    for (let nth = 0; nth < 3; nth += 1) {
      await cdp.send('HeapProfiler.collectGarbage');
      await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done())));
    }
    const { metrics } = await cdp.send('Performance.getMetrics');
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    const { usedSize } = await cdp.send('Runtime.getHeapUsage');
    const [timers, memory] = await world.page.evaluate(() => [window.__timers.size, window.__memory.buffer.byteLength]);
    return { listeners: of('JSEventListeners'), nodes: of('Nodes'), heap: usedSize, elements: await elements(), timers, memory };
  };
  /** How many elements of ours there are, in the page or held by anything. */
  const elements = async () => {
    const { result: { objectId: prototypeObjectId } } = await cdp.send('Runtime.evaluate', { expression: 'customElements.get("relink-widget").prototype' });
    const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId });
    const { result } = await cdp.send('Runtime.callFunctionOn', { objectId: objects.objectId, functionDeclaration: 'function () { return this.length; }' });
    await cdp.send('Runtime.releaseObject', { objectId: objects.objectId });
    return result.value;
  };
  await world.page.evaluate(rounds, 20);
  const before = await measure();
  await world.page.evaluate(rounds, times);
  const after = await measure();
  return { before, after };
}
