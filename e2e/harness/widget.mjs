// One <relink-widget> as a customer and a merchant's developer meet it: by its states, its shadow parts and its text.
import assert from 'node:assert/strict';
import { eventually } from './waiting.mjs';

export class Widget {
  constructor(page, selector = 'relink-widget') {
    this.page = page;
    this.host = page.locator(selector).first();
  }

  /** The host attribute `state`. */
  state() {
    return this.host.getAttribute('state');
  }

  /** Waits for one of these states. */
  async reaches(...states) {
    let last;
    await eventually(`the state is ${states.join(' or ')}`, async () => {
      last = await this.state().catch(() => 'unknown, the page is gone');
      return states.includes(last);
    }).catch((error) => {
      error.message += `; it is ${last}`;
      throw error;
    });
    return last;
  }

  /** What is visible of a shadow part. */
  part(name) {
    return this.host.locator(`[part~="${name}"]:visible`);
  }

  /** The way forward. */
  async forward() {
    await this.part('primary-button').first().click();
  }

  /** The way out. */
  async out() {
    await this.part('close-button').first().click();
  }

  /** All that can be read in it. */
  text() {
    return this.host.evaluate((host) => {
      const surface = host.shadowRoot?.querySelector('[part~="surface"]');
      return surface?.innerText ?? '';
    });
  }

  /** Waits until that can be read in it. */
  async shows(text) {
    let last = '';
    await eventually(`it shows ${text}`, async () => {
      last = await this.text();
      return text instanceof RegExp ? text.test(last) : last.includes(text);
    }).catch((error) => {
      error.message += `; it shows: ${last.replaceAll('\n', ' · ')}`;
      throw error;
    });
  }

  /** Its heading. */
  async heading() {
    return (await this.part('heading').first().innerText()).trim();
  }

  /** Chooses the account with that text. */
  async choose(text) {
    await this.host.locator('[part~="account-option"]:visible', { hasText: text }).click();
  }

  /** Chooses the accounts with those texts and no other, whatever is chosen already. */
  async chooseOnly(...texts) {
    for (const option of await this.part('account-option').all()) {
      const text = await option.innerText();
      const wanted = texts.some((one) => text.includes(one));
      const box = option.locator('input:enabled');
      if ((await box.count()) > 0 && (await box.isChecked()) !== wanted) await option.click();
    }
  }

  /** Sees that the customer can go on or leave: nothing is a dead end. */
  async offersAWay() {
    const [on, out] = [await this.part('primary-button').count(), await this.part('close-button').count()];
    assert.ok(on + out > 0, 'there is neither a way forward nor a way out');
  }
}
