// What lies around the element and is pressed as a whole: a row, a card, a link, a label. A press in the widget is not one on
// that, or the customer would leave the page in the middle of it.
import assert from 'node:assert/strict';
import { active, activeSavings, anyAccount, account, collected, savings } from '../../harness/index.mjs';

const ELEMENTS = {
  inline: '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>',
  modal: '<relink-widget display="modal" endpoint="/relink" account="fca_1"><button slot="trigger" id="trigger">Reconnect</button></relink-widget>',
};
const page = ({ cdn }, around) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${cdn}/relink-widget.js" crossorigin></script><script>window.pressed = [];</script>${around}</html>`;
/** What is around it, and how it is pressed. A page that minds its own buttons knows nothing of those in the widget. */
const AROUND = {
  'a row that opens what it is about': '<table><tr id="row" onclick="if (!event.target.closest(\'a, button\')) pressed.push(\'row\')"><td>@</td></tr></table>',
  'a card that is a link': '<a href="#card">@</a>',
  'a label': '<label>@<input type="checkbox" onclick="pressed.push(\'label\')"></label>',
  'details, in its summary': '<details open ontoggle="pressed.push(this.open)"><summary>@</summary>More</details>',
};

const keyed = Object.entries(ELEMENTS).map(([display, element]) => ({
  situation: `the element, ${display}, stands in a row that Enter and the space bar open, and the customer presses them on buttons`,
  expected: 'only the buttons are pressed',
  scenario: {
    page: (site) => page(site, `<div tabindex="0" role="button" id="row">${element}</div><script>
for (const name of ['keydown', 'keypress', 'keyup']) row.addEventListener(name, ({ key }) => { if (key === 'Enter' || key === ' ') pressed.push(key); });</script>`),
    backend: { session: anyAccount({ accounts: [account(), savings()], limits: { accounts: 1 } }) },
    stripe: () => collected(active(), activeSavings()),
    context: { reducedMotion: 'reduce' },
  },
  run: async (world, widget) => {
    if (display === 'modal') await widget.host.evaluate((host) => { void host.show(); });
    await widget.shows('Continue to Harbour Bank');
    await widget.part('primary-button').first().focus();
    await world.page.keyboard.press('Enter');
    await widget.reaches('selecting');
    await widget.part('account-option').last().locator('input').focus();
    await world.page.keyboard.press('Space');
    await widget.part('primary-button').first().focus();
    await world.page.keyboard.press('Space');
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
    assert.deepEqual(await world.page.evaluate(() => window.pressed), []);
  },
}));

const clicked = Object.entries(AROUND).flatMap(([name, around]) => Object.entries(ELEMENTS).map(([display, element]) => ({
  situation: `the element, ${display}, stands in ${name}, and the customer presses text, an account, and buttons`,
  expected: 'only what was pressed is pressed',
  scenario: {
    page: (site) => page(site, around.replace('@', element)),
    backend: { session: anyAccount({ accounts: [account(), savings()], limits: { accounts: 1 } }) },
    stripe: () => collected(active(), activeSavings()),
    context: { reducedMotion: 'reduce' },
  },
  run: async (world, widget) => {
    if (display === 'modal') await widget.host.evaluate((host) => { void host.show(); });
    await widget.shows('Continue to Harbour Bank');
    const before = await world.page.evaluate(() => { window.pressed.length = 0; return location.href; });
    await widget.part('heading').first().click();
    await widget.forward();
    await widget.reaches('selecting');
    await widget.choose('Rainy Day Savings');
    await widget.part('heading').first().click();
    await widget.forward();
    await world.theEnd('relink-success');
    assert.deepEqual(world.backend.calls('complete')[0].body, { accounts: ['fca_2'] });
    assert.deepEqual(await world.page.evaluate(() => [window.pressed, location.href]), [[], before]);
  },
})));

export const presses = [...clicked, ...keyed];
