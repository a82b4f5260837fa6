// Coming back to a page: out of the browser's own back-forward cache, and in the tab that was left for the bank. The
// cache is the real one. Decided: a modal that comes back from it stays beneath the bank's layer, which is as alive as the
// page is; it neither lies over the layer nor is cancelled behind it. On a page that was loaded anew the layer is gone,
// and so is a window's claim.
import assert from 'node:assert/strict';
import { active, becomes, collected, eventually, hostedAt, merchantPage, suite } from '../harness/index.mjs';
import { LAYER } from '../explore/features.mjs';

/** Stripe.js and the ends, as the page itself has them: nothing of the driver's goes through the cache in Firefox. */
const ALONE = `${LAYER}
window.__stripe = async () => (${JSON.stringify(collected(active()))});
window.ends = [];
for (const name of ['relink-success', 'relink-failure', 'relink-cancel']) addEventListener(name, () => window.ends.push(name));`;
const ends = (world) => world.page.evaluate(() => window.ends);

const AWAY = { '/away': '<!doctype html><title>Away</title><h1>Away</h1>' };
const restored = 'window.addEventListener("pageshow", (event) => { window.__restored = event.persisted; });';
const modal = (site) => merchantPage(site, { element: 'display="modal"' }).replace('></relink-widget>', '><button id="trigger" slot="trigger">Reconnect</button></relink-widget>');

/** Leaves the page and comes back to it as it was. */
async function thereAndBack(world) {
  await world.page.goto(`${world.site.shop}/away`);
  await world.page.evaluate(() => { history.back(); }).catch(() => {});
  await eventually('it came from the cache', () => world.page.evaluate(() => window.__restored === true).catch(() => false));
}
// Firefox's driver finds nothing by a selector on a page that came out of the cache; a script of the page's own does.
const inside = (world, act) => world.page.evaluate(`(() => { const root = document.querySelector('relink-widget').shadowRoot; ${act} })()`);
const agreeIsReached = (world) => world.page.evaluate(() => document.elementFromPoint(innerWidth / 2 + 5, innerHeight / 2 + 5)?.id === 'agree');

suite('out of the back-forward cache', (it) => {
  for (const [display, page] of Object.entries({ 'an inline element': undefined, 'a modal': modal })) {
    it(`${display} comes back beneath the bank's layer: the layer is reached, nothing is cancelled, and it ends once`, {
      page, pages: AWAY, init: { content: `${ALONE} ${restored}` },
    }, async (world, widget) => {
      if (page) await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await widget.forward();
      await eventually('the layer is there', () => agreeIsReached(world));
      await thereAndBack(world);
      await world.asked('read', 1);
      assert.equal(await agreeIsReached(world), true, 'the layer is still on top');
      if (page) {
        assert.equal(await inside(world, 'return root.querySelector("dialog").matches(":modal")'), false, 'the modal stays beneath');
        await inside(world, 'root.querySelector("[part~=close-button]")?.focus()');
        await world.page.keyboard.press('Escape');
      }
      assert.deepEqual(await ends(world), []);
      assert.equal(world.backend.calls('cancel').length, 0);
      await world.page.evaluate('agree.click()');
      await becomes('the end', ['relink-success'], () => ends(world));
      assert.equal(world.backend.calls('complete').length, 1);
    });
  }

  it('a modal in its review comes back on top, after a look at the session, and goes on', {
    page: modal, pages: AWAY, init: { content: `${ALONE.replace('layer.firstChild.onclick = done;', 'done();')} ${restored}` },
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.shows('Continue to Harbour Bank');
    await thereAndBack(world);
    await world.asked('read', 1);
    await eventually('the review is back', () => inside(world, 'return root.querySelector("[part~=primary-button]")?.innerText.includes("Continue to Harbour Bank")'));
    assert.equal(await inside(world, 'return root.querySelector("dialog").matches(":modal")'), true);
    await inside(world, 'root.querySelector("[part~=primary-button]").click()');
    await becomes('the end', ['relink-success'], () => ends(world));
    assert.equal(world.backend.calls('create').length, 1);
  });

  it('a page that was released stays released', { page: modal, pages: AWAY, init: { content: restored } }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.shows('Continue to Harbour Bank');
    await widget.out();
    await world.theEnd('relink-cancel');
    await thereAndBack(world);
    assert.equal(await world.page.evaluate(() => getComputedStyle(document.documentElement).overflow), 'visible');
    assert.equal((await world.ends()).length, 1);
  });
}, { launch: { whole: true, ignoreDefaultArgs: ['--disable-back-forward-cache'] }, concurrency: 1 });

const PHONE = { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

suite('in the tab that was left for the bank', (it) => {
  it('with nothing done: no window is spoken of, for there was none, and the way leads to the bank again', {
    context: PHONE,
    setUp: (world) => { world.backend.template = hostedAt(world.site); },
    agreed: () => {},
    returnTo: (site) => `${site.shop}/`,
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.page.waitForURL('**/connect?session=rls_1');
    await world.page.click('text=Agree');
    await world.page.waitForURL(`${world.site.shop}/`);
    await widget.shows('If you haven’t finished there, go back.');
    assert.doesNotMatch(await widget.text(), /window/i);
    await becomes('the way forward', 'Continue to Harbour Bank', async () => (await widget.part('primary-button').first().innerText()).trim());
    await widget.forward();
    await world.page.waitForURL('**/connect?session=rls_1');
    assert.equal(world.site.visits.length, 2);
  });
});
