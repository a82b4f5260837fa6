// The way to the bank: Stripe's layer is an element at the end of the page, and must be reached wherever the widget is.
import assert from 'node:assert/strict';
import { active, becomes, collected, eventually } from '../../harness/index.mjs';

const WIDGET = '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>';
const MODAL = '<relink-widget display="modal" endpoint="/relink" account="fca_1"><button slot="trigger" id="trigger">Reconnect</button></relink-widget>';

/** Stripe.js with a layer as Stripe draws it, which stays until the test answers. What the page hears is noted. */
const LAYER = `window.heard = [];
for (const name of ['close', 'toggle', 'beforetoggle', 'cancel']) document.addEventListener(name, (event) => { if (event.target.id === 'theirs') heard.push(name); }, true);
window.Stripe = () => ({ async collectFinancialConnectionsAccounts(argument) {
  const layer = document.createElement('div');
  Object.assign(layer.style, { position: 'fixed', inset: '0', zIndex: '2147483647', background: 'rgb(0 0 0 / 50%)' });
  layer.innerHTML = '<button id="agree" style="position:absolute;left:50%;top:50%">Agree</button>';
  document.body.append(layer);
  layer.firstChild.focus();
  window.layers = (window.layers ?? 0) + 1;
  await new Promise((done) => { layer.firstChild.onclick = done; });
  layer.remove();
  return (await window.__stripe({ key: '', options: null, argument })).resolves;
} });`;

const page = ({ cdn }, body, script = '') => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script>${LAYER}</script><script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><button id="opener">Open</button>${body}<script>${script}</script></body></html>`;

const inShadow = (mode) => `const root = document.getElementById('outer').attachShadow({ mode: '${mode}' });
root.innerHTML = '<dialog id="theirs"><slot></slot></dialog>'; window.theirs = root.getElementById('theirs');`;

/** Where the widget is: the page's body and script, what brings it up. `lies` says how the page's own layer lies again. */
const PLACES = {
  'inline in the page\'s modal dialog': [`<dialog id="theirs"><button>First</button>${WIDGET}</dialog>`, 'theirs.showModal()', ':modal'],
  'inline in a modal dialog that is styled': [`<style>#theirs { width: 500px; margin: 40px auto; padding: 0; transform: none; border: 0 }</style><dialog id="theirs">${WIDGET}</dialog>`, 'theirs.showModal()', ':modal'],
  'inline in a popover': [`<div popover id="theirs">${WIDGET}</div>`, 'theirs.showPopover()', ':popover-open'],
  'inline in a manual popover': [`<div popover="manual" id="theirs">${WIDGET}</div>`, 'theirs.showPopover()', ':popover-open'],
  'a modal, below the page\'s modal dialog': [`<dialog id="theirs">${MODAL}</dialog>`, 'theirs.showModal()', ':modal'],
  'inline in a shadow root in a modal dialog': ['<dialog id="theirs"><div id="inner"></div></dialog>', `inner.attachShadow({ mode: 'open' }).innerHTML = '${WIDGET}'; theirs.showModal()`, ':modal'],
  'inline in a slot of a component whose dialog is modal': [`<div id="outer">${WIDGET}</div>`, `${inShadow('open')} window.theirs.showModal()`, ':modal'],
  'inline in a dialog in a dialog, both modal': [`<dialog id="around"><dialog id="theirs">${WIDGET}</dialog></dialog>`, 'around.showModal(); theirs.showModal()', ':modal'],
};

const layerIsReached = (world) => world.page.evaluate(() => document.elementFromPoint(innerWidth / 2 + 5, innerHeight / 2 + 5)?.id === 'agree');

async function toTheBank(world, widget, body) {
  if (body.includes('display="modal"')) await world.page.click('#trigger');
  await widget.shows('Continue to Harbour Bank');
  await widget.forward();
}

export const bank = [
  ...Object.entries(PLACES).map(([name, [body, script, lies]]) => ({
    situation: `the widget is ${name}`,
    expected: 'the bank\'s layer can be pressed, and afterwards the page\'s own lies as before, without having heard of it',
    scenario: { page: (site) => page(site, body, script) },
    run: async (world, widget) => {
      const box = () => world.page.evaluate(() => JSON.stringify(window.theirs.getBoundingClientRect()));
      const style = () => world.page.evaluate(() => window.theirs.getAttribute('style') ?? '');
      await world.page.evaluate(() => { window.theirs ??= document.getElementById('theirs'); });
      if (body.includes('display="modal"')) await world.page.click('#trigger');
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => {
        window.heard.length = 0;
        for (const name of ['close', 'toggle', 'beforetoggle']) window.theirs.addEventListener(name, () => window.heard.push(`its own ${name}`));
      });
      const before = await box();
      await widget.forward();
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      assert.equal(await layerIsReached(world), true, 'the layer is on top and not inert');
      assert.equal(await world.page.evaluate(() => document.activeElement.id), 'agree', 'the layer keeps focus');
      const top = JSON.parse(before).top;
      assert.ok(Math.abs(JSON.parse(await box()).top - top) < 200, 'the page\'s own has not jumped');
      await world.page.click('#agree');
      await widget.reaches('succeeded');
      assert.equal(await world.page.evaluate((selector) => window.theirs.matches(selector), lies), true, 'it is modal again');
      assert.equal(await style(), '', 'nothing of ours is left on it');
      assert.deepEqual(await world.page.evaluate(() => window.heard), [], 'the page heard nothing');
      await widget.shows('is connected again');
    },
  })),
  {
    situation: 'the page closes its modal dialog while the customer is at the bank',
    expected: 'it hears of that, and it stays closed',
    scenario: { page: (site) => page(site, `<dialog id="theirs">${WIDGET}</dialog>`, 'theirs.showModal()') },
    run: async (world, widget) => {
      await widget.shows('Continue to Harbour Bank');
      await world.page.evaluate(() => { window.heard.length = 0; });
      await widget.forward();
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      await world.page.evaluate(() => new Promise((done) => setTimeout(done, 600)).then(() => document.getElementById('theirs').close()));
      await eventually('it is heard', () => world.page.evaluate(() => window.heard.includes('close')));
      await world.page.click('#agree');
      await world.theEnd('relink-success');
      assert.equal(await world.page.evaluate(() => document.getElementById('theirs').open), false);
    },
  },
  {
    situation: 'the page gives its modal dialog another place while the customer is at the bank',
    expected: 'that stays, and nothing of ours does',
    scenario: { page: (site) => page(site, `<dialog id="theirs" style="margin: 10px">${WIDGET}</dialog>`, 'theirs.showModal()') },
    run: async (world, widget) => {
      await toTheBank(world, widget, '');
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      await world.page.evaluate(() => { document.getElementById('theirs').style.margin = '30px'; });
      await world.page.click('#agree');
      await widget.reaches('succeeded');
      await becomes('its style', 'margin: 30px;', () => world.page.evaluate(() => document.getElementById('theirs').getAttribute('style')));
    },
  },
  ...Object.entries({
    'a modal dialog of the page that came up over it and is not around it': [`${WIDGET}<dialog id="theirs">Your session ends soon</dialog>`, '', 'theirs.showModal()'],
    'a popover of the page that covers the screen': [`${WIDGET}<div popover="manual" id="theirs" style="inline-size:100vw;block-size:100vh">Cookies</div>`, '', 'theirs.showPopover()'],
    'a modal dialog around it in a closed shadow root': [`<div id="outer">${WIDGET}</div>`, inShadow('closed').replace('window.theirs =', 'const theirs ='), 'theirs.showModal()'],
  }).map(([name, [body, script, then]]) => ({
    situation: `what lies between the customer and the bank is ${name}`,
    expected: 'Stripe.js is not called; relink-error with handoff_unreachable, true words, and another try that works',
    scenario: { page: (site) => page(site, body, `${script}; window.cover = () => { ${then} }; window.uncover = () => { if (theirs.localName === "dialog") theirs.close(); else theirs.hidePopover(); };`) },
    run: async (world, widget) => {
      const closed = name.includes('closed');
      if (closed) await world.page.evaluate(() => window.cover());
      await widget.shows('Continue to Harbour Bank');
      if (!closed) await world.page.evaluate(() => window.cover());
      await widget.part('primary-button').first().evaluate((button) => button.click());
      await eventually('it is told', async () => (await world.events('relink-error')).length === 1);
      assert.equal((await world.events('relink-error'))[0].detail.code, 'handoff_unreachable');
      assert.equal(await world.page.evaluate(() => window.layers), undefined);
      await widget.shows('didn’t open. Nothing has changed.');
      await world.page.evaluate(() => window.uncover());
      if (closed) return;
      await widget.forward();
      await world.page.click('#agree');
      await world.theEnd('relink-success');
    },
  })),
  {
    situation: 'the page\'s dialog library switches the rest of the page off with `body { pointer-events: none }`',
    expected: 'the bank\'s layer can be pressed, and the page is switched off again afterwards',
    scenario: { page: (site) => page(site, `<div style="pointer-events:auto">${WIDGET}</div>`, 'document.body.style.pointerEvents = "none"') },
    run: async (world, widget) => {
      await toTheBank(world, widget, '');
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      assert.equal(await layerIsReached(world), true);
      await world.page.click('#agree');
      await widget.reaches('succeeded');
      assert.equal(await world.page.evaluate(() => document.body.style.pointerEvents), 'none');
    },
  },
  ...['transform: translateY(0)', 'filter: grayscale(1)', 'will-change: transform', 'contain: paint', 'animation: come 1s both'].flatMap((style) => [WIDGET, MODAL].map((element) => ({
    situation: `the page\'s body has ${style} and is short, and the element is ${element === MODAL ? 'a modal' : 'inline'}`,
    expected: 'the bank\'s layer lies on the screen and can be pressed, and the body is as before afterwards',
    scenario: { page: (site) => page(site, `<style>@keyframes come { from { transform: translateY(9px) } to { transform: translateY(0) } } body { ${style} }</style>${element === MODAL ? MODAL : `<div style="height:90px;overflow:auto">${WIDGET}</div>`}`), context: { viewport: { width: 800, height: 800 } } },
    run: async (world, widget) => {
      await toTheBank(world, widget, element);
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      assert.equal(await layerIsReached(world), true);
      await world.page.click('#agree');
      await widget.reaches('succeeded');
      assert.equal(await world.page.evaluate(() => document.body.getAttribute('style') ?? ''), '');
    },
  }))),
  ...[WIDGET, MODAL].map((element) => ({
    situation: `a part of the page fills the screen, and the element, ${element === MODAL ? 'a modal' : 'inline'}, is in it`,
    expected: 'handoff_unreachable; the screen is given back, and the next try leads to the bank',
    scenario: { page: (site) => page(site, `<div id="full" style="background:white;overflow:auto">${element}</div>`, 'document.getElementById("opener").onclick = () => full.requestFullscreen();') },
    run: async (world, widget) => {
      await world.page.click('#opener');
      await becomes('it fills the screen', 'full', () => world.page.evaluate(() => document.fullscreenElement?.id));
      await toTheBank(world, widget, element);
      await eventually('it is told', async () => (await world.events('relink-error')).length === 1);
      assert.equal((await world.events('relink-error'))[0].detail.code, 'handoff_unreachable');
      await becomes('whether it fills it still', false, () => world.page.evaluate(() => document.fullscreenElement !== null));
      await widget.forward();
      await world.page.click('#agree');
      await world.theEnd('relink-success');
    },
  })),
  {
    situation: 'the element is removed while the page\'s modal dialog has made way',
    expected: 'the dialog is modal again',
    scenario: { page: (site) => page(site, `<dialog id="theirs"><p>Theirs</p>${WIDGET}</dialog>`, 'theirs.showModal()'), stripe: () => collected(active()) },
    run: async (world, widget) => {
      await toTheBank(world, widget, '');
      await becomes('Stripe.js was called', 1, () => world.page.evaluate(() => window.layers));
      await widget.host.evaluate((host) => host.remove());
      await becomes('it is modal', true, () => world.page.evaluate(() => document.getElementById('theirs').matches(':modal')));
    },
  },
];
