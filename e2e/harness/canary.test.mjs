// The collector would catch each kind, at each place; and what is left out is left out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch } from './browser.mjs';
import { Canary } from './canary.mjs';

const PLANTED = {
  'a client secret': 'fcsess_1_secret_canary',
  'a secret key': 'sk_test_canary',
  'a signing secret': 'whsec_canary',
  'an e-mail address': 'maya@canary.example',
  'a number of an account': '000123456789',
};

test('each kind is caught in a log, an event, an address, the page, a shadow root, a field and the storage', async () => {
  const browser = await launch();
  try {
    const context = await browser.newContext();
    await context.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<p>Nothing</p>' }));
    for (const [kind, text] of Object.entries(PLANTED)) {
      const told = new Canary();
      told.see('a log', `served ${text} in 3 ms`);
      told.hear({ name: 'relink-error', detail: { message: text } });
      assert.deepEqual(told.found, [`${kind} in a log`, `${kind} in relink-error`]);
      for (const plant of [
        (planted) => { document.body.append(planted); },
        (planted) => { document.body.attachShadow({ mode: 'open' }).append(planted); },
        (planted) => { document.body.append(Object.assign(document.createElement('input'), { value: planted })); },
        (planted) => { document.body.title = planted; },
      ]) {
        const page = await context.newPage();
        await page.goto('https://shop.example/');
        await page.evaluate(plant, text);
        const canary = new Canary();
        await canary.look(page);
        assert.equal(canary.found.length, 1, String(plant));
        assert.match(canary.found[0], new RegExp(`^${kind} in the page(, at <[a-z]+>)?$`));
        await page.close();
      }
      const page = await context.newPage();
      await page.goto(`https://shop.example/?q=${text}`);
      await page.evaluate((planted) => sessionStorage.setItem('kept', planted), text);
      const canary = new Canary();
      await canary.look(page);
      assert.deepEqual(canary.found, [`${kind} in an address`, `${kind} in the storage`]);
      await page.close();
    }
  } finally {
    await browser.close();
  }
});

test('a time stamp of the analytics, ids, times of day and the place of a layer are none', () => {
  const canary = new Canary();
  canary.hear({ name: 'relink-event', detail: { name: 'open', timestamp: 1795400000000 } });
  canary.see('a log', '2026-11-22T21:33:20.123456789Z rls_0123456789abcdef served GET /relink/sessions/{id} in 1200 µs');
  canary.see('the page', '<div style="position: fixed; z-index: 2147483647; inset: 0px;"></div>');
  canary.silent();
});
