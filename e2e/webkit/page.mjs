// A page in WebKit with what the situations of wild/ ask of Playwright's: they say `page`, `widget` and `world`, and run here
// as they stand. The page is in a frame, which can be narrower than the driver's windows, of 447 px at least.
import { Buffer } from 'node:buffer';
import { eventually } from '../harness/waiting.mjs';

/** WebDriver's names of keys. */
const KEYS = { Enter: '\uE007', Space: ' ', Escape: '\uE00C', Tab: '\uE004', Control: '\uE009' };
const key = (name) => KEYS[name] ?? name;

/** In the page: the elements that those steps lead to, through shadow roots. */
const FIND = `(steps) => {
  const within = (root, css) => [...(root.shadowRoot ? within(root.shadowRoot, css) : []), ...[...root.querySelectorAll('*')].flatMap((one) => [
    ...(one.matches(css) ? [one] : []), ...(one.shadowRoot ? within(one.shadowRoot, css) : [])])];
  const isSeen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0;
  return steps.reduce((found, { css, visible, text, nth }) => {
    if (nth !== undefined) return found.slice(nth, nth + 1 || undefined);
    let next = css ? [...new Set(found.flatMap((one) => within(one, css)))] : found;
    if (visible) next = next.filter(isSeen);
    return text ? next.filter((one) => one.textContent.includes(text)) : next;
  }, [document]);
}`;

class Locator {
  constructor(page, steps) {
    this.page = page;
    this.steps = steps;
  }

  locator(css, { hasText } = {}) {
    return new Locator(this.page, [...this.steps, { css: css.replace(/:visible$/, ''), visible: css.endsWith(':visible'), text: hasText }]);
  }

  first() {
    return this.nth(0);
  }

  nth(nth) {
    return new Locator(this.page, [...this.steps, { nth }]);
  }

  /** What a function of all of them gives. */
  evaluateAll(does, argument) {
    return this.page.run(`(steps, argument) => (${does})((${FIND})(steps), argument)`, this.steps, argument);
  }

  count() {
    return this.evaluateAll('(all) => all.length');
  }

  async evaluate(does, argument) {
    await eventually(`there is ${JSON.stringify(this.steps)}`, async () => await this.count() > 0);
    return this.page.run(`(steps, argument) => (${does})((${FIND})(steps)[0], argument)`, this.steps, argument);
  }

  innerText() {
    return this.evaluate('(one) => one.innerText');
  }

  /** Their texts; WebKit gives none of what is out of view in a list that scrolls. */
  allInnerTexts() {
    return this.evaluateAll('(all) => all.map((one) => one.innerText || one.textContent)');
  }

  inputValue() {
    return this.evaluate('(one) => one.value');
  }

  getAttribute(name) {
    return this.evaluate('(one, name) => one.getAttribute(name)', name);
  }

  focus() {
    return this.evaluate('(one) => { one.focus(); }');
  }

  async isVisible() {
    return await new Locator(this.page, [...this.steps, { visible: true }]).count() > 0;
  }

  /** Types a whole value at once. */
  fill(text) {
    return this.evaluate('(one, text) => { one.focus(); one.value = text; one.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true })); }', text);
  }

  /** Presses it where a customer would: whatever lies there is pressed. */
  async click() {
    await eventually(`${JSON.stringify(this.steps)} can be pressed`, async () => {
      const found = await this.evaluate('(one) => one');
      return found.click().then(() => true, async (error) => {
        this.why = error;
        // To the driver a field is hidden by what the engine itself draws in it.
        const isHit = await this.evaluate(`(one) => {
          const { left, top, width, height } = one.getBoundingClientRect();
          return one.getRootNode().elementFromPoint(left + width / 2, top + height / 2) === one;
        }`);
        return isHit && this.page.press([{ type: 'pointerMove', x: 0, y: 0, origin: found.reference }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }], 'pointer').then(() => true);
      });
    }).catch((error) => {
      error.message += `: ${this.why?.message}`;
      throw error;
    });
  }

  /** Its picture, with all that moves at its end. */
  async screenshot() {
    const found = await this.evaluate(`(one) => {
      for (const animation of one.getRootNode().getAnimations()) if (animation.effect.getComputedTiming().endTime < Infinity) animation.finish();
      one.scrollIntoView();
      return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(one))));
    }`);
    return Buffer.from(await this.page.browser.command('GET', `/element/${found.id}/screenshot`), 'base64');
  }
}

export class Page {
  constructor(browser) {
    this.browser = browser;
    this.keyboard = {
      press: (name) => this.press([{ type: 'keyDown', value: key(name) }, { type: 'keyUp', value: key(name) }]),
      down: (name) => this.press([{ type: 'keyDown', value: key(name) }]),
      up: (name) => this.press([{ type: 'keyUp', value: key(name) }]),
      type: async (text) => {
        for (const letter of text) await this.keyboard.press(letter);
      },
    };
  }

  /** Keys or the pointer, pressed one after the other. */
  press(actions, type = 'key') {
    return this.browser.command('POST', '/actions', { actions: [{ type, id: type, actions }] });
  }

  /** Runs a function in the frame. `undefined` is nothing to the driver. */
  async run(does, ...given) {
    const result = await this.browser.evaluate(does, ...given.map((one) => one ?? null));
    return result ?? undefined;
  }

  /** Runs a function, or an expression. */
  evaluate(does, argument) {
    return typeof does === 'string' ? this.run('(text) => (0, eval)(text)', does) : this.run(`(argument) => (${does})(argument)`, argument);
  }

  locator(css) {
    return new Locator(this, []).locator(css);
  }

  click(css) {
    return this.locator(css).first().click();
  }

  focus(css) {
    return this.locator(css).first().focus();
  }

  addStyleTag({ content }) {
    return this.run('(text) => { document.head.append(Object.assign(document.createElement("style"), { textContent: text })); }', content);
  }

  /** Opens that address of the shop in the frame. */
  async goto(address) {
    const { search } = new URL(address);
    await this.browser.frame(null);
    await this.browser.evaluate((to) => { document.querySelector('iframe').src = `/framed${to}`; }, search);
    await this.browser.frame(await this.browser.evaluate(() => document.querySelector('iframe')));
    await eventually('the page is there', () => this.run('(to) => location.search === to && !!document.body && !!window.__told', search).catch(() => false));
  }

  /** Makes the frame that large. */
  async setViewportSize({ width, height }) {
    await this.browser.frame(null);
    const frame = await this.browser.evaluate((wide, high) => {
      const found = document.querySelector('iframe');
      Object.assign(found.style, { width: `${wide}px`, height: `${high}px` });
      return found;
    }, width, height);
    await this.browser.frame(frame);
    await this.run('() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))');
  }
}
