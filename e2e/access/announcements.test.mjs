// What a screen reader announces by itself, seen on the browser's accessibility tree: the live regions are there
// before they speak, say how urgent it is, and while the customer waits speak at most once in five seconds.
import assert from 'node:assert/strict';
import { becomes, eventually, hang, hostedAt, problem, suite } from '../harness/index.mjs';
import { Customer, modalPage, watch } from './customer.mjs';

const live = (node) => node.properties?.find(({ name }) => name === 'live')?.value.value;

/** The live regions in the accessibility tree, by urgency, each with the text that is in it. */
async function regions(customer) {
  const nodes = await customer.tree();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textOf = (node) => (node.role.value === 'StaticText' ? node.name.value : (node.childIds ?? []).map((id) => textOf(byId.get(id))).join(''));
  // What is inside a region says so too.
  const roots = nodes.filter((node) => ['polite', 'assertive'].includes(live(node)) && live(byId.get(node.parentId) ?? {}) !== live(node));
  return Object.fromEntries(roots.map((node) => [live(node), textOf(node)]));
}

suite('announcements', (it) => {
  it('have their regions in the tree before there is anything to say, inline', { init: watch, backend: { create: () => hang } }, async (world, widget) => {
    await widget.reaches('loading');
    assert.deepEqual(await regions(await Customer.of(world)), { polite: '', assertive: '' });
  });

  it('have their regions in the tree from the moment that a modal opens', { page: modalPage, init: watch, backend: { create: () => hang } }, async (world, widget) => {
    await world.page.click('#opener');
    await widget.reaches('loading');
    assert.deepEqual(await regions(await Customer.of(world)), { polite: '', assertive: '' });
  });

  it('say a new view in the polite region, and nothing in the other', { init: watch }, async (world, widget) => {
    const customer = await Customer.of(world);
    await widget.reaches('review');
    await becomes('the regions', {
      polite: 'Reconnect Harbour Bank. Corner Store’s access to Harbour Bank has expired. Banks ask you to renew it from time to time.',
      assertive: '',
    }, () => regions(customer));
  });

  it('are inside of a group that is called as the heading says', { init: watch }, async (world, widget) => {
    const customer = await Customer.of(world);
    await widget.reaches('review');
    const groups = async () => (await customer.tree()).filter(({ ignored, role }) => !ignored && role.value === 'group').map(({ name }) => name.value);
    await becomes('the groups', ['Reconnect Harbour Bank'], groups);
  });

  it('say a problem in the assertive region, and silence what was said before', {
    init: watch, backend: { create: () => problem(503, 'provider_unavailable', { headers: { 'retry-after': '120' } }) },
  }, async (world) => {
    const customer = await Customer.of(world);
    await eventually('it is said', async () => (await regions(customer)).assertive);
    const { polite, assertive } = await regions(customer);
    assert.equal(polite, '');
    assert.match(assertive, /^This shop is having trouble\. .* This isn’t your fault\./);
  });

  it('say the end of a number digit by digit, and never the dots', { init: watch }, async (world, widget) => {
    const customer = await Customer.of(world);
    await widget.reaches('review');
    await widget.shows('1234');
    const words = (await customer.tree()).filter((node) => !node.ignored && node.role.value === 'StaticText').map((node) => node.name.value);
    assert.ok(words.some((text) => text.includes('1 2 3 4')), words.join(' · '));
    assert.ok(!words.some((text) => /•|1234/.test(text)), words.join(' · '));
  });

  it('come at most once in five seconds while the customer waits and the connection comes and goes', {
    init: watch, go: false, backend: { read: () => hang },
    setUp: (world) => { world.backend.template = hostedAt(world.site); },
  }, async (world, widget) => {
    await world.context.clock.install();
    await world.page.goto(`${world.site.shop}/`);
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('authorizing');
    await eventually('it is said', () => world.page.evaluate(() => window.__said.at(-1)?.text?.includes('A window has opened')));
    const before = await world.page.evaluate(() => window.__said.length);
    for (let round = 0; round < 16; round += 1) {
      await world.context.setOffline(round % 2 === 0);
      await world.page.clock.runFor(1_500);
    }
    const said = (await world.page.evaluate(() => window.__said)).slice(before - 1).filter(({ text }) => text);
    assert.ok(said.length > 2, JSON.stringify(said));
    const pauses = said.slice(1).map(({ at }, index) => at - said[index].at);
    assert.ok(pauses.every((pause) => pause >= 4_990), JSON.stringify(said));
  });
});
