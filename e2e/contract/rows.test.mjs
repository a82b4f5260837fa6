// A thousand accounts to choose from. What one key or press has to do does not grow with them, and the last account is as near as
// the first: by Tab and arrow keys, by the search, by scrolling, and for a screen reader. Past 400 lines, since each of these
// ways has its rows.
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
    await becomes('the row is drawn', [ACCOUNTS[1].display_name], () => world.page.evaluate(() => window.__noticed().looked));
    assert.equal(await second.locator('input').isChecked(), true);
  });

  it('a click on one of which only one may be chosen draws two rows', ONE, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate(notice);
    const looked = () => world.page.evaluate(() => window.__noticed().looked);
    await widget.part('account-option').nth(3).click();
    await becomes('the row is drawn', [ACCOUNTS[3].display_name], looked);
    await widget.part('account-option').nth(1).click();
    await becomes('both rows are drawn', [ACCOUNTS[3].display_name, ACCOUNTS[1].display_name], looked);
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

/** In the page, at one go: writes into the search, one text after the other, as keys do that come before the next frame. */
const write = (host, texts) => {
  const field = host.shadowRoot.querySelector('input[type="search"]');
  for (const text of texts) {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
};
/** In the page: how many rows are not hidden. */
const unhidden = (host) => host.shadowRoot.querySelectorAll('[part~="account-option"]:not([hidden])').length;
/** In the page: `__changed` is what came of each change, of rows and of the count. */
const watchChanges = (host) => {
  const changed = { rows: [], counts: [] };
  const seen = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target.nodeType === 1 ? target : target.parentElement;
      if (element.matches('[part~="account-option"]')) changed.rows.push(element.querySelector('.name bdi').textContent);
      if (element.matches('.search [role=status]')) changed.counts.push(element.textContent);
    }
  });
  seen.observe(host.shadowRoot, { subtree: true, childList: true, attributes: true, characterData: true });
  window.__changed = changed;
};

suite('a thousand accounts: what the browser shows by itself is painted first', (it) => {
  it('the field shows the text, and the list follows after the next frame', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => {
      window.__rows = [];
      host.shadowRoot.querySelector('input[type="search"]').addEventListener('input', ({ target }) => {
        const look = () => window.__rows.push([target.value, target.getRootNode().querySelectorAll('[part~="account-option"]:not([hidden])').length]);
        look();
        requestAnimationFrame(look);
      });
    });
    await widget.host.evaluate(write, [LAST.display_name]);
    await becomes('the rows', 1, () => widget.host.evaluate(unhidden));
    assert.deepEqual(await world.page.evaluate(() => window.__rows), [[LAST.display_name, COUNT], [LAST.display_name, COUNT]]);
  });

  it('a box shows its mark and the way forward opens at once, and the row follows', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate(notice);
    const at = await widget.host.evaluate((host) => {
      const box = host.shadowRoot.querySelector('[part~="account-option"] input');
      box.click();
      return { isChosen: box.checked, isShut: host.shadowRoot.querySelector('[part~="primary-button"]').disabled, looked: window.__noticed().looked };
    });
    assert.deepEqual(at, { isChosen: true, isShut: false, looked: [] });
    await becomes('the row is drawn', [ACCOUNTS[0].display_name], () => world.page.evaluate(() => window.__noticed().looked));
  });

  it('two keys in one moment are one search, of which the count is said once', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate(watchChanges);
    await widget.host.evaluate(write, ['zz', 'rainy']);
    await becomes('the rows', fitting('rainy').length, () => widget.host.evaluate(unhidden));
    const { rows, counts } = await world.page.evaluate(() => window.__changed);
    const found = new Set(fitting('rainy'));
    assert.deepEqual(rows.sort(), fitting('').filter((one) => !found.has(one)));
    assert.equal(counts.length, 1, `${counts}`);
    assert.match(counts[0], /^250/);
  });

  it('Escape empties the field at once, and no row has gone meanwhile', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate(watchChanges);
    await widget.host.evaluate(write, ['rainy']);
    assert.equal(await widget.host.evaluate((host) => {
      const field = host.shadowRoot.querySelector('input[type="search"]');
      field.value = 'rainy d';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, composed: true, cancelable: true }));
      return field.value;
    }), '');
    await becomes('all rows', COUNT, () => widget.host.evaluate(unhidden));
    await field(widget).fill(LAST.display_name);
    await becomes('one row', 1, () => widget.host.evaluate(unhidden));
    await field(widget).press('Escape');
    await becomes('all rows', COUNT, () => widget.host.evaluate(unhidden));
    assert.equal(await widget.state(), 'selecting');
  });

  it('what is chosen counts for a button that is pressed in the same moment', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => {
      host.shadowRoot.querySelectorAll('[part~="account-option"] input')[7].click();
      host.shadowRoot.querySelector('[part~="primary-button"]').click();
    });
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: [ACCOUNTS[7].id] });
  });

  it('what may not be chosen any more is not, in the same moment either', scenario(2), async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => {
      const boxes = host.shadowRoot.querySelectorAll('[part~="account-option"] input');
      for (const nth of [3, 5, 8]) boxes[nth].click();
    });
    const chosen = () => widget.host.evaluate((host) =>
      [...host.shadowRoot.querySelectorAll('input:checked')].map((box) => box.closest('[part~="account-option"]').querySelector('.name bdi').textContent));
    await becomes('two are chosen', [ACCOUNTS[3].display_name, ACCOUNTS[5].display_name], chosen);
    await eventually('no more can be', () => widget.part('account-option').nth(8).locator('input').isDisabled());
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: [ACCOUNTS[3].id, ACCOUNTS[5].id] });
  });

  it('what stands in other words meanwhile stands in them whole', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => { host.lang = 'de'; });
    await widget.host.evaluate(write, ['rainy']);
    await widget.shows('250 Konten');
    await becomes('the rows', fitting('rainy').length, () => widget.host.evaluate(unhidden));
  });

  for (const [what, change] of [
    ['draws no frames, as in the background', () => { window.requestAnimationFrame = () => 0; }],
    ['has broken what asks for a frame', () => { window.requestAnimationFrame = () => { throw new Error('broken'); }; }],
    ['has stopped its frames and its timers', () => { window.requestAnimationFrame = window.setTimeout = () => 0; }],
  ]) {
    it(`the list follows where the page ${what}`, SEVERAL, async (world, widget) => {
      await choosing(widget);
      await world.page.evaluate(change);
      await widget.host.evaluate(write, ['rainy']);
      await becomes('the rows', fitting('rainy').length, () => widget.host.evaluate(unhidden));
      await widget.host.evaluate((host) => host.shadowRoot.querySelector('[part~="account-option"]:not([hidden]) input').click());
      await widget.forward();
      await world.theEnd('relink-success');
    });
  }

  it('a list that comes next is whole, although what was put off for the one before has not come', (() => ({
    ...SEVERAL,
    backend: {
      session: anyAccount({ limits: { accounts: null } }),
      complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined),
    },
  }))(), async (world, widget) => {
    await choosing(widget);
    // Nothing is ever painted, and the moment that is waited for otherwise never ends.
    await world.page.evaluate(() => {
      window.requestAnimationFrame = () => 0;
      AbortSignal.timeout = () => new AbortController().signal;
    });
    await widget.host.evaluate((host) => host.shadowRoot.querySelector('[part~="account-option"] input').click());
    await widget.host.evaluate(write, ['rainy']);
    await widget.forward();
    await world.asked('complete');
    await widget.reaches('review');
    await choosing(widget);
    assert.equal(await widget.host.evaluate(unhidden), COUNT);
    // It was put off: so is this search, for longer than the widget waits.
    await widget.host.evaluate(write, ['rainy']);
    await world.page.evaluate(() => new Promise((done) => setTimeout(done, 101)));
    assert.equal(await widget.host.evaluate(unhidden), COUNT);
  });

  it('once it is removed nothing follows, and one that comes back begins anew', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => {
      const inside = host.shadowRoot.querySelector('.choices');
      window.__changes = 0;
      new MutationObserver((records) => { window.__changes += records.length; }).observe(inside, { subtree: true, childList: true, attributes: true, characterData: true });
      const field = inside.querySelector('input[type="search"]');
      field.value = 'rainy';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      inside.querySelector('[part~="account-option"] input').click();
      window.__host = host;
      host.remove();
    });
    // A frame that is asked for later, and a timer that is asked for later and for longer than the widget's, come after its own.
    await world.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 101))));
    assert.equal(await world.page.evaluate(() => window.__changes), 0);
    await world.page.evaluate(() => document.body.append(window.__host));
    await choosing(widget);
    await becomes('all rows', COUNT, () => widget.host.evaluate(unhidden));
  });

  it('`close()` in the same moment ends the flow once', SEVERAL, async (world, widget) => {
    await choosing(widget);
    await widget.host.evaluate((host) => {
      const field = host.shadowRoot.querySelector('input[type="search"]');
      field.value = 'rainy';
      field.dispatchEvent(new InputEvent('input', { bubbles: true }));
      host.close();
    });
    await world.theEnd('relink-cancel');
    assert.equal(await widget.host.locator('input[type="search"]').count(), 0);
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
