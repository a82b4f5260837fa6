// Mounted and removed again and again, at every stage of the flow: nothing of it is left behind. LEAK_ROUNDS=1000 makes
// the long run of docs/testing.md.
import assert from 'node:assert/strict';
import { suite } from '../harness/index.mjs';
import { SCENARIO, mounts } from '../harness/mounts.mjs';

const ROUNDS = Number(process.env.LEAK_ROUNDS ?? 100);
const ROOM_BYTES = 1_048_576;

suite(`${ROUNDS} mounts and removals`, (it) => {
  it('leave no listener, node, timer, element, scroll lock or memory behind', {
    ...SCENARIO,
    patience: 60_000 + ROUNDS * 600,
    needs: 'a driver that counts listeners and nodes, and measures the heap',
  }, async (world) => {
    const { before, after } = await mounts(world, ROUNDS);
    world.console.push(JSON.stringify({ before, after }));
    if (process.env.LEAK_ROUNDS) console.log(JSON.stringify({ before, after }));
    assert.ok(after.heap - before.heap < ROOM_BYTES, 'the heap is back');
    assert.equal(after.memory, before.memory, 'the WebAssembly\'s memory has not grown');
    // That of the page; and the first, which the deadline of the one load knows of until it has passed.
    assert.ok(before.elements <= 2 && after.elements <= before.elements, 'no elements are left');
    assert.ok(after.timers <= before.timers, 'no timers are left');
    assert.ok(after.listeners <= before.listeners, 'no listeners are left');
    assert.ok(after.nodes <= before.nodes + 10, 'no nodes are left');
    assert.equal(await world.page.evaluate(() => document.documentElement.style.overflow), '');
  });
});
