// A page that a program translates: what a row says and what its choice posts are one account. The property, over three
// hundred pages at random, is in tests/browser/translated.rs; here are the programs that customers have.
import assert from 'node:assert/strict';
import { account, active, anyAccount, becomes, collected, merchantPage } from '../../harness/index.mjs';

const NAMES = ['Everyday', 'Holiday', 'Rent', 'Car', 'Rainy day', 'Gifts', 'Tools', 'Garden', 'Books', 'Music', 'Travel', 'School'];
const ACCOUNTS = NAMES.map((name, nth) => ({ id: `fca_${nth + 1}`, display_name: name, last4: String(1000 + nth) }));

/** Translators, as far as they matter: each is told of a text node that may be translated. */
export const PROGRAMS = {
  'wraps each text in elements, as Google\'s does': (text) => {
    const [outer, inner] = [document.createElement('font'), document.createElement('font')];
    inner.textContent = `«${text.data}»`;
    outer.append(inner);
    text.replaceWith(outer);
  },
  'writes into the text nodes, as Firefox\'s does': (text) => { text.data = `«${text.data}»`; },
  'puts new text nodes in place of the old': (text) => text.replaceWith(`«${text.data}»`),
};
/** Runs a program over all that it may touch, now and whenever something changes. `rude` heeds no `translate="no"`. */
export const run = (program, rude) => `(() => {
  const program = ${program};
  const root = document.querySelector('relink-widget').shadowRoot;
  const go = () => {
    watcher.disconnect();
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      if (!text.data.trim() || text.data.startsWith('«') || (${!rude} && text.parentElement.closest('[translate=no]'))) continue;
      program(text);
    }
    watcher.observe(root, { childList: true, characterData: true, subtree: true });
  };
  const watcher = new MutationObserver(go);
  window.stopTranslating = () => watcher.disconnect();
  go();
})()`;

const choosing = {
  stripe: () => collected(...ACCOUNTS.map(active)),
  backend: { session: anyAccount({ accounts: ACCOUNTS.map(account), limits: { accounts: 1 } }) },
};
const rows = (widget) => widget.part('account-option').evaluateAll((all) => all.map((row) => row.textContent.replaceAll(/[«»]/g, '')));

export const translated = [
  ...Object.entries(PROGRAMS).flatMap(([name, program]) => [false, true].map((rude) => ({
    situation: `a program ${name}${rude ? ', names too' : ''}, and the customer searches and chooses`,
    expected: 'what was read is what is posted',
    scenario: choosing,
    run: async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
      await world.page.evaluate(run(program, rude));
      const field = widget.host.locator('input[type=search]');
      for (const [sought, found] of [['ol', null], ['rai', 'Rainy day'], ['', null], ['boo', 'Books']]) {
        await field.fill(sought);
        const fits = NAMES.filter((one) => one.toLowerCase().includes(sought));
        await becomes(`the rows for "${sought}"`, fits, async () => (await rows(widget)).map((row) => NAMES.find((one) => row.includes(one))));
        if (found) assert.equal(fits.includes(found), true);
      }
      await world.page.evaluate('stopTranslating()');
      const read = (await rows(widget))[0];
      const meant = ACCOUNTS.find((one) => read.includes(one.display_name));
      assert.ok(read.includes(meant.last4), read);
      await widget.part('account-option').first().click();
      await widget.forward();
      await world.theEnd('relink-success');
      assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: [meant.id] });
    },
  }))),
  {
    situation: 'a program gives two rows each other\'s names, on a page whose own MutationObserver does not work',
    expected: 'the next drawing gives each its own again',
    // The driver needs one that works.
    scenario: { ...choosing, init: { content: `window.MutationObserver = class extends MutationObserver {
      constructor(...given) { super(...given); if (new Error().stack.includes('relink-widget')) throw new Error('none'); }
    };` } },
    run: async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
      await widget.host.evaluate((host) => {
        const [one, other] = [...host.shadowRoot.querySelectorAll('[part~="account-option"]')].map((row) => row.querySelector('.name bdi').firstChild);
        [one.data, other.data] = [other.data, one.data];
      });
      assert.match((await rows(widget))[0], /Holiday/);
      await widget.part('account-option').nth(4).click();
      await becomes('the rows', NAMES, async () => (await rows(widget)).map((row) => NAMES.find((one) => row.includes(one))));
    },
  },
  {
    situation: 'a program that heeds translate="no"',
    expected: 'leaves names, ends of numbers, dates and initials alone',
    scenario: {
      backend: { session: anyAccount({ accounts: [account({ status: 'active', status_details: { active: { action: 'relink_required', expected_deactivation_date: 1_797_000_000 } } })] }) },
    },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(run(PROGRAMS['writes into the text nodes, as Firefox\'s does'], false));
      const text = await widget.text();
      for (const kept of ['Harbour Bank', 'Everyday Checking', '•••• 1234']) assert.ok(text.includes(kept) && !text.includes(`«${kept}`), `${kept}: ${text}`);
      assert.ok(text.includes('«'), 'the rest is translated');
    },
  },
  {
    situation: 'the page changes `lang` after a program has translated it',
    expected: 'everything is in the new language',
    scenario: { page: (site) => merchantPage(site) },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(`${run(PROGRAMS['wraps each text in elements, as Google\'s does'], false)}; stopTranslating()`);
      await widget.host.evaluate((host) => { host.lang = 'de'; });
      await widget.shows('Weiter zu');
      const text = await widget.text();
      assert.equal(text.includes('«'), false, text);
      assert.equal(/Continue|Not now|will be able/.test(text), false, text);
    },
  },
  {
    situation: 'nothing changes on a translated page while the backend is asked in the background',
    expected: 'the translation stays',
    scenario: { page: (site) => merchantPage(site) },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(`${run(PROGRAMS['wraps each text in elements, as Google\'s does'], false)}; stopTranslating()`);
      // What is said aloud is cleared after a while.
      const shown = () => widget.host.locator('[data-pane]').innerText();
      const before = await shown();
      await world.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      await world.page.evaluate(() => new BroadcastChannel('relink-widget').postMessage({ session: 'rls_1' }));
      await world.asked('read', 1);
      await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      assert.equal(await shown(), before);
    },
  },
  {
    situation: 'a program that puts marks around each text, twice as large as usual, on a screen of 320 px',
    expected: 'nothing is wider than its place: the mark of the bank makes room for the account\'s number',
    scenario: {
      context: { viewport: { width: 320, height: 640 } },
      page: (site) => merchantPage(site, { head: '<style>html { font-size: 200% }</style>' }),
      backend: { session: anyAccount({ accounts: ACCOUNTS.slice(0, 2).map((one) => account({ ...one, display_name: 'Everyday Checking' })) }) },
    },
    run: async (world, widget) => {
      await widget.reaches('review');
      await world.page.evaluate(run(PROGRAMS['wraps each text in elements, as Google\'s does'], true));
      const [needs, has] = await widget.part('surface').evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
      assert.ok(needs <= has, `${needs} px in ${has}`);
      const digits = await widget.part('account').first().evaluate((card) => {
        const limit = card.getBoundingClientRect().right;
        return [...card.querySelectorAll('.mask')].every((mask) => mask.getBoundingClientRect().right < limit);
      });
      assert.ok(digits, 'the number is whole');
    },
  },
];
