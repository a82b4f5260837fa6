// `relink-widget/testing`: each outcome that it promises by name is what the built widget really comes to, with no
// backend and no network, and when it is taken away nothing of it is left.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DIST, eventually, merchantPage, suite } from '../harness/index.mjs';

const { outcomes, script, simulate } = await import(pathToFileURL(path.join(DIST, 'testing.js')));
const { STREAMS } = await import(pathToFileURL(path.join(DIST, 'testing-streams.js')));
const NAMES = Object.keys(outcomes);

/** What the element said, without what is another each time: the flow's id and moments. */
const stream = (heard) => heard.map(({ name, detail: { flow, timestamp, elapsed_ms, ...detail } }) => [name, detail]);
/** With `UPDATE_STREAMS=1` in the environment src/element/testing-streams.js is written anew, from what is heard. */
const recorded = {};
after(() => {
  if (!process.env.UPDATE_STREAMS) return;
  // The order of fields is nobody's.
  const line = ([name, detail]) => `    ${JSON.stringify([name, Object.fromEntries(Object.entries(detail).sort())])},\n`;
  const lines = NAMES.map((name) => `  ${name}: [\n${recorded[name].map(line).join('')}  ],\n`).join('');
  const head = `// What the drawn widget was heard to say on the way to each simulated outcome, for places where it cannot be drawn (see
// testing.js). Recorded by e2e/contract/testing.test.mjs, which also compares it. Past 400 lines, since it is a list.
`;
  writeFileSync(new URL('../../src/element/testing-streams.js', import.meta.url), `${head}export const STREAMS = {\n${lines}};\n`);
});

const source = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
const ENUMS = source('crates/relink-wire/src/enums.rs');
const values = (name) => [...new RegExp(`${name} \\{([\\s\\S]*?)\\n {4}\\}`).exec(ENUMS)[1].matchAll(/= "(\w+)"/g)].map(([, value]) => value);

test('the outcomes cover every code, every outcome, every rule, every end and every state that can be cancelled', () => {
  const promised = (field) => new Set(NAMES.map((name) => outcomes[name].detail[field]).filter(Boolean));
  for (const [field, all] of [['code', values('Code')], ['outcome', values('Outcome')], ['rule', values('Rule')]]) {
    assert.deepEqual(all.filter((value) => !promised(field).has(value)), [], field);
  }
  assert.deepEqual([...promised('state')].sort(), ['authorizing', 'completing', 'loading', 'review', 'selecting']);
  const events = new Set(NAMES.map((name) => outcomes[name].event));
  assert.deepEqual([...events].sort(), ['relink-cancel', 'relink-error', 'relink-failure', 'relink-remind', 'relink-success']);
});

test('its types name the same outcomes, and its page in the docs too', () => {
  const types = source('src/element/testing.d.ts');
  const typed = [.../SimulatedOutcome =([\s\S]*?);/.exec(types)[1].matchAll(/\| "(\w+)"/g)].map(([, name]) => name);
  assert.deepEqual(typed.sort(), [...NAMES].sort());
  const docs = source('docs/testing.md');
  for (const name of NAMES) assert.ok(docs.includes(`\`${name}\``), name);
});

test('the widget never loads it', () => {
  for (const name of ['relink-widget.js', 'relink-widget-glue.js']) {
    assert.equal(readFileSync(path.join(DIST, name), 'utf8').includes('testing'), false, name);
  }
});

test('without a page it says what it needs, and an unknown name what it knows', () => {
  assert.throws(() => simulate('same_account'), /needs a page/);
  assert.throws(() => simulate('sunshine'), /knows no outcome "sunshine".*same_account/);
});

suite('a simulated outcome', (it) => {
  for (const name of NAMES) {
    const { event, detail } = outcomes[name];
    // Where the widget waits before it gives up, the clock is the test's.
    const waits = ['network_error', 'timeout'].includes(name);
    it(`${name} comes to ${event} with ${Object.values(detail).join(' and ')}`, {
      init: { content: script(name) },
      element: event === 'relink-remind' ? 'remind-later' : '',
      go: false,
    }, async (world, widget) => {
      if (waits) await world.page.clock.install();
      await world.page.goto(`${world.site.shop}/`);
      let told = null;
      const played = world.page.evaluate(() => window.relinkSimulation.play()).then((end) => { told = end; });
      // Where a wait below fails first, this fails with the page's end, and nobody waits for it.
      played.catch(() => {});
      // The request leaves before the WebAssembly is there. Until then the waits are the loader's.
      if (waits) {
        await widget.reaches('loading');
        await eventually('the backend was asked', () => world.page.evaluate(() => window.relinkSimulation.requests.length > 0));
      }
      if (waits) await eventually('the widget gave up', async () => { await world.page.clock.fastForward(16_000); return told; });
      await played;
      assert.equal(told.type, event);
      recorded[name] = stream(await world.events());
      // After an error the widget goes on: how far, by then, is the machine's.
      const upTo = Math.min(recorded[name].length, STREAMS[name]?.length ?? 0);
      assert.ok(process.env.UPDATE_STREAMS || upTo > STREAMS[name].findLastIndex(([type]) => type === event), 'as far as its end');
      if (!process.env.UPDATE_STREAMS) assert.deepEqual(recorded[name].slice(0, upTo), STREAMS[name].slice(0, upTo), 'as in testing-streams.js');
      for (const [field, value] of Object.entries(detail)) assert.equal(told[field], value, field);
      assert.deepEqual(world.backend.requests, [], 'no backend was asked');
      assert.equal(world.stripeLoads ?? 0, 0, 'Stripe.js was not loaded');
      const ends = await world.ends();
      const end = { 'relink-error': [], 'relink-remind': ['relink-cancel'] }[event] ?? [event];
      assert.deepEqual(ends.map(({ name: ended }) => ended), end);
      // Where a window of a bank was needed, none was opened.
      assert.equal(world.context.pages().length, 1);
    });
  }

  it('reminded gives remind-later to an element that lacks it, and takes it back', { init: { content: script('reminded') } }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal((await world.page.evaluate(() => window.relinkSimulation.play())).type, 'relink-remind');
    assert.equal(await widget.host.evaluate((host) => host.remindLater), false);
  });

  it('can be played in a modal, and again after its end', {
    init: { content: script('same_account') },
    element: 'display="modal"',
  }, async (world) => {
    const first = await world.page.evaluate(() => window.relinkSimulation.play());
    const second = await world.page.evaluate(() => window.relinkTesting.simulate('wrong_account').play());
    assert.deepEqual([first.type, second.code], ['relink-success', 'no_account']);
  });

  it('that has come by itself in an inline element is still told to who asks afterwards', { init: { content: script('account_closed') } }, async (world, widget) => {
    await widget.reaches('failed');
    const told = await world.page.evaluate(() => window.relinkSimulation.play());
    assert.deepEqual([told.type, told.code], ['relink-failure', 'account_closed']);
    assert.equal((await world.ends()).length, 1, 'it was not begun anew');
  });

  it('is begun anew where the flow began before the simulation', {}, async (world, widget) => {
    await widget.reaches('review');
    await world.page.evaluate((code) => (0, eval)(code), script('partial'));
    const told = await world.page.evaluate(() => window.relinkSimulation.play());
    assert.deepEqual([told.type, told.outcome], ['relink-success', 'partial']);
  });

  it('is driven as well by the parts, by whoever writes the test', { init: { content: script('wrong_account_then_right') } }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await eventually('the wrong account is told', async () => (await world.events('relink-error')).length > 0);
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    const acts = await world.page.evaluate(() => window.relinkSimulation.requests.map(({ act }) => act));
    assert.equal(acts.filter((act) => act === 'create').length, 2);
  });

  it('leaves every other request, every other window and the page\'s own Stripe.js as they are', {
    init: { content: script('hosted', { endpoint: '/elsewhere' }) },
    element: 'display="modal"',
    pages: { '/elsewhere/sessions-of-mine': 'mine', '/other': 'other' },
  }, async ({ page }) => {
    const seen = await page.evaluate(async () => {
      const text = async (address) => (await fetch(address)).text();
      window.Stripe = (key) => `the page's own, for ${key}`;
      return [await text('/elsewhere/sessions-of-mine'), await text('/other'), window.Stripe('pk_live_1')];
    });
    assert.deepEqual(seen, ['mine', 'other', "the page's own, for pk_live_1"]);
    const [opened] = await Promise.all([page.context().waitForEvent('page'), page.evaluate(() => void window.open('/other', 'shop'))]);
    await opened.close();
  });

  it('restores everything', { page: (site) => merchantPage(site, { element: 'display="modal"' }) }, async ({ page, site }) => {
    const before = 'JSON.stringify([fetch.toString(), open.toString(), "Stripe" in window, Object.getOwnPropertySymbols(window).length])';
    const untouched = await page.evaluate(before);
    const changed = await page.evaluate(async ([source, asked]) => {
      (0, eval)(source);
      const now = (0, eval)(asked);
      window.relinkTesting.restore();
      return now;
    }, [script('popup_blocked'), before]);
    assert.notEqual(changed, untouched);
    assert.equal(await page.evaluate(before), untouched);
    assert.ok(site.cdn);
  });
});
