// One driver for the pages of all frameworks: each is built from the packed package and must do the same.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before } from 'node:test';
import { becomes, eventually, suite } from '../harness/index.mjs';
import { refused, watch } from '../harness/policy.mjs';
import { EXAMPLES, FRAMEWORKS, run } from './npm.mjs';

const GERMAN = JSON.parse(readFileSync(new URL('../../src/words/languages/de.json', import.meta.url), 'utf8'))
  .reconnect.replace(/\{[Bb]ank\}/, 'Harbour Bank');

for (const framework of FRAMEWORKS) {
  const folder = path.join(EXAMPLES, framework, 'dist');
  const scenario = {
    folder,
    go: false,
    context: { viewport: { width: 1000, height: 2400 } },
    stripe: ({ nth }) => ({ resolves: { financialConnectionsSession: { accounts: [{ id: 'fca_1', status: 'active', nth }] } } }),
  };
  const open = async (world) => world.page.goto(`${world.site.shop}/index.html`);
  const reads = (world, id, text) => becomes(`#${id}`, text, () => world.page.locator(`#${id}`).innerText());

  suite(`the page of ${framework}`, (it) => {
    before(() => run('npm', ['run', '--silent', 'build'], path.join(EXAMPLES, framework)));

    it('sets attributes and the headers function, and hears a typed event', scenario, async (world) => {
      await open(world);
      const widget = world.widget('#inline');
      await widget.reaches('review');
      const [{ body, headers }] = world.backend.calls('create');
      assert.deepEqual([body.account, headers['x-page']], ['fca_1', framework]);
      await widget.forward();
      await reads(world, 'told', 'relink-success fca_1');
    });

    it('speaks German where the element asks for it, with a word of the page\'s own, under a policy that allows no data in addresses', {
      ...scenario,
      headers: () => ({ 'content-security-policy': "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'" }),
      init: watch,
    }, async (world) => {
      await open(world);
      const widget = world.widget('#inline');
      await widget.reaches('review');
      await widget.host.evaluate((host) => {
        host.messages = { not_now: 'Sp\u00e4ter vielleicht' };
        host.lang = 'de';
      });
      await widget.shows(GERMAN);
      await widget.shows('Sp\u00e4ter vielleicht');
      assert.deepEqual(await refused(world), []);
    });

    it('takes the element out and puts it back', scenario, async (world) => {
      await open(world);
      await world.widget('#inline').reaches('review');
      await world.page.locator('#mounted').uncheck();
      assert.equal(await world.page.locator('#inline').count(), 0);
      await world.page.locator('#mounted').check();
      await world.widget('#inline').reaches('review');
      assert.deepEqual(await world.ends(), []);
    });

    it('opens and closes the dialog by its property', scenario, async (world) => {
      await open(world);
      const dialog = world.widget('#dialog');
      for (const nth of [1, 2]) {
        await world.page.locator('#open').click();
        await dialog.reaches('review');
        await reads(world, 'is-open', 'open');
        await dialog.out();
        await reads(world, 'is-open', 'closed');
        await reads(world, 'told', 'relink-cancel review');
        await eventually(`it ended ${nth} times`, async () => (await world.ends()).length === nth);
      }
    });

    it('shows the dialog by show(), and has its end from the promise', scenario, async (world) => {
      await open(world);
      await world.page.locator('#show').click();
      await world.widget('#dialog').reaches('review');
      await world.widget('#dialog').forward();
      await reads(world, 'end', 'relink-success');
    });
  });
}
