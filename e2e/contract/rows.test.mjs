// A thousand accounts to choose from. What one key or press has to do does not grow with them, and the last account is as near as
// the first: by Tab and arrow keys, by the search, by scrolling, and for a screen reader.
import assert from 'node:assert/strict';
import { ENGINE } from '../harness/browser.mjs';
import { active, anyAccount, becomes, collected, eventually, failed, merchantPage, says, suite } from '../harness/index.mjs';

const COUNT = 1000;
const NAMES = ['Everyday Checking', 'Rainy Day Savings', 'Joint Checking', 'Business Reserve'];
const ACCOUNTS = Array.from({ length: COUNT }, (_, nth) => active({
  id: `fca_many_${nth}`, display_name: `${NAMES[nth % NAMES.length]} ${nth}`, last4: String(1000 + nth),
}));
const LAST = ACCOUNTS.at(-1);
const scenario = (accounts, more = {}) => ({
  backend: { session: anyAccount({ limits: { accounts } }) }, stripe: () => collected(...ACCOUNTS), ...more,
});
const SEVERAL = scenario(null);
const ONE = scenario(1);

async function choosing(widget) {
  await widget.reaches('review');
  await widget.forward();
  await widget.reaches('selecting');
}
const field = (widget) => widget.host.locator('input[type="search"]');
const last = (widget) => widget.host.locator('[part~="account-option"]', { hasText: LAST.display_name });
const focused = (widget) => widget.host.evaluate((host) => host.shadowRoot.activeElement?.closest('[part~="account-option"]')?.textContent ?? '');

/** In the page: notes which rows are looked at, as drawing does that looks for changes, and which are changed. */
const notice = (host) => {
  const [looked, changed] = [new Set(), new Set()];
  const rowOf = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('[part~="account-option"]');
  const { get } = Object.getOwnPropertyDescriptor(Node.prototype, 'firstChild');
  Object.defineProperty(Node.prototype, 'firstChild', {
    configurable: true,
    get() {
      looked.add(rowOf(this));
      return get.call(this);
    },
  });
  const seen = new MutationObserver((records) => {
    for (const { target, addedNodes, removedNodes } of records) {
      changed.add(rowOf(target));
      for (const node of [...addedNodes, ...removedNodes]) changed.add(rowOf(node));
    }
  });
  seen.observe(host.shadowRoot, { subtree: true, childList: true, attributes: true, characterData: true });
  const texts = (rows) => [...rows].filter(Boolean).map((row) => row.querySelector('.name bdi').textContent).sort();
  window.__noticed = () => {
    const noticed = { looked: texts(looked), changed: texts(changed) };
    looked.clear();
    changed.clear();
    return noticed;
  };
};
/** The names on the rows that can be seen, from above. */
const shown = (widget) => widget.part('account-option').evaluateAll((rows) => rows.map((row) => row.querySelector('.name bdi').textContent));
const fitting = (sought) => ACCOUNTS.filter((one) => `harbour bank ${one.display_name} ${one.last4}`.toLowerCase().includes(sought)).map((one) => one.display_name).sort();

suite('a thousand accounts to choose from', (it) => {
  it('a click draws the row that was chosen, and no other', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate(notice);
    const second = widget.part('account-option').nth(1);
    await second.click();
    await eventually('it is chosen', () => second.locator('input').isChecked());
    const { looked } = await world.page.evaluate(() => window.__noticed());
    assert.deepEqual(looked, [ACCOUNTS[1].display_name]);
  });

  it('a click on one of which only one may be chosen draws two rows', ONE, async (world, widget) => {
    await choosing(widget);
    await widget.part('account-option').nth(3).click();
    await eventually('it is chosen', () => widget.part('account-option').nth(3).locator('input').isChecked());
    await widget.host.evaluate(notice);
    await widget.part('account-option').nth(1).click();
    await eventually('it is chosen', () => widget.part('account-option').nth(1).locator('input').isChecked());
    const { looked } = await world.page.evaluate(() => window.__noticed());
    assert.deepEqual(looked, [ACCOUNTS[3].display_name, ACCOUNTS[1].display_name]);
    assert.equal(await widget.host.locator('input:checked').count(), 1);
  });

  it('the search looks through what the bank shared last', (() => {
    let visits = 0;
    const second = ACCOUNTS.map((account) => ({ ...account, id: `${account.id}_b`, display_name: `Second ${account.display_name}` }));
    return {
      backend: {
        session: anyAccount({ limits: { accounts: 1 } }),
        complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined),
      },
      stripe: () => { visits += 1; return collected(...(visits % 2 ? ACCOUNTS : second)); },
    };
  })(), async (world, widget) => {
    await choosing(widget);
    await field(widget).fill('second');
    await eventually('nothing is found', async () => /^0|^No/.test(await widget.host.locator('.search [role=status]').innerText()));
    await field(widget).fill('');
    await widget.part('account-option').first().click();
    await widget.forward();
    await choosing(widget);
    await field(widget).fill('second rainy');
    await eventually('they are found', async () => /^250/.test(await widget.host.locator('.search [role=status]').innerText()));
  });

  it('what is pressed and not taken stands as it was', scenario(2), async (world, widget) => {
    await choosing(widget);
    for (const nth of [500, 700]) await widget.part('account-option').nth(nth).click();
    const third = widget.part('account-option').nth(300).locator('input');
    await eventually('no more can be chosen', () => third.isDisabled());
    // Somebody has made it possible to press it.
    await third.evaluate((input) => {
      input.disabled = false;
      input.click();
    });
    await eventually('it is not chosen', async () => !(await third.isChecked()));
    assert.equal(await widget.host.locator('input:checked').count(), 2);
  });

  it('a key in the search changes the rows that come or go, and no other, and each stays the element it was', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await field(widget).focus();
    await widget.host.evaluate((host) => { window.__rows = [...host.shadowRoot.querySelectorAll('[part~="account-option"]')]; });
    await widget.host.evaluate(notice);
    let before = new Set(fitting(''));
    let typed = '';
    for (const key of 'rainy day savings 997') {
      typed += key;
      await world.page.keyboard.press(key === ' ' ? 'Space' : key);
      const after = new Set(fitting(typed.trim()));
      await becomes(`the rows for "${typed}"`, after.size, () => widget.host.locator('[part~="account-option"]:visible').count());
      const { looked, changed } = await world.page.evaluate(() => window.__noticed());
      assert.deepEqual(changed, [...before].filter((one) => !after.has(one)).sort(), typed);
      assert.deepEqual(looked, [], typed);
      before = after;
    }
    await field(widget).fill('');
    await becomes('all are back', COUNT, () => widget.host.locator('[part~="account-option"]:visible').count());
    assert.equal(await widget.host.evaluate((host) => [...host.shadowRoot.querySelectorAll('[part~="account-option"]')].every((row, at) => row === window.__rows[at])), true);
  });

  it('what is found far apart is laid out at once, each row as high as it is', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await field(widget).fill('37');
    const found = fitting('37');
    assert.ok([37, 137, 937].every((nth) => found.includes(ACCOUNTS[nth].display_name)), `${found}`);
    await becomes('the rows', found.length, () => widget.part('account-option').count());
    const laidOut = await widget.part('account-option').evaluateAll((rows) => rows.filter((row) => row.checkVisibility({ contentVisibilityAuto: true })).length);
    assert.equal(laidOut, found.length);
  });

  it('rows are as wide as their place, also those that are not laid out yet', { ...SEVERAL, context: { viewport: { width: 360, height: 740 } } }, async (world, widget) => {
    await choosing(widget);
    const fits = () => widget.part('surface').first().evaluate((surface) => surface.scrollWidth <= surface.clientWidth && document.documentElement.scrollWidth <= innerWidth);
    assert.equal(await fits(), true);
    await world.page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight / 2));
    await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await fits(), true);
  });

  it('what is chosen and not sought stands below what is found, and goes back to its place', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.part('account-option').nth(1).click();
    await field(widget).fill(LAST.display_name);
    await becomes('the rows', [LAST.display_name, ACCOUNTS[1].display_name], () => shown(widget));
    await field(widget).fill('');
    await becomes('all are back in order', ACCOUNTS.map((one) => one.display_name), () => shown(widget));
    assert.equal(await widget.part('account-option').nth(1).locator('input').isChecked(), true);
  });

  it('is watched by the browser in a few boxes, not in a thousand', SEVERAL, async (world, widget) => {
    await choosing(widget);
    const boxes = await widget.host.evaluate((host) =>
      [...host.shadowRoot.querySelectorAll('*')].filter((one) => getComputedStyle(one).contentVisibility === 'auto').length);
    assert.ok(boxes > 0 && boxes <= COUNT / 10, `${boxes} boxes`);
  });

  it('a page that gives rows a display of its own sees no row that was not found', scenario(null, {
    page: (site) => merchantPage(site, { head: '<style>relink-widget::part(account-option) { display: grid }</style>' }),
  }), async (world, widget) => {
    await choosing(widget);
    await field(widget).fill(LAST.display_name);
    await becomes('one row', 1, () => widget.part('account-option').count());
  });

  it('the last is one Tab before the buttons, and can be chosen there', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.part('secondary-button').first().focus();
    await world.page.keyboard.press('Shift+Tab');
    // The way forward cannot be pressed yet.
    await eventually('focus is on the last', async () => (await focused(widget)).includes(LAST.display_name));
    const box = await last(widget).boundingBox();
    const height = world.page.viewportSize()?.height ?? 720;
    assert.ok(box.y >= 0 && box.y + box.height <= height, JSON.stringify(box));
    await world.page.keyboard.press('Space');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: [LAST.id] });
  });

  it('arrow keys lead from the first to the last and back', ONE, async (world, widget) => {
    await choosing(widget);
    await widget.part('account-option').first().locator('input').focus();
    await world.page.keyboard.press('ArrowUp');
    await eventually('the last is chosen', () => last(widget).locator('input').isChecked());
    assert.ok((await focused(widget)).includes(LAST.display_name));
    await world.page.keyboard.press('ArrowDown');
    await eventually('the first is chosen', () => widget.part('account-option').first().locator('input').isChecked());
  });

  it('the last is found by its number, and by scrolling to the end', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await field(widget).fill(LAST.last4);
    await becomes('it is found', 1, () => widget.part('account-option').count());
    assert.ok((await widget.part('account-option').first().innerText()).includes(LAST.display_name));
    await field(widget).fill('');
    await widget.part('heading').first().focus();
    await eventually('the last is where it can be pressed', async () => {
      await world.page.keyboard.press('End');
      return last(widget).evaluate((row) => {
        const { left, top, width, height } = row.getBoundingClientRect();
        return row.contains(row.getRootNode().elementFromPoint(left + width / 2, top + height / 2));
      });
    });
  });
});

if (ENGINE === 'chromium') {
  // As when a screen reader runs: without one, Chromium tells only of what is in sight.
  suite('a thousand accounts, read aloud', (it) => {
    it('are all there, and the last by its name', SEVERAL, async (world, widget) => {
      await choosing(widget);
      const cdp = await world.context.newCDPSession(world.page);
      const { nodes } = await cdp.send('Accessibility.getFullAXTree');
      const boxes = nodes.filter(({ role, ignored }) => !ignored && role?.value === 'checkbox').map(({ name }) => name.value);
      assert.equal(boxes.length, COUNT);
      assert.ok(ACCOUNTS.every((one, nth) => boxes[nth].includes(one.display_name)));
      assert.equal(boxes.at(-1), `${LAST.display_name} ending in ${[...LAST.last4].join(' ')}`);
    });
  }, { launch: { args: ['--force-renderer-accessibility'] } });
}
