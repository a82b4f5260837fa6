// axe-core over every view of the gallery, in light, dark, forced colours, at 320 px, with text at 200 % and from right
// to left: nothing is wrong and nothing undecided, and the rules that are easily skipped have run inside the shadow root.
//
//   GALLERY_DIR=… node --test e2e/access/axe.test.mjs
//
// ACCESS=all adds more modes, every language, and a list of a thousand accounts.
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { arm, judge } from './axe.mjs';
import { ALL, Gallery, MODES, MORE_MODES, redraw, rowsOf } from './gallery.mjs';

const WORDS = new URL('../../src/words/languages', import.meta.url);
const LANGUAGES = ['en-XA', 'en-XB', ...(await readdir(WORDS)).map((name) => name.slice(0, -5))];

/** Views in which there is nothing to read, or nothing to press. */
const SILENT = ['empty/empty', 'loading/brief', 'loading/noticeable'];

let gallery;
const sum = { views: 0, checks: 0, 'color-contrast': 0, 'target-size': 0, found: 0 };
before(async () => {
  gallery = await Gallery.start();
});
after(async () => {
  await gallery?.stop();
  console.log(
    `axe: ${sum.views} views, ${sum.checks} checks of elements in shadow roots passed`
      + ` (color-contrast ${sum['color-contrast']}, target-size ${sum['target-size']}), ${sum.found} violations or undecided`,
  );
});

/** Judges what is on the page, and sees that both rules ran in each view that has something for them. */
async function clean(page) {
  const { rows, found } = await judge(page);
  sum.found += found.length;
  assert.deepEqual(found.slice(0, 10), []);
  const present = await page.$$eval('.host', (hosts) => Object.fromEntries(hosts.map((host) => [host.dataset.row, {
    'color-contrast': Boolean(host.shadowRoot.querySelector('.heading')),
    'target-size': Boolean(host.shadowRoot.querySelector('button:not(:disabled), a[href].button')),
  }])));
  for (const [name, passed] of Object.entries(rows)) {
    sum.views += 1;
    for (const [rule, is] of Object.entries(present[name])) {
      sum[rule] += passed[rule] ?? 0;
      if (!SILENT.includes(name)) assert.equal((passed[rule] ?? 0) > 0, is, `${rule} in ${name}`);
    }
    sum.checks += Object.values(passed).reduce((all, more) => all + more, 0);
  }
  return Object.keys(rows).length;
}

describe('axe over every view', { concurrency: 2 }, () => {
  for (const [name, mode] of Object.entries({ ...MODES, ...(ALL && MORE_MODES) })) {
    test(`nothing is wrong, nothing undecided: ${name}`, async () => {
      const page = await gallery.page(mode);
      await arm(page);
      assert.ok(await clean(page) > 100, 'all views are there');
      if (ALL) {
        await redraw(page, { ...mode.settings, view: 'choose/thousand' });
        await arm(page);
        await clean(page);
      }
      await page.context().close();
    });
  }

  // A modal is alone on its page.
  if (ALL) {
    test('nothing is wrong, nothing undecided: modal', async () => {
      const page = await gallery.page();
      await arm(page);
      for (const view of (await rowsOf(page)).filter((row) => row !== 'empty/empty')) {
        await redraw(page, { view, display: 'modal' });
        await clean(page);
      }
      await page.context().close();
    });
  }

  for (const lang of ALL ? LANGUAGES : []) {
    test(`nothing is wrong, nothing undecided, in ${lang}`, async () => {
      const page = await gallery.page({ settings: { lang } });
      await arm(page);
      await clean(page);
      await page.context().close();
    });
  }
});

describe('what axe would find', () => {
  /** What is found once that style is in the shadow roots. */
  const planted = async (style) => {
    const page = await gallery.page({ settings: { view: 'review/inactive-access_denied' } });
    await page.evaluate((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      document.querySelector('.host').shadowRoot.adoptedStyleSheets.push(sheet);
    }, style);
    await arm(page);
    const { found } = await judge(page);
    await page.context().close();
    return found;
  };

  test('text that stands out too little, in the shadow root', async () => {
    const found = await planted('.lead { color: #bbb !important; }');
    assert.ok(found.length > 0 && found.every((line) => line.includes('violates color-contrast')), found.join('\n'));
    assert.match(found[0], /^review\/inactive-access_denied: .*<p class="lead">/);
  });

  test('a target that is too small, in the shadow root', async () => {
    const found = await planted('.footer { display: grid; gap: 0; } .footer .button { min-block-size: 0; padding: 0; line-height: 15px; font-size: 12px; }');
    assert.ok(found.some((line) => /violates target-size: <button.* part="secondary-button"/.test(line)), found.join('\n'));
  });
});
