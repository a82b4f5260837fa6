// The whole flow and the ways out of it by keyboard alone, with a screen reader's ears: after each change focus is on the
// heading and it is said once; focus never lies on the body; at the end it is back where it came from. What a reader
// heard on the way is kept in transcripts/, and compared.
//
//   DIST=… node --test e2e/access/keyboard.test.mjs         ACCESS=update writes the transcripts anew, to be read
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { after } from 'node:test';
import { eventually, problem, suite } from '../harness/index.mjs';
import { Customer, watch } from './customer.mjs';
import { PATHS, worldOf } from './paths.mjs';

const TRANSCRIPTS = new URL('transcripts/', import.meta.url);
const sum = { paths: 0, presses: 0, changes: 0 };

/** Opens the page with a clock that stands still, and the widget by the page's own button. */
async function begin(world) {
  await world.context.clock.install({ time: new Date('2026-11-23T12:00:00Z') });
  await world.page.goto(`${world.site.shop}/`);
  const customer = await Customer.of(world);
  await eventually('the element is there', () => world.widget().host.evaluate((host) => host.matches(':defined')));
  await world.page.clock.pauseAt(new Date('2026-11-23T13:00:00Z'));
  await customer.activate('Reconnect');
  return customer;
}

suite('by keyboard alone', (it) => {
  for (const [name, path] of Object.entries(PATHS)) {
    it(name, worldOf(path), async (world) => {
      const customer = await begin(world);
      await path.go(customer);
      await eventually('focus is back on what opened it', async () => (await customer.focused()).name === 'Reconnect');
      customer.note('focus: button "Reconnect"');
      const { lost, open } = await world.page.evaluate(() => ({ lost: window.__lost, open: document.querySelector('relink-widget').open }));
      assert.equal(lost, 0, 'focus was on the body while the widget was open');
      assert.equal(open, false);
      sum.paths += 1;
      sum.presses += customer.presses;
      sum.changes += customer.changes;
      await kept(name, customer.lines);
    });
  }
});

suite('inline, by keyboard alone', (it) => {
  it('a retry that changes nothing, and one that does, leave focus on the heading', {
    init: watch, backend: { create: ({ nth }) => (nth < 3 ? problem(503, 'provider_unavailable', { headers: { 'retry-after': '120' } }) : undefined) },
  }, async (world, widget) => {
    const customer = await Customer.of(world);
    await widget.shows('This shop is having trouble');
    await customer.activate('Try again');
    await world.asked('create', 2);
    await customer.arrives('This shop is having trouble');
    await customer.activate('Try again');
    await customer.arrives('Reconnect Harbour Bank');
  });

  it('Tab comes in, through everything, and out again: there is no trap', {
    init: watch, before: '<button id="own">Own</button>', after: '<button>After</button>',
  }, async (world, widget) => {
    await widget.shows('Continue to Harbour Bank');
    await world.page.focus('#own');
    const customer = await Customer.of(world);
    for (const name of ['Close', 'Continue to Harbour Bank', 'Not now', 'After']) await customer.tabTo(name);
    for (const name of ['Not now', 'Continue to Harbour Bank', 'Close', 'Own']) await customer.tabTo(name, { back: true });
  });

  it('focus stays in the page where the customer has not come in', { init: watch, before: '<button id="own">Own</button>' }, async (world, widget) => {
    await world.page.focus('#own');
    await widget.reaches('review');
    await widget.shows('Reconnect Harbour Bank');
    assert.equal((await (await Customer.of(world)).focused()).name, 'Own');
  });
});

/** Compares a transcript with the one that is kept. */
async function kept(name, lines) {
  const file = new URL(`${name.replace(/[^a-z]+/gi, '-').toLowerCase()}.txt`, TRANSCRIPTS);
  const text = `${name}\n\n${lines.join('\n')}\n`;
  if (process.env.ACCESS === 'update') {
    await mkdir(TRANSCRIPTS, { recursive: true });
    await writeFile(file, text);
  }
  assert.equal(text, await readFile(file, 'utf8'), `${file.pathname} says otherwise: cargo xtask access --update writes it anew`);
}

after(() => console.log(
  `keyboard: ${sum.paths} paths, ${sum.presses} presses, ${sum.changes} changes of view, each said once;`
    + ` focus on the heading after each, 0 times on the body, ${sum.paths} times back on the opener`,
));
