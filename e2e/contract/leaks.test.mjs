// Mounted and removed again and again, at every stage of the flow: nothing of it is left behind. LEAK_ROUNDS=1000 makes
// the long run of docs/testing.md.
import assert from 'node:assert/strict';
import { merchantPage, suite } from '../harness/index.mjs';

const ROUNDS = Number(process.env.LEAK_ROUNDS ?? 100);
const ROOM_BYTES = 1_048_576;

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
    if (moment === 4) one.cloneNode(true);
    if (moment === 4) one.shadowRoot.querySelector('[part~="primary-button"]').click();
    one.remove();
    sessionStorage.clear();
    await frame();
  }
  place.remove();
};

suite(`${ROUNDS} mounts and removals`, (it) => {
  it('leave no listener, node, scroll lock or memory behind', {
    page: (site) => merchantPage(site, { element: 'display="modal"' }),
    stripe: () => new Promise(() => {}),
  }, async (world) => {
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
      return { listeners: of('JSEventListeners'), nodes: of('Nodes'), heap: usedSize };
    };
    await world.page.evaluate(rounds, 20);
    const before = await measure();
    await world.page.evaluate(rounds, ROUNDS);
    const after = await measure();
    world.console.push(JSON.stringify({ before, after }));
    if (process.env.LEAK_ROUNDS) console.log(JSON.stringify({ before, after }));
    assert.ok(after.heap - before.heap < ROOM_BYTES, 'the heap is back');
    assert.ok(after.listeners <= before.listeners, 'no listeners are left');
    assert.ok(after.nodes <= before.nodes + 10, 'no nodes are left');
    assert.equal(await world.page.evaluate(() => document.documentElement.style.overflow), '');
  });
});
