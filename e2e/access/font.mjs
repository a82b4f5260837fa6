// A font in which every sign is a box of the same width, made here and now. A machine's own fonts are all different, and
// so would be every line break and every picture; with this one a view has the same layout everywhere.

const UNITS = 1000;
const [ASCENT, DESCENT, WIDTH] = [900, 250, 520];
const BOX = { left: 40, right: 480, bottom: 0, top: 520 };

const u16 = (...values) => values.flatMap((value) => [(value >> 8) & 255, value & 255]);
const u32 = (...values) => values.flatMap((value) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);

/** Glyph 0 is none, 1 a box, 2 a space. */
function glyphs() {
  const { left, right, bottom, top } = BOX;
  const xs = [left, 0, right - left, 0];
  const ys = [bottom, top - bottom, 0, bottom - top];
  const box = [...u16(1, left, bottom, right, top, 3, 0), 1, 1, 1, 1, ...u16(...xs, ...ys)];
  return { glyf: box, loca: u32(0, 0, box.length, box.length) };
}

/** Many signs to one glyph: format 13. */
function signs() {
  const groups = [[0x20, 0x20, 2], [0x21, 0x9f, 1], [0xa0, 0xa0, 2], [0xa1, 0x200a, 1], [0x2010, 0x202e, 1], [0x2030, 0xd7ff, 1], [0xf900, 0x1ffff, 1]];
  const table = [...u16(13, 0), ...u32(16 + 12 * groups.length, 0, groups.length), ...groups.flatMap((group) => u32(...group))];
  return [...u16(0, 1), ...u16(3, 10), ...u32(12), ...table];
}

function tables() {
  const { glyf, loca } = glyphs();
  const panose = Array(10).fill(0);
  return {
    'OS/2': [
      ...u16(4, WIDTH, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0), ...panose, ...u32(1, 0, 0, 0), 32, 32, 32, 32,
      ...u16(0x40, 0x20, 0xffff, ASCENT, -DESCENT, 0, ASCENT, DESCENT), ...u32(1, 0), ...u16(BOX.top, 700, 0, 0x20, 1),
    ],
    cmap: signs(),
    glyf,
    head: [
      ...u32(0x10000, 0x10000, 0, 0x5f0f3cf5), ...u16(0b11, UNITS), ...u32(0, 0, 0, 0), ...u16(BOX.left, BOX.bottom, BOX.right, BOX.top, 0, 6, 2, 1, 0),
    ],
    hhea: [...u32(0x10000), ...u16(ASCENT, -DESCENT, 0, WIDTH, 0, 0, BOX.right, 1, 0, 0, 0, 0, 0, 0, 0, 3)],
    hmtx: u16(WIDTH, 0, WIDTH, BOX.left, WIDTH, 0),
    loca,
    maxp: [...u32(0x10000), ...u16(3, 4, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0)],
    name: u16(0, 0, 6),
    post: [...u32(0x30000, 0), ...u16(-75, 50), ...u32(0, 0, 0, 0, 0)],
  };
}

/** The font's bytes. */
export function measure() {
  const all = Object.entries(tables());
  const head = [...u32(0x10000), ...u16(all.length, 128, 3, all.length * 16 - 128)];
  let offset = head.length + all.length * 16;
  const body = [];
  for (const [name, bytes] of all) {
    const padded = [...bytes, ...Array((4 - (bytes.length % 4)) % 4).fill(0)];
    let sum = 0;
    for (let at = 0; at < padded.length; at += 4) sum = (sum + ((padded[at] << 24) | (padded[at + 1] << 16) | (padded[at + 2] << 8) | padded[at + 3])) >>> 0;
    head.push(...[...name].map((letter) => letter.charCodeAt(0)), ...u32(sum, offset, bytes.length));
    body.push(...padded);
    offset += padded.length;
  }
  return [...head, ...body];
}
