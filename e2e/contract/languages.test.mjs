// The language that a customer reads: which one is chosen, that only one is downloaded, and the page's own messages.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, merchantPage, suite } from '../harness/index.mjs';

const LANGUAGES = fileURLToPath(new URL('../../src/words/languages', import.meta.url));
const language = async (tag) => JSON.parse(await readFile(path.join(LANGUAGES, `${tag}.json`), 'utf8'));
const tags = (await readdir(LANGUAGES)).map((name) => path.basename(name, '.json'));
const heading = (messages, bank = 'Harbour Bank') => messages.reconnect.replace(/\{[Bb]ank\}/, bank);
const words = (site) => site.fetched.filter((name) => name.endsWith('.txt'));
/** A page in that language, in a browser of another. */
const inPage = (lang, element = '') => ({ page: (site) => merchantPage(site, { lang, element }) });

suite('the language', (it) => {
  for (const [asked, tag] of [['de', 'de'], ['de-AT', 'de'], ['zh-TW', 'zh-Hant'], ['zh-HK', 'zh-Hant'], ['zh', 'zh-Hans'],
    ['zh-SG', 'zh-Hans'], ['pt', 'pt-BR'], ['pt-PT', 'pt-PT'], ['pt_AO', 'pt-PT'], ['no', 'nb'], ['nn', 'nb'], ['iw', 'he'],
    ['xx', 'en'], ['no tag at all', 'en']].filter(([, tag]) => tags.includes(tag))) {
    it(`is ${tag} where the page says ${asked}, and nothing else is downloaded`, inPage(asked), async (world, widget) => {
      const messages = await language(tag);
      await widget.shows(heading(messages));
      assert.deepEqual(words(world.site), [`relink-widget.${tag}.txt`]);
      const surface = widget.part('surface');
      assert.equal(await surface.getAttribute('lang'), tag);
      assert.equal(await surface.getAttribute('dir'), messages.direction);
    });
  }

  it('is the browser\'s first that there is, where the page says nothing', {
    context: { locale: 'de-CH' },
    page: (site) => merchantPage(site).replace(' lang="en"', ''),
  }, async (_, widget) => widget.shows(heading(await language('de'))));

  it('is the nearest in the page, out through shadow roots', {
    page: ({ cdn }) => `<!doctype html><html lang="en"><title>Wrapped</title>
      <script type="module" src="${cdn}/relink-widget.js" crossorigin></script><body><div lang="ar" id="outer"></div><script>
      document.getElementById('outer').attachShadow({ mode: 'open' }).innerHTML =
        '<relink-widget endpoint="/relink" account="fca_1"></relink-widget>';</script>`,
  }, async (_, widget) => widget.shows(heading(await language('ar'))));

  it('is the page\'s where the element\'s own is empty', {
    ...inPage('de', 'lang=""'), context: { locale: 'fr-FR' },
  }, async (world, widget) => {
    await widget.shows(heading(await language('de')));
    assert.equal((await world.asked('create')).body.locale, 'de');
  });

  it('of two elements on a page may be two', inPage('en', 'lang="de"></relink-widget><relink-widget endpoint="/relink" account="fca_1"'), async (world, widget) => {
    await widget.shows(heading(await language('de')));
    await world.widget('relink-widget:last-of-type').shows('Reconnect Harbour Bank');
    assert.deepEqual(words(world.site).sort(), ['relink-widget.de.txt', 'relink-widget.en.txt']);
  });

  it('follows the element\'s attribute at once', {}, async ({ page }, widget) => {
    await widget.shows('Reconnect Harbour Bank');
    await page.evaluate(() => document.querySelector('relink-widget').setAttribute('lang', 'ar'));
    await widget.shows(heading(await language('ar')));
    assert.equal(await widget.part('surface').getAttribute('dir'), 'rtl');
    await page.evaluate(() => document.querySelector('relink-widget').removeAttribute('lang'));
    await widget.shows('Reconnect Harbour Bank');
  });

  it('follows the page when the flow starts over', {}, async ({ page }, widget) => {
    await widget.shows('Reconnect Harbour Bank');
    await page.evaluate(() => {
      document.documentElement.lang = 'de';
      document.querySelector('relink-widget').restart();
    });
    await widget.shows(heading(await language('de')));
  });

  it('that cannot be loaded is English', { ...inPage('de'), file: (name) => name.endsWith('.de.txt') && { status: 503 } }, async (world, widget) => {
    await widget.shows('Reconnect Harbour Bank');
    assert.equal(words(world.site).at(-1), 'relink-widget.en.txt');
  });

  it('that is not what was built is refused', { ...inPage('de'), file: (name) => name.endsWith('.de.txt') && { status: 200, body: 'de\nltr\nEvil Bank' } },
    async (_, widget) => widget.shows('Reconnect Harbour Bank'));

  it('without any words is a failed load, and starting over tries again', {
    file: (name, times) => name.endsWith('.en.txt') && times < 3 && { status: 503 },
  }, async (world, widget) => {
    await eventually('the failure is told', async () => (await world.events('relink-error')).length > 0);
    const [{ detail }] = await world.events('relink-error');
    assert.deepEqual([detail.code, detail.retryable, detail.session], ['network_error', true, null]);
    await world.page.evaluate(() => document.querySelector('relink-widget').restart());
    await widget.shows('Reconnect Harbour Bank');
  });

  it('has exactly the plural categories that this browser knows', {}, async ({ page }) => {
    for (const tag of tags) {
      const known = await page.evaluate((tag) => new Intl.PluralRules(tag).resolvedOptions().pluralCategories, tag);
      assert.deepEqual(Object.keys((await language(tag)).found).sort(), known.sort(), tag);
    }
  });
});

const own = (messages) => ({
  page: (site) => merchantPage(site, {
    after: `<script>document.querySelector('relink-widget').messages = ${JSON.stringify(messages)};</script>`,
  }),
});
const said = (page) => {
  const lines = [];
  page.on('console', (message) => ['warning', 'error'].includes(message.type()) && lines.push(message.text()));
  return lines;
};

suite('the page\'s own messages', (it) => {
  it('take the place of the widget\'s, as text', own({ reconnect: '<b>Welcome back</b>, {Bank}', not_now: 'Later' }), async (world, widget) => {
    await widget.shows('<b>Welcome back</b>, Harbour Bank');
    await widget.shows('Later');
    assert.equal(await widget.part('heading').locator('b').count(), 0);
    assert.deepEqual(world.site.fetched.filter((name) => name.includes('messages')), ['relink-widget-messages.js']);
  });

  it('that nobody knows, or that cannot be filled, are told once, and the widget\'s stand', {}, async ({ page }, widget) => {
    const lines = said(page);
    await widget.shows('Reconnect Harbour Bank');
    await page.evaluate(() => {
      const widget = document.querySelector('relink-widget');
      widget.messages = { reconnekt: 'Hello', reconnect: 'Hello {client_secret}', not_now: 5, close: 'Shut {', search: 'Find' };
      widget.restart();
      widget.restart();
    });
    await eventually('four complaints', () => lines.length >= 4);
    await widget.shows('Not now');
    await widget.shows('Reconnect Harbour Bank');
    assert.equal(lines.length, 4, lines.join('\n'));
    assert.match(lines.find((line) => line.includes('reconnekt')), /no message/);
    assert.match(lines.find((line) => line.includes('message "reconnect"')), /\{bank\|Bank\}/);
  });
});
