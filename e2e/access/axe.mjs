// axe-core inside a page: what it finds in each row of the gallery, and how much it has really looked at.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Puts axe into the page, once. Two of its guesses go wrong here and are taken from it: joined letters, Arabic ones say,
 * it takes for an icon and skips; and what a long list does not lay out before it is scrolled to, it judges wrongly.
 */
export async function arm(page) {
  await page.evaluate(axe);
  await page.evaluate(() => {
    CanvasRenderingContext2D.prototype.measureText = (text) => ({ width: 30 * text.length });
    const all = new CSSStyleSheet();
    all.replaceSync('.long { content-visibility: visible !important; }');
    for (const { shadowRoot } of document.querySelectorAll('.host')) shadowRoot.adoptedStyleSheets.push(all);
  });
}

/**
 * Judges every row on the page. `rows` says for each how many of its elements, all of them in its shadow root, a rule
 * has looked at and found good; `found` what is wrong, and what axe could not decide, each with its row.
 */
export const judge = (page) => page.evaluate(async (values) => {
  const said = await window.axe.run('main', { runOnly: { type: 'tag', values }, selectors: false, elementRef: true });
  const rows = Object.fromEntries([...document.querySelectorAll('.host')].map((host) => [host.dataset.row, {}]));
  const rowOf = (element) => {
    const root = element?.getRootNode();
    return root instanceof ShadowRoot ? root.host.dataset.row : null;
  };
  const found = [];
  const complain = (kind) => ({ id, nodes }) => nodes.forEach(({ element, html, any, all, none }) => {
    const why = [...any, ...all, ...none].map((check) => check.message).join('; ');
    found.push(`${rowOf(element) ?? 'the page'}: ${kind} ${id}: ${html.slice(0, 160)}: ${why}`);
  });
  said.violations.forEach(complain('violates'));
  said.incomplete.forEach(complain('could not be decided:'));
  for (const { id, nodes } of said.passes) {
    for (const { element } of nodes) {
      const row = rows[rowOf(element)];
      if (row) row[id] = (row[id] ?? 0) + 1;
    }
  }
  return { rows, found };
}, TAGS);
