// No view mixes two languages: each is brought up in English, translated by a program or not, and then `lang` changes. What
// it says must be what the same view says where it was German from the first moment, its names for a screen reader too.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  account, active, activeSavings, anyAccount, becomes, collected, confirming, eventually, failed, hang, hostedAt, problem, savings, says, session, suite,
} from '../harness/index.mjs';
import { World } from '../harness/world.mjs';
import { PROGRAMS, run } from './situations/translated.mjs';

const LATER = { headers: { 'retry-after': '120' } };
const TEN_DAYS = Math.floor(Date.now() / 1000) + 10 * 86_400;
const two = { stripe: () => collected(active(), activeSavings()), backend: { session: anyAccount({ accounts: [account(), savings()] }) } };
const NAMES = ['Everyday', 'Holiday', 'Rent', 'Car', 'Rainy day', 'Gifts', 'Tools', 'Garden', 'Books', 'Music', 'Travel', 'School'];
const DOZEN = NAMES.map((name, nth) => ({ id: `fca_${nth + 1}`, display_name: name, last4: String(1000 + nth) }));
const ending = (changes) => active({ account_numbers: [{ identifier_type: 'tokenized_account_number', status: 'transactable', expected_expiry_date: TEN_DAYS }], ...changes });
const forth = async (world, widget) => {
  await widget.reaches('review');
  await widget.forward();
};
const sought = (what) => async (world, widget) => {
  await forth(world, widget);
  await widget.reaches('selecting');
  await widget.host.locator('input[type=search]').fill(what);
};

/** A view that says more after some seconds is looked at when it has said that. */
const later = (part, go = forth) => async (world, widget) => {
  await go(world, widget);
  await eventually(`there is a ${part}`, async () => await widget.host.locator(part).count() > 0);
};
const AGAIN = '[data-pane=at-bank] [part~=primary-button]';
const LONG = '[data-pane=saving] .lead';

const worded = async (widget, lang) => {
  await widget.host.evaluate((host, to) => { host.lang = to; }, lang);
  await becomes('the language', lang, () => widget.part('surface').getAttribute('lang'));
};

/** By name: the pane that is looked at, the world, and the way there. */
const VIEWS = {
  'a session on its way': { pane: 'loading', backend: { create: () => hang }, go: (world, widget) => eventually('it says so', async () => await widget.part('spinner').count() > 0) },
  'why, and what is shared': { pane: 'review' },
  'why, and two accounts': { pane: 'review', backend: { session: anyAccount({ accounts: [account(), savings({ status_details: { inactive: { cause: 'access_denied', action: 'relink_required' } } })] }) } },
  'a number that ends on a day': { pane: 'review', backend: { session: session({ accounts: [ending()] }) } },
  'a permission that is missing, for one of two accounts': { pane: 'review', backend: { session: anyAccount({ accounts: [active({ permissions: ['payment_method'] }), savings()], permissions: ['payment_method', 'balances', 'transactions', 'ownership'] }) } },
  'what is agreed to without a bank': { pane: 'review', backend: { session: confirming() } },
  'why, while the browser is offline': { pane: 'review', go: async (world, widget) => {
    await widget.reaches('review');
    // Words that were never fetched cannot be had offline.
    for (const lang of ['de', 'ar', (await widget.part('surface').getAttribute('lang'))]) await worded(widget, lang);
    await world.context.setOffline(true);
    await eventually('it is said', async () => await widget.host.locator('.offline').count() > 0);
  } },
  'the bank in front of the page': { pane: 'at-bank', stripe: () => new Promise(() => {}), go: later(AGAIN) },
  'the bank in a window': { pane: 'at-bank', setUp: (world) => { world.backend.template = hostedAt(world.site); }, go: later(AGAIN) },
  'the bank\'s window was closed, and what came of it is asked': {
    pane: 'checking', backend: { read: ({ backend }) => (backend.isLeft ? hang : undefined) }, setUp: (world) => { world.backend.template = hostedAt(world.site); }, go: async (world, widget) => {
      await forth(world, widget);
      await eventually('the window is there', () => world.context.pages().length > 1);
      world.backend.isLeft = true;
      await world.context.pages()[1].close();
    },
  },
  'the choice was made at the bank, and is on its way': { pane: 'saving', backend: { complete: () => hang }, go: later(LONG) },
  'a bank that has trouble': { pane: 'review', backend: { session: session({ institution: { id: 'fcinst_1', name: 'Harbour Bank', logo_url: null, status: 'degraded' } }) } },
  'the bank did not open': { pane: 'review', stripe: () => ({ throws: 'refused' }), go: async (world, widget) => {
    await forth(world, widget);
    await eventually('it is told', async () => (await world.events('relink-error')).length > 0);
  } },
  'two accounts to choose from': { pane: 'choose', ...two, go: forth },
  'a dozen to choose from': { pane: 'choose', stripe: () => collected(...DOZEN.map(active)), backend: { session: anyAccount({ accounts: DOZEN.map(account) }) }, go: sought('o') },
  'a dozen, and none of that name': { pane: 'choose', stripe: () => collected(...DOZEN.map(active)), backend: { session: anyAccount({ accounts: DOZEN.map(account), limits: null }) }, go: sought('zz') },
  'the choice is on its way': { pane: 'saving', ...two, backend: { ...two.backend, complete: () => hang }, go: later(LONG, async (world, widget) => {
    await forth(world, widget);
    await widget.choose('Everyday Checking');
    await widget.forward();
  }) },
  'another account came back': { pane: 'wrong-account', stripe: () => collected(active({ id: 'fca_9', display_name: 'Holiday', last4: '9999' })), backend: { complete: ({ session: known }) => says(failed(known, 'no_account')) }, go: forth },
  'it is done': { pane: 'done', go: forth },
  'nothing was to be done': { pane: 'done', backend: { session: session({ accounts: [active()] }) } },
  'an account that is closed': { pane: 'not-repairable', backend: { session: session({ accounts: [account({ status_details: { inactive: { cause: 'account_closed', action: 'none' } } })] }) } },
  'the shop is down': { pane: 'problem', backend: { create: () => problem(503, 'provider_unavailable', LATER) } },
  'the customer is signed out': { pane: 'problem', backend: { create: () => problem(401, 'not_authenticated') } },
  'a session that nobody knows': { pane: 'problem', backend: { create: () => problem(404, 'session_not_found') } },
  'whether to leave': { pane: 'leave', ...two, go: async (world, widget) => {
    await forth(world, widget);
    await widget.reaches('selecting');
    await widget.out();
  } },
  'it was left': { pane: 'given-up', go: async (world, widget) => {
    await widget.reaches('review');
    await widget.out();
  } },
};

/** All that is said: the texts, one by one, and the names and hints that are not texts. The announcements are not part of it:
 * they are heard when they are made. */
const said = (host) => {
  const surface = host.shadowRoot.querySelector('[part~=surface]');
  const walker = document.createTreeWalker(surface, NodeFilter.SHOW_TEXT, (node) => (node.parentElement.closest('[data-live]') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
  let text = '';
  while (walker.nextNode()) text += walker.currentNode.data;
  const names = [...surface.querySelectorAll('*')].flatMap((one) => ['aria-label', 'placeholder', 'title', 'alt', 'aria-description', 'aria-valuetext'].map((name) => one.getAttribute(name)).filter(Boolean));
  return { text: text.replaceAll(/\s+/g, ' ').trim(), names, lang: surface.lang, heading: surface.querySelector('[data-pane]')?.dataset.pane };
};
const plain = ({ text, ...rest }) => ({ text: text.replaceAll(/[«»]/g, ''), ...rest });
const arrives = async (world, widget, { pane, go = async () => {} }) => {
  await go(world, widget);
  await eventually(`it is ${pane}, and says something`, async () => {
    const { heading, text } = await widget.host.evaluate(said).catch(() => ({}));
    return heading === pane && text && !await widget.host.locator('.quiet').count();
  });
  // What a view says of itself may come a moment later: until it says the same twice.
  let before;
  await eventually('it has said all', async () => {
    const now = JSON.stringify(await widget.host.evaluate(said));
    const isSame = now === before;
    before = now;
    return isSame;
  });
};

suite('no view mixes two languages', (it) => {
  for (const [name, { go, pane, ...scenario }] of Object.entries(VIEWS)) {
    it(name, { ...scenario, patience: 90_000 }, async (world, widget) => {
      const native = await World.open(world.context.browser(), { ...scenario, element: 'lang="de"' });
      let german;
      try {
        await arrives(native, native.widget(), { pane, go });
        german = await native.widget().host.evaluate(said);
      } finally {
        await native.end();
      }
      assert.equal(german.lang, 'de');
      await arrives(world, widget, { pane, go });
      const english = await widget.host.evaluate(said);
      assert.notEqual(english.text, german.text);
      const speaks = async (lang, expected, seen = (now) => now) => {
        await widget.host.evaluate((host, to) => { host.lang = to; }, lang);
        await becomes(`what is said in ${lang}`, expected, async () => seen(await widget.host.evaluate(said)), 5_000);
      };
      await speaks('de', german);
      await speaks('en', english);
      for (const program of Object.values(PROGRAMS)) {
        await world.page.evaluate(`${run(program, false)}; stopTranslating()`);
        await speaks('de', german);
        await speaks('en', english);
        // And where it goes on translating.
        await world.page.evaluate(run(program, false));
        await speaks('de', german, plain);
        await world.page.evaluate('stopTranslating()');
        await speaks('en', english);
        await speaks('ar', 'ar', ({ lang }) => lang);
        await speaks('en', english);
      }
    });
  }
});

test('every view was looked at', async () => {
  const source = await readFile(new URL('../../src/panes/mod.rs', import.meta.url), 'utf8');
  const all = [...source.matchAll(/=> \("([a-z-]+)", /g)].map(([, name]) => name);
  assert.ok(all.length > 10);
  assert.deepEqual(all.filter((name) => !Object.values(VIEWS).some(({ pane }) => pane === name)), []);
});
