// A customer who has a keyboard and a screen reader, and neither eyes nor a mouse: what is pressed, where focus is by
// the browser's own accessibility tree, what the live regions say, and what a reader would read out.
import assert from 'node:assert/strict';
import { eventually } from '../harness/index.mjs';
import { read } from './reader.mjs';

/** A page whose widget is a modal that the page's own button opens. */
export const modalPage = ({ cdn }) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script>
<body><main><h1>Your bank accounts</h1><a href="#before">Before</a>
<relink-widget display="modal" endpoint="/relink" account="fca_1"><button id="opener" slot="trigger">Reconnect</button></relink-widget>
<a href="#after">After</a></main></body></html>`;

/**
 * In every page, before its scripts: in one list what the headings become and what the live regions say, and whether
 * focus is lost while the widget is open.
 */
export const watch = () => {
  window.__said = [];
  window.__lost = 0;
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(options) {
    const root = attach.call(this, options);
    let last;
    new MutationObserver((changes) => {
      const heading = root.querySelector('[part~="heading"]');
      const quiet = heading?.closest('.quiet');
      if (heading && !quiet && heading !== last) window.__said.push({ heading: heading.textContent });
      last = heading;
      const targets = changes.map(({ target }) => (target.nodeType === 1 ? target : target.parentElement));
      for (const region of new Set(targets.map((target) => target?.closest('[data-live]')))) {
        if (region?.textContent) window.__said.push({ urgency: region.ariaLive, text: region.textContent, at: performance.now() });
      }
    }).observe(root, { subtree: true, childList: true, characterData: true });
    return root;
  };
  // Tab goes from the last element of a dialog by way of the browser's own to the first.
  let tabbed = false;
  addEventListener('keydown', ({ key }) => { tabbed = key === 'Tab'; }, true);
  const frame = window.requestAnimationFrame.bind(window);
  const look = () => {
    const open = document.querySelector('relink-widget[open]');
    if (open?.shadowRoot.querySelector('dialog:modal') && !tabbed && document.activeElement === document.body) window.__lost += 1;
    frame(look);
  };
  frame(look);
};

export class Customer {
  static async of(world) {
    const customer = new Customer();
    customer.world = world;
    customer.page = world.page;
    customer.ax = await world.context.newCDPSession(world.page);
    customer.presses = 0;
    customer.changes = 0;
    customer.lines = [];
    customer.heard = 0;
    return customer;
  }

  /** The accessibility tree, as the browser gives it to a screen reader. */
  async tree() {
    return (await this.ax.send('Accessibility.getFullAXTree')).nodes;
  }

  /** The element that has focus, in the light page or in the widget. */
  async focused() {
    const nodes = await this.tree();
    const has = nodes.filter((node) => node.properties?.some(({ name, value }) => name === 'focused' && value.value));
    const node = has.find(({ role }) => role.value !== 'RootWebArea') ?? has[0];
    return { role: node?.role.value ?? 'none', name: node?.name?.value ?? '' };
  }

  async press(key) {
    this.presses += 1;
    await this.page.keyboard.press(key);
  }

  /** Goes on with Tab until that has focus. */
  async tabTo(name, { back = false } = {}) {
    const met = [];
    for (let step = 0; step < 25; step += 1) {
      await this.press(back ? 'Shift+Tab' : 'Tab');
      const focus = await this.focused();
      if (name instanceof RegExp ? name.test(focus.name) : focus.name === name) return;
      met.push(`${focus.role} ${focus.name}`);
    }
    assert.fail(`Tab never came to ${name}, only to: ${met.join(', ')}`);
  }

  /** Tabs to a button or link, and presses it. */
  async activate(name, key = 'Enter') {
    await this.tabTo(name);
    this.note(`> ${key} on "${(await this.focused()).name}"`);
    await this.press(key);
  }

  /**
   * Waits for a change to a view with that heading: focus is on it, by the accessibility tree, and the live regions have
   * said one thing of each view on the way there, the last one as urgently as it deserves.
   */
  async change(heading, urgency = 'polite') {
    await this.arrives(heading);
    await eventually('it is said', async () => (await this.page.evaluate(() => window.__said.at(-1)))?.text);
    const since = await this.hears();
    const kinds = since.map((one) => (one.heading === undefined ? 'said' : 'view'));
    assert.deepEqual(kinds, kinds.map((_, at) => (at % 2 ? 'said' : 'view')), JSON.stringify(since));
    assert.equal(since.at(-1).urgency, urgency, JSON.stringify(since));
    this.changes += kinds.length / 2;
    this.note(`focus: heading "${(await this.focused()).name}"`);
  }

  /** Waits until a view has that heading and focus is on it. */
  async arrives(heading) {
    let last;
    await eventually(`focus is on the heading ${heading}`, async () => {
      last = await this.focused();
      return last.role === 'heading' && (heading instanceof RegExp ? heading.test(last.name) : last.name === heading);
    }).catch((error) => {
      error.message += `; it is on ${last.role} "${last.name}"`;
      throw error;
    });
  }

  /** The headings there were and what the live regions have said since this was asked last. */
  async hears() {
    const all = await this.page.evaluate(() => window.__said);
    const since = all.slice(this.heard);
    this.heard = all.length;
    since.forEach(({ heading, urgency, text }) => this.note(heading === undefined ? `${urgency}: ${text}` : `view: ${heading}`));
    return since;
  }

  /** Reads the widget from its beginning to its end, as a screen reader would. */
  async reads() {
    const lines = read(await this.tree(), ({ role }) => role.value === 'dialog');
    lines.forEach((line) => this.note(`  ${line}`));
    return lines;
  }

  note(line) {
    this.lines.push(line);
  }
}
