// What pages have, as parts that can be put together: each is a few lines of a merchant's page, or an answer of its backend.
//
// A part is put on a page by name. `group`: at most one of a group is on a page, unless MANY names it. `wrap` goes around
// the element, `head` and `after` into the page, `init` before every script of the page, `element` among the attributes;
// `backend` and `stripe` are those of harness/world.mjs, `viewport` the screen. `room(screen)` says how wide a place with a
// width of its own is; `lifts`: it stands in the top layer, with so much padding beside it at a size of text; `speaks`: it is not
// in English; `never`: what it cannot be together with.
import { first, problem } from '../harness/backend.mjs';
import { account, active, anyAccount, closedModal, collected, confirming, hostedAt, savings, session } from '../harness/documents.mjs';

/** Groups of which a page may have more than one. */
export const MANY = { parent: 2, style: 2, code: 2 };

const around = (name, style, more = {}) => ({ name, group: 'parent', wrap: `<div style="${style}">@</div>`, ...more });
const styled = (name, css, more = {}) => ({ name, group: 'style', head: `<style>${css}</style>`, ...more });
const scripted = (name, init, more = {}) => ({ name, group: 'code', init: `(() => { ${init} })();`, ...more });

const PARENTS = [
  around('centring-flex', 'display:flex;justify-content:center'),
  around('flex-column', 'display:flex;flex-direction:column;align-items:center'),
  around('centring-grid', 'display:grid;place-items:center'),
  around('inline-block', 'display:inline-block'),
  around('float', 'float:left'),
  // In a box that takes its height from what is in it, and shows nothing outside, nothing absolute could be seen.
  around('absolute', 'position:absolute;left:0', { never: ['modal-dialog', 'popover', 'sheet', 'contained', 'content-visibility'] }),
  around('fit-content', 'inline-size:fit-content'),
  around('table-cell', 'display:table-cell'),
  around('multi-column', 'columns:1'),
  around('sidebar', 'inline-size:200px', { room: () => 200 }),
  around('scroll-box', 'block-size:300px;overflow:auto'),
  around('sheet', 'position:fixed;inset-inline:0;inset-block-end:0;max-block-size:80vh;overflow:auto;background:white', { never: ['contained', 'transformed'] }),
  around('transformed', 'transform:translateX(0);will-change:transform'),
  around('contained', 'contain:paint layout'),
  around('content-visibility', 'content-visibility:auto'),
  around('right-to-left', 'direction:rtl'),
  around('vertical', 'writing-mode:vertical-rl', { room: () => 0 }),
  around('unreachable-by-pointer', 'pointer-events:none'),
  around('invisible', 'visibility:hidden'),
  around('absurd-text', 'white-space:nowrap;text-transform:uppercase;letter-spacing:4px;line-height:3;text-indent:40px;word-break:break-all;-webkit-text-fill-color:red;cursor:wait;user-select:none'),
  { name: 'table', group: 'parent', wrap: '<table><tr><td>@</td></tr></table>' },
  { name: 'details', group: 'parent', wrap: '<details open><summary>More</summary>@</details>' },
  { name: 'fieldset', group: 'parent', wrap: '<form onsubmit="return false"><fieldset disabled>@</fieldset></form>' },
  { name: 'label', group: 'parent', wrap: '<label>@</label>' },
  // What is pressed as a whole, and minds its own buttons. A press that leaves the page would be an error nobody catches.
  { name: 'row', group: 'parent', wrap: '<div onclick="if (!event.target.closest(\'button, a\')) throw new Error(\'the row was pressed\')">@</div>' },
  { name: 'modal-dialog', group: 'parent', wrap: '<dialog data-shown="showModal">@</dialog>', lifts: (em) => 2 * em },
  { name: 'popover', group: 'parent', wrap: '<div popover="manual" data-shown="showPopover" style="max-height:90vh">@</div>', lifts: (em) => em / 2 },
  { name: 'shadow-root', group: 'parent', wrap: '<div><template shadowrootmode="open">@</template></div>' },
  { name: 'slot', group: 'parent', wrap: '<div><template shadowrootmode="open"><section style="display:flex"><slot></slot></section></template>@</div>' },
];

const STYLES = [
  styled('reset-box', '*,*::before,*::after{box-sizing:border-box;margin:0;padding:0;border:0;min-width:0}'),
  styled('reset-important', '*{margin:0!important;padding:0!important;min-width:0!important;max-width:100%!important;float:none!important}'),
  styled('reset-all', 'relink-widget{all:unset}'),
  styled('reset-initial', 'relink-widget{all:initial}'),
  styled('tiny-root', 'html{font-size:62.5%}'),
  styled('huge-root', 'html{font-size:100px}body{font-size:.16rem}'),
  styled('tiny-text', 'body{font-size:9px}'),
  styled('large-text', 'html{font-size:200%}'),
  styled('no-buttons', 'button:not(#other,#agree),input,dialog:not([data-shown]){display:none!important}'),
  styled('shown-whatever', '[hidden]{display:block!important}'),
  styled('slow-everything', '*{transition:all .2s linear!important;animation-duration:5s!important}'),
  styled('host-inline', 'relink-widget{display:inline}'),
  styled('host-flex', 'relink-widget{display:flex}'),
  styled('host-contents', 'relink-widget{display:contents}'),
  styled('host-full', 'relink-widget{height:100%;overflow:hidden}'),
  styled('app-shell', 'html,body{height:100%;margin:0;overflow:hidden}main{height:100%;overflow:auto}'),
  styled('dark', ':root{color-scheme:dark;background:#111}'),
  // A sheet that is fixed in so short a body lies above the screen's edge.
  styled('moved-body', 'body{transform:translateY(0)}', { never: ['sheet'] }),
  styled('smooth', 'html{scroll-behavior:smooth;scroll-snap-type:y mandatory}'),
  { name: 'sticky-header', group: 'style', head: '<style>body{padding-top:70px}</style>', after: '<div style="position:fixed;inset:0 0 auto 0;height:60px;background:silver;z-index:999999">Corner Store</div>' },
  // Below its end the page leaves the room that the bar takes: without it, nothing that ends the page could be pressed.
  { name: 'cookie-bar', group: 'style', after: '<div style="height:60px"></div><div style="position:fixed;inset:auto 0 0 0;height:60px;background:silver;z-index:2147483647">Cookies</div>' },
];

/** What the page's own scripts do. Each is something that a library or a shop does. */
const CODE = [
  scripted('fetch-is-wrapped', 'const real = fetch; window.fetch = function (...given) { return real.apply(this, given).then((answer) => answer.clone()); };'),
  scripted('fetch-is-slow', 'const real = fetch; window.fetch = async (...given) => { await new Promise((done) => setTimeout(done, 60)); return real(...given); };'),
  scripted('fetch-throws-once', 'const real = fetch; let nth = 0; window.fetch = (...given) => { if (String(given[0]?.url ?? given[0]).includes("/relink/") && ++nth === 1) throw new TypeError("wrapper"); return real(...given); };'),
  scripted('fetch-gives-nothing-once', 'const real = fetch; let nth = 0; window.fetch = (...given) => (String(given[0]?.url ?? given[0]).includes("/relink/") && ++nth === 1 ? undefined : real(...given));'),
  scripted('fetch-rejects-a-string', 'const real = fetch; let nth = 0; window.fetch = (...given) => (String(given[0]?.url ?? given[0]).includes("/relink/") && ++nth === 2 ? Promise.reject("offline") : real(...given));'),
  scripted('enumerable-prototypes', 'Object.prototype.extend = function () {}; Array.prototype.last = function () { return this[this.length - 1]; };'),
  scripted('storage-throws', 'Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("denied", "SecurityError"); } });'),
  scripted('storage-is-full', 'Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };'),
  scripted('no-channel', 'delete window.BroadcastChannel;'),
  scripted('clock-behind', 'const real = Date; const by = -31536000000; window.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(real.now() + by); } static now() { return real.now() + by; } };'),
  scripted('clock-ahead', 'const real = Date; const by = 31536000000; window.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(real.now() + by); } static now() { return real.now() + by; } };'),
  scripted('shortcuts', 'for (const name of ["keydown", "keypress", "keyup"]) addEventListener(name, (event) => { if (event.key?.length === 1) event.preventDefault(); }, false);'),
  scripted('no-context-of-clicks', 'document.addEventListener("click", (event) => event.stopPropagation(), false);'),
  scripted('handlers-throw-nothing', 'addEventListener("error", (event) => event.preventDefault()); onerror = () => true;'),
  scripted('promise-is-wrapped', 'const real = Promise.prototype.then; Promise.prototype.then = function (...given) { return real.apply(this, given); };'),
  scripted('timers-are-wrapped', 'const real = setTimeout; window.setTimeout = (act, ms, ...more) => real(function () { return act.apply(this, arguments); }, ms, ...more);'),
  scripted('json-is-patched', 'const real = JSON.stringify; JSON.stringify = function (...given) { return real.apply(this, given); };'),
  scripted('focus-is-watched', 'document.addEventListener("focusin", () => { document.body.dataset.focus = document.activeElement?.localName ?? ""; });'),
  scripted('listeners-redraw', 'addEventListener("relink-state", ({ target, detail }) => { target.setAttribute("data-state", detail.state); target.className = `is-${detail.state}`; });'),
  scripted('lang-follows-state', 'let nth = 0; addEventListener("relink-state", ({ target }) => { target.lang = ["de", "ar", "en"][nth++ % 3]; });', { speaks: true }),
];

const EVENTS = ['relink-ready', 'review', 'authorizing', 'selecting', 'completing', 'relink-success', 'relink-cancel', 'relink-failure', 'relink-error'];
const at = (event, act) => {
  const name = event.startsWith('relink-') ? event : 'relink-state';
  const fits = event.startsWith('relink-') ? '' : `if (detail.state !== ${JSON.stringify(event)}) return;`;
  return `let done = false; addEventListener(${JSON.stringify(name)}, (event) => { const { detail } = event; const [target] = event.composedPath(); ${fits} if (done) return; done = true; ${act} });`;
};
/** What a page does with the element at one of its events, once: frameworks draw anew when they hear of something. */
const UNMOUNTS = EVENTS.flatMap((event) => Object.entries({
  removed: ['target.remove();', { removes: true }],
  'put-back': ['const place = target.parentNode; target.remove(); requestAnimationFrame(() => place.append(target));'],
  moved: ['target.parentNode.append(target);'],
  replaced: ['const copy = target.cloneNode(true); target.replaceWith(copy); window.__widget = copy;'],
  hidden: ['target.parentElement.style.display = "none"; requestAnimationFrame(() => requestAnimationFrame(() => { target.parentElement.style.display = ""; }));'],
}).map(([how, [act, more]]) => ({ name: `${how}-at-${event.replace('relink-', '')}`, group: 'unmount', init: `(() => { ${at(event, act)} })();`, ...more })));

const PROGRAMS = {
  'wraps-text': '(text) => { const outer = document.createElement("font"); outer.textContent = `«${text.data}»`; text.replaceWith(outer); }',
  'writes-text': '(text) => { text.data = `«${text.data}»`; }',
  'replaces-text': '(text) => text.replaceWith(`«${text.data}»`)',
};
/** Programs that translate: each text once, whenever something changes, in the element too; `rude` heeds no `translate="no"`. */
const TRANSLATORS = Object.entries(PROGRAMS).flatMap(([name, program]) => [false, true].map((rude) => ({
  name: rude ? `${name}-rudely` : name,
  group: 'translator',
  init: `window.__translate = () => { const program = ${program}; const root = window.__find()?.shadowRoot; if (!root || root.__translated) return; root.__translated = true;
    const go = () => { watcher.disconnect(); const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT); const texts = []; while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) { if (!text.data.trim() || text.data.startsWith("«") || (${!rude} && text.parentElement.closest("[translate=no]"))) continue; program(text); }
      watcher.observe(root, { childList: true, characterData: true, subtree: true }); };
    const watcher = new MutationObserver(go); go(); };
    addEventListener("relink-state", () => window.__translate());`,
})));

const SCREENS = [[320, 480], [320, 256], [360, 740], [740, 320], [768, 1024], [1920, 1080]].map(([width, height]) => ({
  name: `screen-${width}x${height}`, group: 'screen', viewport: { width, height },
}));

const NAMES = ['Everyday', 'Holiday', 'Rent', 'Car', 'Rainy day', 'Gifts', 'Tools', 'Garden', 'Books', 'Music', 'Travel', 'School'];
const DOZEN = NAMES.map((name, nth) => account({ id: `fca_${nth + 1}`, display_name: name, last4: String(1000 + nth) }));
const TWINS = [account(), account({ id: 'fca_2', subcategory: 'savings' })];
const LONG = [account({ display_name: 'Donaudampfschifffahrtsgesellschaftskapitänskonto'.repeat(3), institution_name: 'B'.repeat(120) }), savings({ display_name: 'مدخرات الأيام الممطرة ‮backwards' })];
const back = (accounts) => accounts.map(({ id, ...rest }) => active({ ...rest, id, status: 'active', status_details: {} }));
/** What the merchant's session is about. `accounts` come back from the bank. */
const about = (name, document, more = {}) => ({ name, group: 'session', document, accounts: document.accounts, ...more });
const SESSIONS = [
  about('any-of-two', anyAccount({ accounts: [account(), savings()], limits: { accounts: 1 } })),
  about('any-number', anyAccount({ accounts: [account(), savings()], limits: null })),
  about('dozen', anyAccount({ accounts: DOZEN, limits: { accounts: 1 } })),
  about('dozen-any-number', anyAccount({ accounts: DOZEN, limits: null })),
  about('twins', anyAccount({ accounts: TWINS, limits: { accounts: 1 } })),
  about('long-names', anyAccount({ accounts: LONG, limits: { accounts: 1 }, merchant: { name: 'M'.repeat(200), support_url: null, privacy_url: null } })),
  about('confirm', confirming({ accounts: [account()] })),
  about('already-active', session({ accounts: [active()] })),
  about('cannot-be-relinked', session({ accounts: [account({ status_details: { inactive: { cause: 'account_closed', action: 'none' } } })] })),
  about('from-tomorrow', session({ accounts: [account({ status: 'glimmering', status_details: { inactive: { cause: 'moon', action: 'dance' } } })], merchant: { name: 'Corner Store' }, limits: undefined })),
  about('no-accounts', anyAccount({ accounts: [] }), { accounts: [account()] }),
  about('odd-dates', session({ accounts: [account({ status: 'active', status_details: { active: { action: 'relink_required', expected_deactivation_date: 9e15 } } })] })),
  { name: 'hosted', group: 'session', hosted: hostedAt, accounts: [account()] },
];

const portal = { status: 200, raw: '<!doctype html><title>Welcome to our Wi-Fi</title>', headers: { 'content-type': 'text/html' } };
/** What goes wrong at the backend, and comes right. */
const ANSWERS = Object.entries({
  'create-503-once': { create: first(problem(503, 'provider_unavailable')) },
  'create-portal-once': { create: first(portal) },
  'create-401': { create: first(problem(401, 'not_authenticated')) },
  'create-400': { create: first(problem(400, 'invalid_request')) },
  'create-cut-once': { create: first({ cut: true }) },
  'complete-503-once': { complete: first(problem(503, 'provider_unavailable')) },
  'complete-cut-once': { complete: first({ cut: true }) },
  'complete-409': { complete: first(problem(409, 'session_consumed')) },
  'complete-expired': { complete: first(problem(410, 'session_expired')) },
  'cancel-500': { cancel: () => problem(500, 'unknown') },
  'cancel-cut': { cancel: () => ({ cut: true }) },
}).map(([name, backend]) => ({ name, group: 'answers', backend }));

/** How Stripe.js behaves. `layer` is drawn over the page until the customer presses Agree in it. */
export const LAYER = `window.Stripe = () => ({ registerAppInfo() {}, async collectFinancialConnectionsAccounts(argument) {
  const layer = document.createElement('div');
  layer.id = 'layer';
  Object.assign(layer.style, { position: 'fixed', inset: '0', zIndex: '2147483647', background: 'rgb(0 0 0 / 50%)' });
  layer.innerHTML = '<button id="agree" style="position:absolute;left:50%;top:50%">Agree</button>';
  document.body.append(layer);
  layer.firstChild.focus();
  await new Promise((done) => { layer.firstChild.onclick = done; });
  layer.remove();
  return (await window.__stripe({ key: '', options: null, argument })).resolves;
} });`;
const BANK = [
  { name: 'bank-layer', group: 'bank', init: LAYER },
  { name: 'bank-closed-once', group: 'bank', stripe: ({ nth }, accounts) => (nth === 1 ? closedModal : collected(...back(accounts))) },
  { name: 'bank-throws-once', group: 'bank', stripe: ({ nth }, accounts) => (nth === 1 ? { throws: 'no' } : collected(...back(accounts))) },
  { name: 'bank-other-account-once', group: 'bank', stripe: ({ nth }, accounts) => (nth === 1 ? collected(active({ id: 'fca_other', display_name: 'Other', last4: '0000' })) : collected(...back(accounts))) },
  { name: 'stripe-does-not-load-once', group: 'bank', stripeScript: (route, nth) => (nth === 1 ? route.abort() : undefined) },
];

const DISPLAY = [
  { name: 'modal', group: 'display', element: 'display="modal"', inside: '<button slot="trigger">Reconnect</button>' },
  { name: 'modal-by-link', group: 'display', element: 'display="modal"', inside: '<a href="#by-hand" slot="trigger">Reconnect</a>' },
];
const LANGUAGES = ['de', 'ar', 'ja', 'he', 'fi'].map((language) => ({ name: `lang-${language}`, group: 'language', element: `lang="${language}"`, speaks: true }));

export const FEATURES = [...DISPLAY, ...PARENTS, ...STYLES, ...CODE, ...UNMOUNTS, ...TRANSLATORS, ...SCREENS, ...SESSIONS, ...ANSWERS, ...BANK, ...LANGUAGES];

/** How often a page has something of a group; where it may have many, each time. */
export const SHARES = { display: 0.5, parent: 0.6, style: 0.6, code: 0.5, unmount: 0.35, translator: 0.3, screen: 0.7, session: 0.7, answers: 0.3, bank: 0.4, language: 0.2 };

/** The feature of that name. */
export function named(name) {
  const found = FEATURES.find((feature) => feature.name === name);
  if (!found) throw new Error(`there is no feature \`${name}\``);
  return found;
}

/** What comes back from the bank, all of it working. */
export const fromBank = back;
