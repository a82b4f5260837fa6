// Pages of every kind, old, strict or odd, in which nothing about the widget is different.
import assert from 'node:assert/strict';

const page = ({ cdn }, { doctype = '<!doctype html>', html = 'lang="en"', head = '', around = '@', start = '' }) => `${doctype}<html ${html}><head><meta charset="utf-8"><title>Corner Store</title>
${head}<script type="module" src="${cdn}/relink-widget.js" crossorigin></script></head><body>${around.replace('@', '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>')}<script>${start}</script></body></html>`;
const styled = (css) => ({ head: `<style>${css}</style>` });
const on = (what, act) => `document.addEventListener('DOMContentLoaded', () => { const one = document.querySelector('relink-widget'); new MutationObserver(() => { ${act} }).observe(${what}); });`;
const INTRINSICS = '[Object, Array, Function, Promise, String, Number, Map, Set, Error, TypeError, RegExp, Date]';

/** What a page is like: parts of its document, or what runs before all else in it. */
const PAGES = {
  'has no doctype': { doctype: '' },
  'has a base address of its own': { head: '<base href="/deep/er/" target="_blank">' },
  'is not in UTF-8': { headers: () => ({ 'content-type': 'text/html; charset=shift_jis' }) },
  'can be edited as a whole': { start: 'document.designMode = "on"' },
  'unsets all of every element, importantly': styled('* { all: unset !important }'),
  'sets all of every element to what it is at first': styled('* { all: initial }'),
  'lays every element out anew in a layer, importantly': styled('@layer a { * { display: inline !important; width: auto !important; min-width: 0 !important; font: 8px/1 serif !important } }'),
  'gives the element a height of nothing, importantly': styled('relink-widget { display: inline-flex !important; height: 0 !important; line-height: 0 !important }'),
  'has a text size of nothing around the element': { around: '<div style="font-size:0">@</div>' },
  'transforms and cuts off what is around the element': { around: '<div style="transform:scale(.9);perspective:100px;filter:blur(0);overflow:hidden">@</div>' },
  'has the element in a drawing': { around: '<svg width="600" height="900"><foreignObject width="600" height="900">@</foreignObject></svg>' },
  'has the element in an editor': { around: '<div contenteditable="true">text @</div>' },
  'has the element in a popover that is a hint': { around: '<div popover="hint" id="hint">@</div>', start: 'hint.showPopover()' },
  'has the element in a dialog that closes by a press beside it': { around: '<dialog closedby="any" id="theirs">@</dialog>', start: 'theirs.showModal()' },
  'is printed': { media: 'print' },
  'has a Promise of its own': { init: `const Native = Promise; class Own {
    constructor(make) { this.inner = new Native((done, fail) => make((value) => done(value), fail)); }
    static of(inner) { const one = Object.create(Own.prototype); one.inner = inner; return one; }
    then(...given) { return Own.of(this.inner.then(...given)); } catch(given) { return this.then(undefined, given); } finally(given) { return Own.of(this.inner.finally(given)); }
    static resolve(value) { return value instanceof Own ? value : new Own((done) => done(value)); } static reject(value) { return new Own((done, fail) => fail(value)); }
  } for (const name of ['all', 'race', 'allSettled', 'any']) Own[name] = (all) => Own.of(Native[name](all)); window.Promise = Own;` },
  'has frozen what JavaScript is made of': { init: `for (const one of ${INTRINSICS}) Object.freeze(one.prototype);` },
  'has methods of an old library on arrays, functions and elements': { init: `Array.from = (from) => { const all = []; for (let at = 0; at < (from?.length ?? 0); at += 1) all.push(from[at]); return all; };
    Array.prototype.entries = function () { return this.slice(); }; Array.prototype.find = function (fits) { for (const one of this) if (fits(one)) return one; };
    Function.prototype.bind = function (to, ...first) { const act = this; return function (...rest) { return act.apply(to, [...first, ...rest]); }; };
    Element.prototype.remove = function () { this.parentNode?.removeChild(this); return this; }; Element.prototype.show = Element.prototype.hide = Element.prototype.update = function () { return this; };` },
  'has put in its own appendChild and removeChild': { init: `const { appendChild, insertBefore, removeChild } = Node.prototype; Node.prototype.appendChild = function (one) { appendChild.call(this, one); };
    Node.prototype.insertBefore = function (...given) { insertBefore.apply(this, given); }; Node.prototype.removeChild = function (one) { return one.parentNode === this ? removeChild.call(this, one) : one; };` },
  'has an old CustomEvent': { init: 'window.CustomEvent = function (name, init) { const event = document.createEvent("CustomEvent"); event.initCustomEvent(name, init.bubbles, init.cancelable, init.detail); return event; };' },
  'is in a browser that says it is offline': { init: 'Object.defineProperty(Navigator.prototype, "onLine", { get: () => false });' },
  'is in a browser that names no language': { html: '', init: 'for (const name of ["language", "languages"]) Object.defineProperty(Navigator.prototype, name, { get: () => undefined });' },
  'is in a browser whose language is no tag': { html: '', init: 'Object.defineProperty(Navigator.prototype, "languages", { get: () => ["C", "en-US@posix"] }); Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" });' },
  'is in a browser that writes no dates and numbers': { init: 'for (const name of ["DateTimeFormat", "PluralRules", "ListFormat", "Collator", "NumberFormat", "Locale"]) Intl[name] = function () { throw new RangeError("no"); };' },
  'is in a browser without animations': { init: 'for (const name of ["animate", "getAnimations", "checkVisibility"]) delete Element.prototype[name]; delete Document.prototype.getAnimations; delete window.ResizeObserver;' },
  'has a MutationObserver of its own that throws': { init: 'window.MutationObserver = class { constructor() { throw new Error("none"); } };' },
  'has a scheduler of its own that throws': { init: 'window.scheduler = { yield() { throw new Error("none"); } };' },
  'has no AbortController': { init: 'delete window.AbortController;' },
  'has an IntersectionObserver of its own that throws': { init: 'window.IntersectionObserver = class { constructor() { throw new Error("none"); } };' },
  'lets nothing take focus': { init: 'HTMLElement.prototype.focus = function () { throw new Error("no focus"); };' },
  'moves the element to its end whenever something changes': { init: on('document.body, { childList: true, subtree: true, attributes: true }', 'if (document.body.lastElementChild !== one) document.body.append(one);') },
  'takes away what its server did not send': { init: on('one, { attributes: true }', 'one.removeAttribute("state");') },
  'is darkened by a program, in the element too': { init: `document.addEventListener('DOMContentLoaded', () => setInterval(() => { const root = document.querySelector('relink-widget')?.shadowRoot; if (!root || root.querySelector('.dark')) return;
    const style = document.createElement('style'); style.className = 'dark'; style.textContent = ':host, * { border-color: red !important }'; root.prepend(style); const sheet = new CSSStyleSheet(); sheet.replaceSync('.heading { color: gray }'); root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]; }, 50));` },
  'is filled in by a program that puts something of its own into the element': { init: 'document.addEventListener("DOMContentLoaded", () => setInterval(() => { const surface = document.querySelector("relink-widget")?.shadowRoot?.querySelector("[part~=surface]"); if (surface && !surface.querySelector("x-icon")) surface.append(document.createElement("x-icon")); }, 30));' },
};

export const pages = Object.entries(PAGES).map(([name, { headers, init, media, ...parts }]) => ({
  situation: `the page ${name}`,
  expected: 'the element is drawn as ever, and goes to its end',
  scenario: { page: (site) => page(site, parts), headers, init: init && { content: `{ ${init} }` } },
  run: async (world, widget) => {
    if (media) await world.page.emulateMedia({ media });
    await widget.shows('Continue to Harbour Bank');
    const seen = await widget.part('primary-button').first().evaluate((button) => {
      const { fontSize, backgroundColor } = getComputedStyle(button);
      const surface = button.closest('[part~=surface]');
      return { fontSize, backgroundColor, isWide: surface.getBoundingClientRect().width >= 320, fits: surface.scrollWidth <= surface.clientWidth + 1 };
    });
    assert.deepEqual(seen, { fontSize: '15px', backgroundColor: 'rgb(36, 71, 216)', isWide: true, fits: true });
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(await world.events('relink-error'), []);
  },
}));
