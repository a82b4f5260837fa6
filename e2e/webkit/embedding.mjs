// The embedding checks in WebKit: what a page must be able to rely on, driven over WebDriver. What they say in full is in
// contract/, which runs in Chromium and Firefox; here is each promise once, and each way to break it that an engine decides.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  DIST, account, active, activeSavings, anyAccount, becomes, eventually, hostedAt, savings, says, seen, session, succeeded,
} from '../harness/index.mjs';
import { documented } from '../harness/policy.mjs';
import { Browser } from './driver.mjs';
import { Scene, page } from './scene.mjs';

const TAB = '\uE004';
const ENTER = '\uE007';
const ESCAPE = '\uE00C';
const RUNTIME = ['relink-widget-glue.js', 'relink-widget.css', 'relink-widget.en.txt', 'relink-widget_bg.wasm'];

let browser;
before(async () => {
  browser = await Browser.start();
});
after(() => browser?.stop());

const it = (name, scenario, run) => test(name, { timeout: 90_000 }, async () => {
  const scene = await Scene.open(browser, scenario);
  try {
    await run(scene);
  } catch (error) {
    error.message += `\nevents: ${JSON.stringify(await scene.heard().catch(String))}\nrequests: ${scene.backend.requests.map((request) => request.name).join(', ')}`;
    await scene.leave();
    throw error;
  }
  await scene.end();
});
const focused = () => browser.evaluate(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at?.getAttribute('part') ?? at?.id ?? '';
});

it('one script tag from another origin is enough for a whole relink, and its events come in order', {}, async (scene) => {
  assert.notEqual(new URL(scene.site.cdn).host, new URL(scene.site.shop).host);
  const end = await scene.relink();
  assert.equal(end.outcome, 'relinked');
  const names = (await scene.heard()).filter(({ name }) => name !== 'relink-event');
  assert.deepEqual(names.map(({ name, detail }) => detail.state ?? name), ['loading', 'review', 'relink-ready', 'authorizing', 'completing', 'succeeded', 'relink-success']);
  assert.deepEqual([...scene.fetched].sort(), [...RUNTIME, 'relink-widget.js'].sort());
});

it('a closed modal loads the loader alone; focus on its trigger loads the rest, once', {
  element: 'display="modal"', inside: '<button slot="trigger" id="trigger">Reconnect</button>',
}, async (scene) => {
  await browser.evaluate(() => customElements.whenDefined('relink-widget').then(() => true));
  assert.deepEqual(scene.fetched, ['relink-widget.js']);
  await browser.evaluate(() => document.getElementById('trigger').focus());
  await becomes('what was fetched', ['relink-widget.js', ...RUNTIME].sort(), () => [...scene.fetched].sort());
  assert.equal(scene.backend.requests.length, 0);
  assert.equal(await scene.state(), null);
});

it('a modal opens and closes by keyboard, takes focus, locks the page, and gives both back', {
  element: 'display="modal"', inside: '<button slot="trigger" id="trigger">Reconnect</button>', after: '<p style="height: 4000px">Long</p>',
}, async (scene) => {
  await browser.evaluate(() => document.getElementById('trigger').focus());
  await browser.keys(ENTER);
  await scene.reaches('review');
  await becomes('the heading has focus', 'heading', focused);
  assert.equal(await browser.evaluate(() => document.getElementById('one').open), true);
  await browser.keys(TAB);
  assert.match(await focused(), /button|link/);
  await browser.keys(ESCAPE);
  await scene.theEnd('relink-cancel');
  await eventually('it is closed', () => browser.evaluate(() => !document.getElementById('one').open));
  await becomes('the trigger has focus again', 'trigger', focused);
  assert.equal(await browser.evaluate(() => document.documentElement.style.overflow), '');
});

it('show() resolves with the event that ends the flow', { element: 'display="modal"', inside: '' }, async (scene) => {
  await browser.evaluate(() => { document.getElementById('one').show().then((end) => { window.end = end; }); });
  const { session: id } = await scene.relink();
  assert.deepEqual(await browser.evaluate(() => [window.end.type, window.end.session]), ['relink-success', id]);
});

it('under the policy that embedding.md lists, with Trusted Types, nothing is refused', {
  headers: documented({ more: "; require-trusted-types-for 'script'; trusted-types relink-widget relink-widget-glue" }),
}, async (scene) => {
  await scene.relink();
  assert.deepEqual(await scene.refused(), []);
});

for (const [without, code, what] of [
  ["script-src 'wasm-unsafe-eval'", 'unknown', /^script-src wasm-eval/],
  ['connect-src https://cdn.example', 'network_error', /^connect-src http:\/\/127\.0\.0\.1/],
  ["connect-src 'self'", 'network_error', /^connect-src http:\/\/localhost:\d+\/relink/],
]) {
  it(`without ${without} that alone is refused, and an event says so`, { headers: documented({ without }) }, async (scene) => {
    assert.equal((await scene.told()).code, code);
    const refused = await scene.refused();
    // WebKit refuses to compile, and reports nothing of it.
    assert.ok(refused.length > 0 || code === 'unknown');
    for (const report of refused) assert.match(report, what);
  });
}

it('a style that is not what was built is refused, the children stay, and restart() tries again', {
  file: (name, nth) => (name === 'relink-widget.css' && nth === 1 ? { status: 200, body: '.evil {}' } : undefined),
}, async (scene) => {
  assert.deepEqual([(await scene.told()).code, await scene.childrenAreSeen()], ['network_error', true]);
  await browser.evaluate(() => document.getElementById('one').restart());
  await scene.reaches('review');
  assert.equal(await scene.childrenAreSeen(), false);
});

it('glue that is not what was built is not run', {
  file: (name, nth) => (name === 'relink-widget-glue.js' && nth === 1 ? { status: 200, body: 'window.evil = true; export default () => {};', type: 'text/javascript' } : undefined),
}, async (scene) => {
  await scene.told();
  assert.deepEqual([await browser.evaluate(() => window.evil ?? null), await scene.childrenAreSeen()], [null, true]);
  await browser.evaluate(() => document.getElementById('one').restart());
  await scene.reaches('review');
});

/** A page that says beforehand what it will load, by the lines of the package. */
const preloading = (site) => page(site).replace('<script type="module"', `${readFileSync(path.join(DIST, 'preload.html'), 'utf8').replaceAll('"./', `"${site.cdn}/`)}$&`);

it('what the page preloads is fetched once', { page: preloading }, async (scene) => {
  await scene.relink();
  for (const name of RUNTIME) assert.equal(scene.fetched.filter((one) => one === name).length, 1, name);
});

it('preloaded glue that is not what was built is not run', {
  page: preloading,
  file: (name) => (name === 'relink-widget-glue.js' ? { status: 200, body: 'window.evil = true; export default () => {};', type: 'text/javascript' } : undefined),
}, async (scene) => {
  await scene.told();
  assert.equal(await browser.evaluate(() => window.evil ?? null), null);
});

it('the bank\'s window opens inside the click, cut off from its opener, and the session is the truth', {
  setUp: (scene) => { scene.backend.template = hostedAt(scene.site); },
  agreed: ({ id, backend }) => backend.change(id, succeeded),
}, async (scene) => {
  await scene.reaches('review');
  const [shop] = await browser.windows();
  await scene.press('primary-button');
  await eventually('a second window', async () => (await browser.windows()).length === 2);
  const [bank] = (await browser.windows()).filter((one) => one !== shop);
  await browser.switchTo(bank);
  await eventually('the bank is there', () => browser.evaluate(() => document.querySelector('button') !== null));
  assert.equal(await browser.evaluate(() => window.opener), null);
  await (await browser.evaluate(() => document.querySelector('button'))).click();
  await browser.switchTo(shop);
  assert.equal((await scene.theEnd('relink-success')).outcome, 'relinked');
});

it('loaded again, the same flow goes on, and ends once', {}, async (scene) => {
  await scene.reaches('review');
  await browser.reload();
  await scene.relink();
  assert.equal(scene.backend.calls('create').length, 1);
});

it('speaks the language of its attribute, from right to left where it is written so', {}, async (scene) => {
  await scene.shows('Reconnect Harbour Bank');
  await browser.evaluate(() => { document.getElementById('one').lang = 'ar'; });
  await eventually('it is Arabic', () => browser.evaluate(() => {
    const surface = document.getElementById('one').shadowRoot.querySelector('[part~="surface"]');
    return surface.lang === 'ar' && getComputedStyle(surface).direction === 'rtl' && !surface.innerText.includes('Reconnect');
  }));
});

it('two elements and a second script tag share one load', {
  page: (site) => page(site, { after: `<relink-widget id="two" endpoint="/relink" account="fca_2"></relink-widget>
<script type="module" src="${site.cdn}/relink-widget.js?again" crossorigin></script>` }),
}, async (scene) => {
  await scene.reaches('review');
  await browser.evaluate(() => document.getElementById('two').scrollIntoView());
  await scene.reaches('review', 'two');
  for (const name of RUNTIME) assert.equal(scene.fetched.filter((one) => one === name).length, 1, name);
});

it('an element far below loads and starts only when it comes near', { before: '<p style="height: 12000px">Far</p>' }, async (scene) => {
  await browser.evaluate(() => customElements.whenDefined('relink-widget').then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))));
  assert.deepEqual([scene.fetched, await scene.state()], [['relink-widget.js'], null]);
  await browser.evaluate(() => document.getElementById('one').scrollIntoView());
  await scene.reaches('review');
});

it('properties set before the class was there count, and a moved element goes on', {
  page: ({ cdn }) => `<!doctype html><html lang="en"><title>Late</title><script src="${cdn}/notes.js"></script><body><main></main><script>
const late = document.createElement('relink-widget');
Object.assign(late, { id: 'one', endpoint: '/relink', account: 'fca_late', headers: { 'X-Late': 'yes' } });
document.body.append(late);</script><script type="module" src="${cdn}/relink-widget.js" crossorigin></script></body></html>`,
}, async (scene) => {
  await scene.reaches('review');
  const [{ body, headers }] = scene.backend.calls('create');
  assert.deepEqual([body.account, headers['x-late']], ['fca_late', 'yes']);
  await browser.evaluate(() => document.querySelector('main').append(document.getElementById('one')));
  await scene.relink();
  assert.equal(scene.backend.calls('create').length, 1);
});

it('removed and put back it goes on; a copy starts a flow of its own', {}, async (scene) => {
  await scene.reaches('review');
  await browser.evaluate(async () => {
    const one = document.getElementById('one');
    const place = one.parentNode;
    one.remove();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    place.prepend(one);
    const copy = one.cloneNode(true);
    copy.id = 'copy';
    copy.account = 'fca_2';
    one.after(copy);
  });
  await scene.reaches('review');
  await scene.reaches('review', 'copy');
  assert.equal(scene.backend.calls('create').length, 2);
});

it('an account is chosen by keyboard where two came back', {
  backend: {
    session: anyAccount({ accounts: [account(), savings()] }),
    read: ({ session: known }) => says({ ...known, accounts: [active(), activeSavings()] }),
  },
}, async (scene) => {
  await browser.evaluate((accounts) => { window.accounts = accounts; }, [seen(active()), seen(activeSavings())]);
  await scene.reaches('review');
  await scene.press('primary-button');
  await scene.reaches('selecting');
  await (await browser.evaluate(() => document.getElementById('one').shadowRoot.querySelectorAll('input')[1])).type(' ');
  await scene.press('primary-button');
  assert.equal((await scene.theEnd('relink-success')).accounts[0].id, 'fca_2');
});

it('theme dark and light are drawn as asked, by a style sheet that is no inline style', {
  page: (site) => page(site, { element: 'theme="dark"' }), headers: documented(),
}, async (scene) => {
  await scene.reaches('review');
  const ground = () => browser.evaluate(() => getComputedStyle(document.getElementById('one').shadowRoot.querySelector('[part~="surface"]')).backgroundColor);
  await becomes('dark', 'rgb(20, 23, 31)', ground);
  await browser.evaluate(() => { document.getElementById('one').theme = 'light'; });
  await becomes('light', 'rgb(255, 255, 255)', ground);
  assert.equal(await browser.evaluate(() => document.getElementById('one').shadowRoot.querySelectorAll('[part~="surface"] [style], style').length), 0);
});

it('in a sandboxed frame of another site, with the tokens of embedding.md, a relink succeeds', {
  page: (site, url) => (url.pathname === '/framed'
    ? page(site)
    : `<!doctype html><html lang="en"><title>Around</title><script src="${site.cdn}/notes.js"></script><iframe title="Banks" width="900" height="700" sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox" src="${site.elsewhere}/framed"></iframe>`),
}, async (scene) => {
  await browser.frame(await browser.evaluate(() => document.querySelector('iframe')));
  await scene.relink();
});

it('where the script has not come nothing is shown and nothing moves', {
  page: ({ cdn }) => `<!doctype html><html lang="en"><title>Still</title><body><script src="${cdn}/notes.js"></script><p>Above</p>
<relink-widget id="one" endpoint="/relink" display="modal"></relink-widget><p id="below">Below</p><script>
const place = () => document.getElementById('below').getBoundingClientRect().top;
const first = place();
window.moved = customElements.whenDefined('relink-widget').then(() => place() - first);
</script><script type="module" src="${cdn}/relink-widget.js" crossorigin></script></body></html>`,
}, async () => {
  assert.equal(await browser.evaluate(() => window.moved), 0);
});

it('a session that expired is replaced once, silently', { backend: { session: (id) => (id === 'rls_1' ? session({ id, expires_in: 0 }) : session({ id })) } }, async (scene) => {
  await scene.relink();
  assert.equal(scene.backend.calls('create').length, 2);
});
