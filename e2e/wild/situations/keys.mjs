// Keys: pressed twice, held, composed, or meant for somebody else.
import assert from 'node:assert/strict';
import { active, activeSavings, anyAccount, account, becomes, collected, eventually, merchantPage } from '../../harness/index.mjs';

const modal = (site) => merchantPage(site, { element: 'display="modal"' }).replace('></relink-widget>', '><button id="trigger" slot="trigger">Reconnect</button></relink-widget>');
const never = () => new Promise(() => {});
const focusIsOn = (widget) => widget.host.evaluate((host) => host.shadowRoot.activeElement?.getAttribute('part') ?? host.shadowRoot.activeElement?.localName ?? null);
const MANY = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Epsilon', 'Zeta', 'Eta', 'Theta', 'Iota'].map((name, nth) => ({ id: `fca_${nth + 1}`, display_name: name, last4: `100${nth}` }));
/**
 * Nine accounts to choose from, enough for a search. All were linked before, so all are chosen already and none leaves the list: what is
 * found stands first.
 */
const choosing = {
  stripe: () => collected(...MANY.map(active)),
  backend: { session: anyAccount({ accounts: MANY.map(account), limits: null }) },
};

/** Goes to the choice and types in the search, which shows every letter. Answers the field. */
const typesInTheSearch = async ({ page }, widget, letters) => {
  await widget.reaches('review');
  await widget.forward();
  await widget.reaches('selecting');
  const field = widget.host.locator('input[type=search]');
  await field.click();
  await page.keyboard.type(letters);
  assert.equal(await field.inputValue(), letters);
  return field;
};

const options = (widget) => widget.part('account-option').allInnerTexts();
/** The search has one result, which stands first, before what is chosen and was not sought. */
const isFound = async (widget, name) => {
  await becomes('the first option', true, async () => (await options(widget))[0].includes(name));
  assert.equal((await options(widget)).length, MANY.length);
  assert.match(await widget.host.locator('.search [role=status]').innerText(), /^1 /);
};

/** Stays at the bank: nothing is cancelled, in the page or at the backend. */
async function staysAtTheBank(world, widget) {
  await widget.reaches('authorizing');
  assert.deepEqual(await world.ends(), []);
  assert.equal(world.backend.calls('cancel').length, 0);
}
async function atTheButton(world, widget) {
  await world.page.click('#trigger');
  await widget.shows('Continue to Harbour Bank');
  await widget.part('primary-button').first().focus();
}

export const keys = [
  ...[
    ['Enter twice', async ({ keyboard }) => { await keyboard.press('Enter'); await keyboard.press('Enter'); }],
    ['Space twice', async ({ keyboard }) => { await keyboard.press('Space'); await keyboard.press('Space'); }],
    ['Enter held down', async ({ keyboard }) => { for (let nth = 0; nth < 12; nth += 1) await keyboard.down('Enter'); await keyboard.up('Enter'); }],
    ['Enter, and Escape once', async ({ keyboard }) => { await keyboard.press('Enter'); await keyboard.press('Escape'); }],
    ['Enter, and Escape twice', async ({ keyboard }) => { await keyboard.press('Enter'); await keyboard.press('Escape'); await keyboard.press('Escape'); }],
    ['Enter, and Escape held down', async ({ keyboard }) => { await keyboard.press('Enter'); for (let nth = 0; nth < 9; nth += 1) await keyboard.down('Escape'); }],
  ].flatMap(([name, press]) => ['which is there', 'which has to be loaded'].map((script) => ({
    situation: `${name} on "Continue", with Stripe.js ${script}`,
    expected: 'nothing is cancelled',
    scenario: {
      page: modal, stripe: never,
      ...script.includes('loaded') ? {} : { init: () => { window.Stripe = () => ({ collectFinancialConnectionsAccounts: (argument) => window.__stripe({ key: '', options: null, argument }) }); } },
    },
    run: async (world, widget) => {
      await atTheButton(world, widget);
      await press(world.page);
      await world.collected();
      // Once more when Stripe's layer is up, wherever focus fell.
      await world.page.keyboard.press('Enter');
      await staysAtTheBank(world, widget);
      assert.equal(world.collects.length, 1);
    },
  }))),
  {
    situation: 'Enter on the close button behind the bank\'s layer, where Tab had led',
    expected: 'a question first; "Keep going" is the way forward, "Leave anyway" leaves',
    scenario: { page: modal, stripe: never },
    run: async (world, widget) => {
      await atTheButton(world, widget);
      await world.page.keyboard.press('Enter');
      await world.collected();
      await widget.part('close-button').first().focus();
      await world.page.keyboard.press('Enter');
      await widget.shows('Leave before finishing?');
      await staysAtTheBank(world, widget);
      await widget.part('secondary-button').first().click();
      await world.theEnd('relink-cancel');
    },
  },
  {
    situation: 'a modal makes way for Stripe\'s layer, and comes back',
    expected: 'focus is on the heading each time',
    scenario: { page: modal, stripe: () => new Promise((done) => { globalThis.wildAnswer = () => done(collected(activeSavings())); }) },
    run: async (world, widget) => {
      await atTheButton(world, widget);
      await world.page.keyboard.press('Enter');
      await world.collected();
      await becomes('focus', 'heading', () => focusIsOn(widget));
      globalThis.wildAnswer();
      await eventually('it is back', () => widget.host.evaluate((host) => host.shadowRoot.querySelector('dialog').matches(':modal')));
      await becomes('focus', 'heading', () => focusIsOn(widget));
    },
  },
  {
    situation: 'the page has one-key shortcuts, and the customer types in the search',
    expected: 'the letters are in the field, and no shortcut fires; on a button they fire as before',
    scenario: { ...choosing, after: '<script>window.shortcuts = []; for (const name of ["keydown", "keypress", "keyup"]) document.addEventListener(name, (event) => { shortcuts.push(event.key); if (event.key.length === 1) event.preventDefault(); });</script>' },
    run: async (world, widget) => {
      await typesInTheSearch(world, widget, 'gam');
      assert.deepEqual(await world.page.evaluate(() => window.shortcuts), []);
      await isFound(widget, 'Gamma');
      await widget.part('close-button').first().focus();
      await world.page.keyboard.press('j');
      assert.ok((await world.page.evaluate(() => window.shortcuts)).includes('j'));
    },
  },
  {
    situation: 'the page forbids presses and selections outside of its own fields, as programs against copying do, and the customer presses the search and types',
    expected: 'the letters are in the field',
    scenario: { ...choosing, after: '<script>document.onmousedown = document.onselectstart = document.ontouchstart = ({ target }) => target.localName === "input";</script>' },
    run: async (world, widget) => {
      const field = await typesInTheSearch(world, widget, 'gam');
      await isFound(widget, 'Gamma');
      assert.equal(await field.evaluate((input) => input.dispatchEvent(new Event('touchstart', { bubbles: true, composed: true, cancelable: true }))), true);
    },
  },
  {
    situation: 'the element stands in a form of the page\'s that reads what is typed into it',
    expected: 'it hears nothing of what is typed and chosen in the widget',
    scenario: {
      ...choosing,
      page: (site) => merchantPage(site, { before: '<form id="form" onsubmit="return false">', after: '</form><script>window.read = []; for (const name of ["input", "beforeinput", "change"]) form.addEventListener(name, (event) => read.push(`${name} ${event.data}`));</script>' }),
    },
    run: async (world, widget) => {
      await widget.reaches('review');
      await widget.forward();
      await widget.reaches('selecting');
      await widget.host.locator('input[type=search]').fill('');
      await widget.host.locator('input[type=search]').focus();
      await world.page.keyboard.type('gam');
      await isFound(widget, 'Gamma');
      await widget.part('account-option').first().click();
      assert.deepEqual(await world.page.evaluate(() => window.read), []);
    },
  },
  ...['inline', 'modal'].map((display) => ({
    situation: `Escape in the search, ${display}: filled, then empty`,
    expected: 'clears what is typed first; only then it asks to leave',
    scenario: { ...choosing, ...display === 'modal' && { page: modal } },
    run: async (world, widget) => {
      if (display === 'modal') await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await widget.forward();
      await widget.reaches('selecting');
      const field = widget.host.locator('input[type=search]');
      await field.click();
      await world.page.keyboard.type('gam');
      await isFound(widget, 'Gamma');
      await world.page.keyboard.press('Escape');
      assert.equal(await field.inputValue(), '');
      await becomes('all are back in order', MANY.map((one) => one.display_name), async () => (await options(widget)).map((text) => MANY.find((one) => text.includes(one.display_name)).display_name));
      await widget.shows('Which accounts should');
      await world.page.keyboard.press('Escape');
      if (display === 'modal') await widget.shows('Leave before finishing?');
      else await widget.reaches('selecting');
    },
  })),
  {
    situation: 'Escape ends the composing of a character',
    expected: 'the modal stays, and what is typed too',
    scenario: { ...choosing, page: modal },
    run: async (world, widget) => {
      await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await widget.forward();
      await widget.reaches('selecting');
      const field = widget.host.locator('input[type=search]');
      await field.fill('g');
      await field.evaluate((input) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true, composed: true, cancelable: true })));
      assert.equal(await field.inputValue(), 'g');
      await widget.reaches('selecting');
      assert.equal((await widget.text()).includes('Leave before'), false);
    },
  },
];
