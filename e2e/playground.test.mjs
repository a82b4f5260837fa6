// The playground of `trunk serve`, without Trunk: index.html as Trunk would write it, with the files that it names and,
// in the place of what the hook builds, the package.
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DIST, becomes, suite } from './harness/index.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOR_TRUNK = /^ *<link data-trunk .*>\n/gm;

/** Puts the page's files into a folder, each by its own name, and answers the page. */
async function stage(folder) {
  const page = await readFile(path.join(ROOT, 'index.html'), 'utf8');
  await cp(DIST, folder, { recursive: true });
  const links = page.match(FOR_TRUNK).map((link) => ({
    kind: /rel="([^"]+)"/.exec(link)[1],
    file: /href="([^"]+)"/.exec(link)?.[1],
  }));
  for (const { file } of links.filter(({ file }) => file)) await cp(path.join(ROOT, file), path.join(folder, path.basename(file)));
  const sheets = links.filter(({ kind }) => kind === 'css');
  const styled = sheets.map(({ file }) => `<link rel="stylesheet" href="./${path.basename(file)}">`).join('');
  return page.replace(FOR_TRUNK, '').replace('</head>', `${styled}</head>`);
}

const folder = await mkdtemp(path.join(tmpdir(), 'playground-'));
after(() => rm(folder, { recursive: true }));
const staged = await stage(folder);

/** The playground with an account, and all that its console complained of. */
async function play({ page, site }) {
  const complaints = [];
  page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
  page.on('response', (response) => response.ok() || complaints.push(`${response.status()} ${response.url()}`));
  // The demo shop gives the token; here there is none.
  await page.route(/\/relink-token/, (route) => route.fulfill({ json: { token: 'of_the_playground' } }));
  await page.goto(`${site.shop}/?account=fca_1`);
  return complaints;
}

const logged = (page) => page.locator('#log b').allTextContents();

suite('the playground', (it) => {
  const scenario = { go: false, folder, page: () => staged };

  it('its controls change the element and its markup', scenario, async (world, widget) => {
    const complaints = await play(world);
    await widget.reaches('review');
    await world.page.getByLabel('theme').selectOption('dark');
    await world.page.getByLabel('lang').fill('de');
    await world.page.getByLabel('lang').press('Tab');
    await becomes('the element speaks German', 'de', () =>
      world.page.evaluate(() => document.querySelector('relink-widget').shadowRoot.querySelector('.surface')?.lang));
    assert.equal(
      await world.page.locator('#markup').textContent(),
      '<relink-widget endpoint="/relink" account="fca_1" state="review" theme="dark" lang="de"></relink-widget>',
    );
    assert.deepEqual(complaints, []);
  });

  it('a scenario is an account of the sandbox, in a new element', scenario, async (world, widget) => {
    const complaints = await play(world);
    await widget.reaches('review');
    await world.page.getByLabel('scenario').selectOption('access expired');
    await widget.reaches('review');
    assert.equal(await world.page.locator('relink-widget').getAttribute('account'), 'fca_access_expired');
    assert.equal(await world.page.getByLabel('account').first().inputValue(), 'fca_access_expired');
    assert.deepEqual(complaints, []);
  });

  it('its buttons call the methods, and its log shows what the page is told', scenario, async (world, widget) => {
    const complaints = await play(world);
    await widget.reaches('review');
    assert.ok((await logged(world.page)).includes('relink-ready'));
    await world.page.getByRole('button', { name: 'close()' }).click();
    await becomes('the end is told', true, async () => (await logged(world.page)).includes('relink-cancel'));
    await world.page.getByRole('button', { name: 'restart()' }).click();
    await widget.reaches('review');
    await world.page.getByLabel('display').selectOption('modal');
    await world.page.getByRole('button', { name: 'Place anew' }).click();
    await world.page.getByRole('button', { name: 'Reconnect', exact: true }).click();
    await world.page.locator('relink-widget[open]').waitFor({ state: 'attached' });
    assert.deepEqual(complaints, []);
  });
});
