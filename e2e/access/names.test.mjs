// What each thing is called for those who do not see it, by the browser's own accessibility tree: dialogs, groups,
// choices that cannot be made and why, the ends of numbers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Gallery } from './gallery.mjs';
import { read } from './reader.mjs';

let gallery;
before(async () => {
  gallery = await Gallery.start();
});
after(() => gallery?.stop());

/** The nodes of the tree that are not ignored, for one view. */
async function nodesOf(view, settings = {}) {
  const page = await gallery.page({ settings: { view, ...settings } });
  const ax = await page.context().newCDPSession(page);
  const { nodes } = await ax.send('Accessibility.getFullAXTree');
  await page.context().close();
  return nodes;
}
const named = (nodes, role) => nodes.filter((node) => !node.ignored && node.role.value === role).map((node) => node.name.value.replace(/\s+/g, ' ').trim());

describe('names', () => {
  test('a modal is a dialog that is called as its heading says', async () => {
    const nodes = await nodesOf('review/inactive-access_expired', { display: 'modal' });
    assert.deepEqual(named(nodes, 'dialog'), ['Reconnect Harbour Bank']);
    assert.deepEqual(named(nodes, 'heading').slice(0, 1), ['Reconnect Harbour Bank']);
  });

  test('choices are a group that asks the question, and what cannot be chosen says why', async () => {
    const nodes = await nodesOf('choose/one-refused');
    assert.ok(named(nodes, 'group').includes('Which account should Corner Store use?'));
    const radios = nodes.filter((node) => node.role.value === 'radio' && !node.ignored);
    const shut = radios.filter((node) => node.properties.some(({ name, value }) => name === 'disabled' && value.value));
    const why = shut.map((node) => node.name.value + (node.description?.value ?? ''));
    assert.equal(why.length, 3);
    const reasons = [/Can’t be used for payments/, /Closed at Harbour Bank/, /doesn’t allow it to be reconnected/];
    reasons.forEach((reason, at) => assert.match(why[at], reason));
    const others = (await nodesOf('choose/namesakes')).filter((node) => node.role.value === 'radio' && /Another account is needed/.test(node.name.value + (node.description?.value ?? '')));
    assert.equal(others.length, 1);
  });

  test('every button, link, choice and field has a name, in every view', async () => {
    const nodes = await nodesOf('all');
    for (const role of ['button', 'link', 'radio', 'checkbox', 'searchbox', 'heading', 'list']) {
      const names = named(nodes, role);
      assert.ok(names.length > 0, role);
      if (role !== 'list') assert.deepEqual(names.filter((name) => !name), [], role);
    }
  });

  for (const [lang, said] of Object.entries({ en: 'ending in 1 2 3 4', de: 'Endziffern 1 2 3 4', ar: 'ينتهي بالأرقام 1 2 3 4', ja: '末尾 1 2 3 4' })) {
    test(`the end of a number is heard digit by digit, in ${lang}`, async () => {
      const nodes = await nodesOf('review/inactive-access_expired', { lang });
      const lines = read(nodes, ({ role }) => role.value === 'main').join('\n').replace(/[\u2066-\u2069]/g, '');
      assert.ok(lines.includes(said), lines);
      assert.ok(!/•|1234/.test(lines), lines);
    });
  }
});
