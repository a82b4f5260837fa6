// docs/contract.md, section 1: `display="modal"`, `open` and the `trigger` slot; the page behind it is always given back.
import assert from 'node:assert/strict';
import { CANARY, becomes, collected, active, eventually, merchantPage, session, suite } from '../harness/index.mjs';

const MODAL = {
  page: (site) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script>
<body><h1>Accounts</h1><button id="other">Something else</button>
<relink-widget display="modal" endpoint="/relink" account="fca_1">
  <button id="trigger" slot="trigger">Reconnect</button>
</relink-widget><div style="height: 4000px"></div></body></html>`,
};

/** Where focus is: in the light page by id, inside the element by what has it. */
const focus = (page) => page.evaluate(() => {
  const outer = document.activeElement;
  const inner = outer?.shadowRoot?.activeElement;
  return inner ? `inside ${inner.closest('dialog') ? 'the dialog' : ''}`.trim() : outer?.id || outer?.localName;
});
const scrolls = async (page) => {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.mouse.move(20, 400);
  await page.mouse.wheel(0, 400);
  return page.evaluate(() => new Promise((done) => {
    let frames = 20;
    const look = () => (window.scrollY > 0 || --frames === 0 ? done(window.scrollY > 0) : requestAnimationFrame(look));
    look();
  }));
};
const isOpen = (widget) => widget.host.evaluate((host) => host.open);

suite('a modal', (it) => {
  it('opens by the merchant\'s own button in the trigger slot', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    assert.equal(await isOpen(widget), true);
    assert.equal(await widget.host.evaluate((host) => host.hasAttribute('open')), true);
    assert.equal(await widget.part('surface').isVisible(), true);
  });

  it('opens where the open attribute is set, and closes where it is removed', MODAL, async (world, widget) => {
    await widget.host.evaluate((host) => host.setAttribute('open', ''));
    await widget.reaches('review');
    await widget.host.evaluate((host) => host.removeAttribute('open'));
    await world.theEnd('relink-cancel');
    await becomes('nothing is on screen', 0, () => widget.part('surface').count());
  });

  it('is open at once where the page came with the attribute', {
    page: (site) => merchantPage(site, { element: 'display="modal" open' }),
  }, async (world, widget) => {
    await widget.reaches('review');
    assert.equal(await widget.part('surface').isVisible(), true);
  });

  for (const [reducedMotion, times, needs] of [['no-preference', [200]], ['reduce', [], 'a browser whose driver can ask for reduced motion']]) {
    it(`goes from one height to the next, with the motion that the customer wants, and the page hears of no error: ${reducedMotion}`, {
      ...MODAL, needs, init: () => { window.errors = []; window.addEventListener('error', ({ message }) => window.errors.push(message)); },
    }, async (world, widget) => {
      await world.page.emulateMedia({ reducedMotion });
      await world.page.click('#trigger');
      await widget.reaches('review');
      const found = await widget.host.evaluate(async (host) => {
        const dialog = host.shadowRoot.querySelector('dialog');
        const rest = () => Promise.allSettled(dialog.getAnimations().map((one) => one.finished));
        await rest();
        // Lower, as another view may be.
        dialog.querySelector('[part="body"]').hidden = true;
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        return dialog.getAnimations().map((one) => one.effect.getTiming().duration);
      });
      assert.deepEqual(found, times);
      assert.deepEqual(await world.page.evaluate(() => window.errors), []);
    });
  }

  for (const [how, again] of [
    ['by its property', (host) => { host.open = false; host.open = true; }],
    ['by its methods', (host) => { host.close(); host.show(); }],
    ['by who hears that it was left', (host) => {
      host.addEventListener('relink-cancel', () => host.show(), { once: true });
      host.close();
    }],
    ['by a restart where that is heard', (host) => {
      host.addEventListener('relink-cancel', () => host.restart(), { once: true });
      host.close();
    }],
  ]) {
    it(`closed and opened again in one breath, ${how}, is on screen with a flow of its own`, MODAL, async (world, widget) => {
      await world.page.click('#trigger');
      await widget.reaches('review');
      await widget.host.evaluate(again);
      await world.asked('create', 2);
      await widget.reaches('review');
      assert.equal(await isOpen(widget), true);
      assert.equal(await widget.part('surface').isVisible(), true);
      const end = widget.host.evaluate((host) => host.show());
      await widget.out();
      const { flow, ...detail } = await end;
      assert.deepEqual(detail, { type: 'relink-cancel', session: 'rls_2', state: 'review' });
      const flows = new Set(world.heard.map((event) => event.detail.flow));
      assert.ok(flows.size === 2 && flows.has(flow), `each flow has an id of its own: ${[...flows]}`);
    });
  }

  it('cancelled and shown again makes a session of its own, whichever the page named', {
    page: (site) => merchantPage(site, { element: 'display="modal" session="rls_named"' }),
    backend: { existing: session({ id: 'rls_named' }) },
  }, async (world, widget) => {
    await widget.host.evaluate((host) => void host.show());
    await widget.reaches('review');
    await widget.out();
    await world.theEnd('relink-cancel');
    await widget.host.evaluate((host) => void host.show());
    await widget.reaches('review');
    assert.equal(world.backend.calls('create').length, 1);
    assert.deepEqual((await world.ends()).map((end) => end.name), ['relink-cancel']);
  });

  it('that waits for its session is as high as the review to come', {
    ...MODAL,
    context: { viewport: { width: 360, height: 740 } },
    backend: { create: ({ backend }) => new Promise((answer) => { backend.answer1 = answer; }) },
  }, async (world, widget) => {
    const box = () => widget.part('surface').evaluate((surface) => surface.closest('dialog').getBoundingClientRect().height);
    await world.page.click('#trigger');
    await world.asked('create');
    const waiting = await box();
    world.backend.answer1();
    await widget.reaches('review');
    await eventually('the review is there', () => widget.part('primary-button').first().isVisible());
    assert.ok(Math.abs(await box() - waiting) < 16, `${waiting} px, then ${await box()}`);
  });

  it('open is gone after the customer closed it', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.out();
    await becomes('open is false', false, () => isOpen(widget));
    assert.equal((await world.theEnd('relink-cancel')).state, 'review');
  });

  it('takes focus to its heading and gives it back to the opener', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await becomes('focus is in the dialog', 'inside the dialog', () => focus(world.page));
    const onHeading = await widget.host.evaluate((host) => {
      const focused = host.shadowRoot.activeElement;
      return focused.matches('[part~="heading"]') || Boolean(focused.querySelector('[part~="heading"]'));
    });
    assert.equal(onHeading, true);
    await world.page.keyboard.press('Escape');
    await world.theEnd('relink-cancel');
    await becomes('focus is back', 'trigger', () => focus(world.page));
  });

  it('gives focus to the trigger that a browser did not focus when it was pressed', MODAL, async (world, widget) => {
    // The first time before the WebAssembly is there, then after.
    for (let times = 0; times < 2; times += 1) {
      await world.page.evaluate(() => {
        document.activeElement.blur();
        document.getElementById('trigger').click();
      });
      await widget.reaches('review');
      await widget.out();
      await becomes('open is false', false, () => isOpen(widget));
      assert.equal(await focus(world.page), 'trigger');
    }
  });

  it('gives focus back to what opened it by show()', MODAL, async (world, widget) => {
    await world.page.focus('#other');
    await widget.host.evaluate((host) => void host.show());
    await widget.reaches('review');
    await becomes('focus is in the dialog', 'inside the dialog', () => focus(world.page));
    await widget.out();
    await becomes('focus is back', 'other', () => focus(world.page));
  });

  it('keeps the Tab key inside', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await becomes('focus is in the dialog', 'inside the dialog', () => focus(world.page));
    for (let press = 0; press < 15; press += 1) {
      await world.page.keyboard.press('Tab');
      assert.notEqual(await focus(world.page), 'other');
      assert.notEqual(await focus(world.page), 'trigger');
    }
  });

  it('Escape in review cancels, since nothing is lost', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await becomes('focus is in the dialog', 'inside the dialog', () => focus(world.page));
    await world.page.keyboard.press('Escape');
    assert.equal((await world.theEnd('relink-cancel')).state, 'review');
    await becomes('open is false', false, () => isOpen(widget));
  });

  it('locks the page\'s scrolling while open and always releases it', MODAL, async (world, widget) => {
    assert.equal(await scrolls(world.page), true, 'before');
    await world.page.evaluate(() => window.scrollTo(0, 0));
    await world.page.click('#trigger');
    await widget.reaches('review');
    assert.equal(await scrolls(world.page), false, 'while open');
    await widget.out();
    await becomes('open is false', false, () => isOpen(widget));
    assert.equal(await scrolls(world.page), true, 'after');
  });

  it('releases the page where the open element is removed', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.host.evaluate((host) => host.remove());
    await eventually('the page scrolls', () => scrolls(world.page));
  });

  it('releases the page where display becomes inline while open', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.host.evaluate((host) => { host.display = 'inline'; });
    await eventually('the page scrolls', () => scrolls(world.page));
  });

  let finish;
  it('makes way for Stripe\'s modal and comes back after it', {
    ...MODAL,
    stripe: () => new Promise((resolve) => { finish = () => resolve(collected(active())); }),
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    const onTop = await widget.host.evaluate((host) => {
      const below = document.createElement('button');
      below.id = 'stripe';
      Object.assign(below.style, { position: 'fixed', inset: '0', zIndex: '1000' });
      document.body.append(below);
      const topmost = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.id;
      below.focus();
      const focused = document.activeElement.id;
      below.remove();
      return [topmost, focused];
    });
    assert.deepEqual(onTop, ['stripe', 'stripe']);
    finish();
    await widget.reaches('succeeded');
    await becomes('focus is in the dialog', 'inside the dialog', () => focus(world.page));
  });

  it('is out of sight while one layer lies over all of it, and in sight in every other case', {
    ...MODAL,
    stripe: () => new Promise(() => {}),
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    const seen = () => widget.host.evaluate((host) => getComputedStyle(host.shadowRoot.querySelector('dialog')).visibility);
    /** A layer of the page over that part of it, in place of the one before. */
    const cover = (inset) => widget.host.evaluate((host, inset) => {
      document.querySelector('#layer')?.remove();
      if (inset === null) return;
      const layer = Object.assign(document.createElement('div'), { id: 'layer' });
      Object.assign(layer.style, { position: 'fixed', inset, zIndex: '100000' });
      document.body.append(layer);
    }, inset);
    await becomes('it is seen below nothing', 'visible', seen);
    await cover('0');
    await becomes('it makes way for the layer', 'hidden', seen);
    await cover(null);
    await becomes('it is back when the layer is gone', 'visible', seen);
    await becomes('with its heading in focus', 'inside the dialog', () => focus(world.page));
    await cover('0');
    await becomes('it makes way again', 'hidden', seen);
    await cover('0 0 50% 0');
    await becomes('a layer over its upper half hides nothing', 'visible', seen);
  });

  it('shows the success and goes with the button back to the merchant', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    await widget.shows('Corner Store');
    assert.equal(await isOpen(widget), true);
    await widget.forward();
    await becomes('open is false', false, () => isOpen(widget));
    await becomes('focus is back', 'trigger', () => focus(world.page));
    assert.equal((await world.ends()).length, 1);
  });

  it('opened again after its end, it starts a new flow', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.out();
    await becomes('open is false', false, () => isOpen(widget));
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await widget.reaches('succeeded');
    assert.deepEqual((await world.ends()).map((end) => end.name), ['relink-cancel', 'relink-success']);
    assert.equal(world.backend.calls('create').length, 2);
  });

  it('a trigger whose click the page has prevented opens nothing', MODAL, async (world, widget) => {
    await world.page.evaluate(() => {
      document.getElementById('trigger').addEventListener('click', (event) => event.preventDefault());
    });
    await world.page.click('#trigger');
    assert.equal(await isOpen(widget), false);
    assert.equal(await widget.state(), null);
  });

  it('closing it while the choice would be lost asks once, and keeps going by the safe choice', {
    ...MODAL,
    backend: { complete: () => new Promise(() => {}) },
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await world.asked('complete');
    await widget.out();
    await widget.shows('Leave');
    assert.deepEqual(await world.ends(), []);
    await widget.forward();
    assert.equal(await widget.state(), 'completing');
    assert.deepEqual(await world.ends(), []);
  });

  it('a removed open attribute cannot be asked about, and cancels', {
    ...MODAL,
    stripe: () => new Promise(() => {}),
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await widget.forward();
    await world.collected();
    await widget.host.evaluate((host) => { host.open = false; });
    assert.equal((await world.theEnd('relink-cancel')).state, 'authorizing');
    await world.asked('cancel');
  });

  it('is named for those who cannot see it', MODAL, async (world, widget) => {
    await world.page.click('#trigger');
    await widget.reaches('review');
    await becomes('the dialog is named', 1, () =>
      world.page.getByRole('dialog', { name: /Harbour Bank/ }).count());
  });

  it('a trigger that is a link leads on where the widget cannot be loaded', {
    page: (site) => merchantPage(site, {
      element: 'display="modal"',
    }).replace('></relink-widget>', '><a slot="trigger" id="trigger" href="/by-hand">Reconnect</a></relink-widget>'),
    pages: { '/by-hand': `<!doctype html><title>By hand</title><h1>By hand</h1><!-- ${CANARY.length} -->` },
    file: (name) => (name.endsWith('.wasm') ? { status: 404 } : null),
  }, async (world, widget) => {
    await world.page.click('#trigger');
    await eventually('an error is told', async () => (await world.events('relink-error')).length > 0);
    assert.equal(await isOpen(widget), false);
    await world.page.click('#trigger');
    await world.page.waitForURL('**/by-hand');
  });
});

// A driver hides scroll bars, and nothing shifts without one.
suite('a modal on a page with a scroll bar', (it) => {
  for (const [what, page, has] of [['that has one', MODAL.page, true], ['that needs none', (site) => MODAL.page(site).replace('4000px', '10px'), false]]) {
    it(`${what}: nothing of the page shifts when it comes and goes`, { page, needs: 'a driver that shows scroll bars' }, async (world, widget) => {
      const places = () => world.page.evaluate(() => ['h1', '#other', '#trigger'].map((one) => {
        const { left, width } = document.querySelector(one).getBoundingClientRect();
        return [left, width];
      }));
      assert.equal(await world.page.evaluate(() => innerWidth > document.documentElement.clientWidth), has, 'there is a scroll bar');
      const before = await places();
      await world.page.click('#trigger');
      await widget.reaches('review');
      assert.deepEqual(await places(), before, 'while open');
      await widget.out();
      await becomes('open is false', false, () => isOpen(widget));
      assert.deepEqual(await places(), before, 'after');
    });
  }
}, { launch: { ignoreDefaultArgs: ['--hide-scrollbars'] } });
