// docs/embedding.md, "In an iframe": the element in a page that a page of another site frames and sandboxes.
import assert from 'node:assert/strict';
import { eventually, hostedAt, merchantPage, suite, succeeded } from '../harness/index.mjs';
import { Widget } from '../harness/widget.mjs';

const framed = (sandbox) => (site, url) => (url.pathname === '/framed'
  ? merchantPage(site)
  : `<!doctype html><html lang="en"><title>Around</title><iframe title="Banks" width="900" height="900" sandbox="${sandbox}" src="${site.elsewhere}/framed"></iframe>`);
const inside = (world) => {
  const frame = world.page.frameLocator('iframe');
  const widget = new Widget(world.page);
  widget.host = frame.locator('relink-widget');
  return widget;
};
const ALL = 'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox';

suite('in a sandboxed frame of another site', (it) => {
  it('with the tokens that the docs list, a relink succeeds', { page: framed(ALL) }, async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await world.theEnd('relink-success');
  });

  it('with allow-scripts alone it succeeds as well, from an opaque origin', { page: framed('allow-scripts') }, async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await world.theEnd('relink-success');
    assert.equal(world.backend.calls('create')[0].headers.origin, 'null');
  });

  const hosted = (sandbox) => ({
    page: framed(sandbox),
    setUp: (world) => { world.backend.template = hostedAt(world.site); },
    agreed: ({ id, backend }) => backend.change(id, succeeded),
  });

  it('without allow-popups the bank\'s window is blocked, and an event says so', hosted('allow-scripts allow-same-origin'), async (world) => {
    await inside(world).reaches('review');
    await inside(world).forward();
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal((await world.events('relink-error'))[0].detail.code, 'popup_blocked');
  });

  it('with allow-popups it opens', hosted(ALL), async (world) => {
    await inside(world).reaches('review');
    const [bank] = await Promise.all([world.context.waitForEvent('page'), inside(world).forward()]);
    await bank.getByRole('button', { name: 'Agree' }).click();
    await world.theEnd('relink-success');
  });
});
