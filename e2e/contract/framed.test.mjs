// docs/embedding.md, "In an iframe": the element in a page that a page of another site frames and sandboxes, with the
// tokens that the docs list and without each.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually, hostedAt, merchantPage, suite, succeeded } from '../harness/index.mjs';
import { ENGINE } from '../harness/browser.mjs';
import { Widget } from '../harness/widget.mjs';

const EMBEDDING = readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
const TOKENS = /sandbox="([^"]*)"/.exec(EMBEDDING)[1].split(' ');
const ALL = TOKENS.join(' ');
const without = (token) => {
  assert.ok(TOKENS.includes(token), `${token} is in the docs`);
  return TOKENS.filter((one) => one !== token).join(' ');
};

const framed = (sandbox) => (site, url) => (url.pathname === '/framed'
  ? merchantPage(site).replace('></relink-widget>', '><a href="/by-hand">By hand</a></relink-widget>')
  : `<!doctype html><html lang="en"><title>Around</title><iframe title="Banks" width="900" height="900" sandbox="${sandbox}" src="${site.elsewhere}/framed"></iframe>`);
const inside = (world) => {
  const widget = new Widget(world.page);
  widget.host = world.page.frameLocator('iframe').first().locator('relink-widget');
  // Firefox's driver reaches no frame of another process with its mouse.
  if (ENGINE === 'firefox') {
    for (const [way, part] of [['forward', 'primary-button'], ['out', 'close-button']]) {
      widget[way] = () => widget.part(part).first().evaluate((button) => button.click());
    }
  }
  return widget;
};
const relink = async (world) => {
  await inside(world).reaches('review');
  await inside(world).forward();
  await world.theEnd('relink-success');
};

/** Stripe.js, whose frame sends a form before it is done. */
const FORMAL = `window.Stripe = () => ({
  _registerWrapper() {}, registerAppInfo() {},
  collectFinancialConnectionsAccounts: (argument) => new Promise((done) => {
    const frame = Object.assign(document.createElement('iframe'), { src: 'https://js.stripe.com/frame/form', title: 'Stripe' });
    addEventListener('message', async (event) => {
      if (event.source !== frame.contentWindow) return;
      frame.remove();
      done((await window.__stripe({ key: 'pk', options: null, argument })).resolves);
    });
    document.body.append(frame);
  }),
});`;
const formal = (sandbox) => ({
  page: framed(sandbox),
  stripeScript: (route) => {
    const { pathname } = new URL(route.request().url());
    const [contentType, body] = {
      '/frame/form': ['text/html', '<form action="/frame/sent"><button>Send</button></form><script>document.forms[0].requestSubmit()</script>'],
      '/frame/sent': ['text/html', '<script>parent.postMessage("sent", "*")</script>'],
    }[pathname] ?? ['text/javascript', FORMAL];
    return route.fulfill({ contentType, headers: { 'access-control-allow-origin': '*' }, body });
  },
});
const hosted = (sandbox) => ({
  needs: 'a driver that presses like a customer in a frame of another process, as windows open only then',
  page: framed(sandbox),
  setUp: (world) => { world.backend.template = hostedAt(world.site); },
  agreed: ({ id, backend }) => backend.change(id, succeeded),
});
const atBank = async (world) => {
  await inside(world).reaches('review');
  const [bank] = await Promise.all([world.context.waitForEvent('page'), inside(world).forward()]);
  await bank.getByRole('button', { name: 'Agree' }).waitFor();
  return bank;
};
/** Whether the bank's page may ask a question, which a sandbox that it inherited would refuse. */
const mayAsk = (bank) => {
  bank.on('dialog', (dialog) => dialog.accept());
  return bank.evaluate(() => confirm('Sure?'));
};

suite('in a sandboxed frame of another site', (it) => {
  it('with the tokens that the docs list, a relink succeeds', { page: framed(ALL) }, relink);

  it('the same by a window of the bank, which no sandbox follows', hosted(ALL), async (world) => {
    const bank = await atBank(world);
    assert.deepEqual([await mayAsk(bank), await bank.evaluate(() => window.opener)], [true, null]);
    await bank.getByRole('button', { name: 'Agree' }).click();
    await world.theEnd('relink-success');
  });

  it('the same by a form in a frame of Stripe\'s', formal(ALL), relink);

  it('without allow-scripts nothing runs, and the children stay', { page: framed(without('allow-scripts')) }, async (world) => {
    await world.page.frameLocator('iframe').getByText('By hand').waitFor();
    assert.equal(await inside(world).state(), null);
    assert.deepEqual(world.backend.requests, []);
  });

  it('without allow-same-origin it succeeds from an opaque origin', { page: framed(without('allow-same-origin')) }, async (world) => {
    await relink(world);
    assert.equal(world.backend.calls('create')[0].headers.origin, 'null');
  });

  it('with allow-scripts alone it succeeds as well', { page: framed('allow-scripts') }, relink);

  it('without allow-forms the form in Stripe\'s frame is not sent, and the customer can leave', {
    ...formal(without('allow-forms')),
    needs: 'a driver that tells what a sandbox has refused',
  }, async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await eventually('the form was tried', () => world.console.some((line) => /form/i.test(line) && /sandbox/i.test(line)));
    await inside(world).reaches('authorizing');
    await inside(world).out();
    await world.theEnd('relink-cancel');
  });

  it('without allow-popups the bank\'s window is blocked, and an event says so', hosted(without('allow-popups')), async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'popup_blocked');
  });

  it('without allow-popups-to-escape-sandbox no window can be led to the bank, and an event says so', hosted(without('allow-popups-to-escape-sandbox')), async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'popup_blocked');
    await inside(world).offersAWay();
    assert.deepEqual(world.site.visits, [], 'no bank was brought into a sandbox');
  });
});
