// The snippets of docs/embedding.md, events.md, appearance.md and hosted.md, run as a reader would run them: what each says
// that it does, it does. The others are parsed by e2e/docs.test.mjs.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { DIST, eventually, merchantPage, problem, suite } from '../harness/index.mjs';
import { refused, watch } from '../harness/policy.mjs';

/** The one snippet of a page of docs/ that has this text in it. */
const snippet = (page, has) => {
  const text = readFileSync(new URL(`../../docs/${page}.md`, import.meta.url), 'utf8');
  const found = [...text.matchAll(/^```(?:html|js)\n([\s\S]*?)^```$/gm)].map(([, code]) => code).filter((code) => code.includes(has));
  assert.equal(found.length, 1, `${page}.md has one snippet with ${has}`);
  return found[0];
};
/** A script of the merchant's own, after the element. */
const script = (page, has) => `<script type="module">${snippet(page, has)}</script>`;
/** The hash of the glue, which a reader takes from the package. */
const [GLUE] = /sha256-[^"]+/.exec(readFileSync(path.join(DIST, 'preload.html'), 'utf8'));
/** A page with a snippet of HTML in it, from the CDN of that site. */
const html = (has, more = () => '') => (site) => `<!doctype html><html lang="en"><title>Corner Store</title>${more(site)}
${snippet('embedding', has).replaceAll('https://cdn.example', site.cdn).replaceAll('sha256-…', GLUE)}`;
const loader = ({ cdn }) => `<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>`;

suite('a snippet of embedding.md', (it) => {
  it('with the two tags shows the review', { page: html('Reconnect your bank</a>') }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create')[0].body.account, 'fca_123');
  });

  it('with a trigger opens the modal', { page: html('slot="trigger"', loader) }, async (world, widget) => {
    await eventually('the button opens it', async () => {
      await world.page.getByRole('button', { name: 'Reconnect' }).click();
      return widget.host.evaluate((host) => host.open);
    });
    await widget.reaches('review');
  });

  it('with a token sends it', { after: script('embedding', 'currentToken'), pages: { '/token': '{"token":"today"}' } }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(world.backend.calls('create')[0].headers.authorization, 'Bearer today');
  });
});

// In a browser of its own: see beforehand.test.mjs.
suite('the snippet of embedding.md that loads ahead', (it) => {
  it('fetches what the widget needs, once', {
    page: html('modulepreload', merchantPage), routes: false, keeps: 'public, max-age=31536000, immutable',
  }, async (world, widget) => {
    await widget.reaches('review');
    for (const name of ['relink-widget-glue.js', 'relink-widget_bg.wasm', 'relink-widget.css', 'relink-widget.en.txt']) {
      assert.equal(world.site.fetched.filter((file) => file === name).length, 1, name);
    }
  });
});

suite('a snippet of events.md', (it) => {
  it('that awaits the end loads the page again after a success', { after: script('events', 'switch (end.type)') }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    const loaded = () => world.page.evaluate(() => performance.getEntriesByType('navigation')[0].type).catch(() => null);
    await eventually('the page is loaded again', async () => (await loaded()) === 'reload');
  });

  it('with a banner hides it once all is well', {
    before: '<p id="reconnect-banner">Your bank is disconnected</p>', after: script('events', 'reconnect-banner'),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(await world.page.locator('#reconnect-banner').isVisible(), true);
    await widget.forward();
    await world.theEnd('relink-success');
    await world.page.locator('#reconnect-banner').waitFor({ state: 'hidden' });
  });

  it('for analytics posts each name with its time', { after: script('events', '/analytics') }, async (world, widget) => {
    await widget.reaches('review');
    await eventually('it is posted', () => world.site.posted.length > 0);
    const { path: to, body: { name, timestamp, error_code, flow, reason, attempt } } = world.site.posted[0];
    assert.deepEqual({ to, name, error_code, reason, attempt }, { to: '/analytics', name: 'open', error_code: null, reason: 'access_expired', attempt: 1 });
    assert.ok(typeof timestamp === 'number' && flow.startsWith('flow_'));
  });

  it('for a customer who is signed out leads to the sign-in and back', {
    after: script('events', 'not_authenticated'), backend: { create: () => problem(401, 'not_authenticated') },
  }, async (world) => {
    await world.page.waitForURL('**/sign-in?back=%2F');
  });

  it('with a button for each account relinks that one, and takes its button away', {
    page: (site) => merchantPage(site, {
      element: 'display="modal"', before: '<button data-account="fca_7">Repair</button>', after: script('events', 'dataset.account'),
    }),
  }, async (world, widget) => {
    await world.page.getByRole('button', { name: 'Repair' }).click();
    await widget.reaches('review');
    assert.equal(world.backend.calls('create')[0].body.account, 'fca_7');
    await widget.forward();
    await world.theEnd('relink-success');
    await world.page.locator('button[data-account]').waitFor({ state: 'detached' });
  });
});

const ROWS = [
  { name: 'open', error_code: null, final: null }, { name: 'open', error_code: 'forbidden', final: true }, { name: 'consent_acquired' },
  { name: 'error', error_code: 'no_account', final: false }, { name: 'error', error_code: 'forbidden', final: true }, { name: 'cancel' }, { name: 'newer' },
].map((one) => ({ error_code: null, final: null, flow: 'flow_1', timestamp: 1_795_000_000_000, reason: null, handoff: null, institution_name: null, attempt: 1, elapsed_ms: 7, ...one }));
/** What a page's analytics were told, as their globals are called, of a whole flow and then of those rows. */
const rowsOf = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
  await world.theEnd('relink-success');
  await world.page.evaluate((rows) => rows.forEach((detail) => document.dispatchEvent(new CustomEvent('relink-event', { detail }))), ROWS);
  return world.page.evaluate(() => window.rows);
};

suite('a snippet of analytics.md', (it) => {
  it('gives Segment a funnel of one flow, and tells apart what begins or ends with an error', {
    head: '<script>window.rows = []; window.analytics = { track: (...row) => window.rows.push(row) };</script>', after: script('analytics', 'analytics.track'),
  }, async (world, widget) => {
    const rows = await rowsOf(world, widget);
    assert.deepEqual(rows.map(([name]) => name), [
      'Relink Opened', 'Relink Consented', 'Relink Bank Opened', 'Relink Bank Authorized', 'Relink Accounts Selected', 'Relink Succeeded',
      'Relink Opened', 'Relink Blocked', 'Relink Consented', 'Relink Stumbled', 'Relink Failed', 'Relink Cancelled', 'Relink newer',
    ]);
    const funnel = rows.slice(0, 6);
    assert.equal(new Set(funnel.map(([, { flow }]) => flow)).size, 1);
    assert.equal(new Set(rows.map(([, , { messageId }]) => messageId)).size, rows.length);
    for (const [, properties] of funnel) assert.deepEqual([properties.reason, properties.handoff, properties.attempt, properties.session], ['access_expired', 'stripe_js', 1, undefined]);
  });

  it('gives Google Analytics names and parameters within its limits', {
    head: '<script>window.rows = []; window.gtag = (...row) => window.rows.push(row);</script>', after: script('analytics', 'window.gtag'),
  }, async (world, widget) => {
    const rows = await rowsOf(world, widget);
    assert.deepEqual(rows.map(([, name]) => name), [
      'relink_open', 'relink_consent_acquired', 'relink_flow_launched_in_browser', 'relink_institution_authorized', 'relink_accounts_selected', 'relink_success',
      'relink_open', 'relink_blocked', 'relink_consent_acquired', 'relink_error', 'relink_failed', 'relink_cancel', 'relink_newer',
    ]);
    for (const [kind, name, parameters] of rows) {
      assert.ok(kind === 'event' && name.length <= 40);
      for (const [key, value] of Object.entries(parameters)) assert.ok(key.length <= 40 && (typeof value === 'number' || value.length <= 100), key);
    }
    assert.equal(rows[0][2].relink_reason, 'access_expired');
  });
});

suite('the page with a nonce and strict-dynamic', (it) => {
  const policy = /```http\n(Content-Security-Policy:[^`]*nonce-r4nd0m[^`]*)```/.exec(readFileSync(new URL('../../docs/embedding.md', import.meta.url), 'utf8'))[1];
  const value = (site) => policy.replace('Content-Security-Policy:', '').replace(/\s+/g, ' ').trim().replaceAll('https://cdn.example', site.cdn);
  it('relinks, Stripe.js too, and a script without the nonce is refused', {
    page: (site) => `${html('nonce="r4nd0m"')(site)}<script>window.planted = true</script>`, headers: (site) => ({ 'content-security-policy': value(site) }), init: watch,
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.equal(world.stripeLoads, 1);
    assert.equal(await world.page.evaluate(() => window.planted), undefined);
    const said = await refused(world);
    assert.equal(said.length, 1, JSON.stringify(said));
  });
});

suite('the snippet of appearance.md', (it) => {
  it('gives the element the theme of the page', {
    after: `<script>document.documentElement.dataset.theme = 'dark';</script>${script('appearance', 'dataset.theme')}`,
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(await widget.host.getAttribute('theme'), 'dark');
  });
});

test('the snippet of hosted.md believes what the merchant signed, and no other body, secret or time', async () => {
  const { isFromTheMerchant } = await import(`data:text/javascript,${encodeURIComponent(snippet('hosted', 'isFromTheMerchant'))}`);
  const [body, secret] = ['{"type":"hosted_relink.succeeded"}', 'hosted-secret'];
  // As crates/relink-signature makes it, whose own test has a tag of another implementation.
  const signed = (time) => `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
  const now = Math.floor(Date.now() / 1000);
  assert.equal(isFromTheMerchant(signed(now), body, secret), true);
  assert.equal(isFromTheMerchant(signed(now), body.replace('succeeded', 'expired'), secret), false);
  assert.equal(isFromTheMerchant(signed(now), body, 'another'), false);
  assert.equal(isFromTheMerchant(signed(now - 400), body, secret), false);
  assert.equal(isFromTheMerchant('nothing', body, secret), false);
});
