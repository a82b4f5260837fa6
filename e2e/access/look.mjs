// How the gallery looks, as something that can be kept and compared: where the parts of each view lie, and a picture of
// all views beside each other, at half size. Both are made with a font of our own (font.mjs), so that they do not depend
// on the fonts of a machine.
import { measure } from './font.mjs';

/** What is measured of a view. */
const PARTS = '[part], .chip, .mark, .thread, .lead, h3, .rule, .aside, .search, .why, .offline, .spinner, .skeleton';

/** How far a part may lie from where it lay, in CSS pixels. */
const SLACK_PX = 2;
/** How much a colour channel may differ, and how many pixels of a view may differ more: an icon of 16 px has 64. */
const SLACK = { channel: 32, pixels: 48 };

/** Puts the font into every view of the page, and the views beside each other. */
export async function prepare(page, width) {
  await page.evaluate(async ([bytes, column]) => {
    const font = await new FontFace('Measure', new Uint8Array(bytes)).load();
    document.fonts.add(font);
    const own = new CSSStyleSheet();
    own.replaceSync(':host { --relink-font-family: Measure; } code { font-family: Measure !important; } .long { content-visibility: visible !important; }');
    for (const { shadowRoot } of document.querySelectorAll('.host')) shadowRoot.adoptedStyleSheets.push(own);
    const around = new CSSStyleSheet();
    around.replaceSync(`figcaption { display: none; }
      main { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 24px; padding: 24px; inline-size: ${12 * (column + 24) + 24}px; }
      figure { inline-size: ${column}px; } body { inline-size: max-content; }`);
    document.adoptedStyleSheets.push(around);
    await document.fonts.ready;
  }, [measure(), width]);
}

/** Where the parts of each view lie, relative to it: lines of `name x y width height`, under the view's own line. */
export const layout = (page) => page.$$eval('.host', (hosts, parts) => hosts.map((host) => {
  const round = (...numbers) => numbers.map(Math.round).join(' ');
  const origin = host.getBoundingClientRect();
  const lines = [...host.shadowRoot.querySelectorAll(parts)].filter((part) => part.getClientRects().length).map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return `  ${part.getAttribute('part') ?? part.classList[0] ?? part.localName} ${round(x - origin.x, y - origin.y, width, height)}`;
  });
  return [`${host.dataset.row} ${round(origin.x + scrollX, origin.y + scrollY, origin.width, origin.height)}`, ...lines].join('\n');
}).join('\n'), PARTS);

/** The views of a layout by name: `box` on the picture, `parts`. */
export function views(text) {
  const all = new Map();
  for (const line of text.split('\n').filter(Boolean)) {
    const [name, ...box] = line.trim().split(' ').map((word, at) => (at ? Number(word) : word));
    if (line.startsWith(' ')) [...all.values()].at(-1).parts.push({ name, box });
    else all.set(name, { box, parts: [] });
  }
  return all;
}

/** What lies elsewhere than it did. */
export function moved(before, after) {
  const [was, is] = [views(before), views(after)];
  const found = [...was.keys()].filter((name) => !is.has(name)).map((name) => `${name}: gone`);
  for (const [name, { box, parts }] of is) {
    const then = was.get(name);
    if (!then) {
      found.push(`${name}: new`);
      continue;
    }
    const far = (one, other) => one.some((value, at) => Math.abs(value - other[at]) > SLACK_PX);
    if (far(box.slice(2), then.box.slice(2))) found.push(`${name}: ${then.box.slice(2).join('x')} became ${box.slice(2).join('x')}`);
    parts.forEach((part, at) => {
      const old = then.parts[at];
      if (old?.name !== part.name) found.push(`${name}: ${part.name} where ${old?.name ?? 'nothing'} was`);
      else if (far(part.box, old.box)) found.push(`${name}: ${part.name} from ${old.box.join(' ')} to ${part.box.join(' ')}`);
    });
    if (then.parts.length > parts.length) found.push(`${name}: ${then.parts.length - parts.length} parts gone`);
  }
  return found;
}

/** The picture of all views. */
export const picture = (page) => page.locator('main').screenshot({ animations: 'disabled' });

/** Which views look otherwise, each cut out of its picture where its layout says; the browser reads the pictures. */
export async function different(page, before, after) {
  const boxes = [views(before.layout), views(after.layout)].map((all) => Object.fromEntries([...all].map(([name, { box }]) => [name, box])));
  const urls = [before.picture, after.picture].map((bytes) => `data:image/png;base64,${bytes.toString('base64')}`);
  return page.evaluate(async ([[old, now], [was, is], slack]) => {
    const sheets = await Promise.all([old, now].map(async (url) => createImageBitmap(await (await fetch(url)).blob())));
    const scale = 0.5;
    const cut = (sheet, [x, y, width, height]) => {
      const canvas = new OffscreenCanvas(Math.max(1, Math.floor(width * scale)), Math.max(1, Math.floor(height * scale)));
      const context = canvas.getContext('2d', { willReadFrequently: true });
      context.drawImage(sheet, -Math.round(x * scale), -Math.round(y * scale));
      return context.getImageData(0, 0, canvas.width, canvas.height).data;
    };
    return Object.keys(is).filter((name) => was[name] && was[name][2] === is[name][2]).flatMap((name) => {
      const size = [is[name][2], Math.min(was[name][3], is[name][3])];
      const [first, second] = [cut(sheets[0], [was[name][0], was[name][1], ...size]), cut(sheets[1], [is[name][0], is[name][1], ...size])];
      let pixels = 0;
      for (let at = 0; at < first.length; at += 4) {
        if ([0, 1, 2].some((channel) => Math.abs(first[at + channel] - second[at + channel]) > slack.channel)) pixels += 1;
      }
      return pixels > slack.pixels ? [`${name}: ${pixels} pixels differ`] : [];
    });
  }, [urls, boxes, SLACK]);
}
