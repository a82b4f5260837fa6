// The documentation against the source, in both directions: what a page names exists, and what exists is on a page. So does
// every file that a comment in the source names. Every snippet is parsed; contract/snippets.test.mjs and policy.test.mjs run
// those for a merchant's page.
// Past 400 lines, since every kind of claim that the documentation makes is checked in one place.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const source = (file) => readFileSync(path.join(ROOT, file), 'utf8');
const below = (folder, extension) => readdirSync(path.join(ROOT, folder), { recursive: true })
  .filter((name) => name.endsWith(extension))
  .map((name) => `${folder}/${name}`)
  .sort();
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const set = (names) => [...new Set(names)].sort();

// docs/backend.md has an author and a test of its own.
const PAGES = [...below('docs', '.md'), 'README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md', 'src/element/README.md']
  .filter((file) => file !== 'docs/backend.md')
  .map((file) => ({ file, text: source(file) }));
const page = (name) => PAGES.find(({ file }) => file === `docs/${name}.md`).text;

const prose = (text) => text.replace(/^```[\s\S]*?^```$/gm, '');
const SNIPPETS = PAGES.flatMap(({ file, text }) => [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map((match) => ({
  where: `${file}:${text.slice(0, match.index).split('\n').length}`,
  language: match[1],
  code: match[2],
})));
/** Languages of servers that the page about running relink-server shows. */
const SERVERS = ['python', 'php', 'ruby'];
const snippets = (...languages) => SNIPPETS.filter(({ language }) => languages.includes(language));

/** The part of a page under a heading, up to the next one of its level or above. */
const section = (text, heading) => {
  const start = text.indexOf(`${heading}\n`);
  assert.ok(start >= 0, `there is no heading ${heading}`);
  const [marks] = heading.split(' ');
  const rest = text.slice(start + heading.length);
  const end = rest.search(new RegExp(`^#{1,${marks.length}} `, 'm'));
  return end < 0 ? rest : rest.slice(0, end);
};
/** The tables' rows, without their heads. */
const rows = (text) => text.split('\n')
  .filter((line, at, lines) => line.startsWith('|') && !/^\|[\s|-]+$/.test(line) && !/^\|[\s|-]+$/.test(lines[at + 1] ?? ''))
  .map((line) => line.slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim()));
const code = (text) => all(text, /`([^`]+)`/g);
/** The names in the tables' first column. */
const firsts = (text) => rows(text).flatMap(([first]) => code(first));

const LOADER = source('src/element/relink-widget.js');
const EVENT = source('crates/relink-wire/src/event.rs');
const ENUMS = source('crates/relink-wire/src/enums.rs');
const VIEWS = [...below('src/panes', '.rs'), ...below('src/ui', '.rs')].map(source).join('\n');
const STYLE = below('style/widget', '.css').map(source).join('\n');

const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const PROPERTIES = all(/const PROPERTIES = \{([\s\S]*?)\n\};/.exec(LOADER)[1], /^ {2}(\w+):/gm);
const ATTRIBUTES = set([...PROPERTIES.map(kebab), 'lang']);
const EVENTS = set(all(EVENT, /=> "(relink-\w+)"/g));
const values = (text, name) => all(new RegExp(`${name} \\{([\\s\\S]*?)\\n {4}\\}`).exec(text)[1], /= "(\w+)"/g);
const named = (type) => all(new RegExp(`impl ${type} \\{[\\s\\S]*?match self \\{([\\s\\S]*?)\\}`).exec(EVENT)[1], /=> "(\w+)"/g);
const STATES = named('FlowState');
const CODES = values(ENUMS, 'Code');
const PARTS = set([...all(VIEWS, /part\("([\w-]+)"\)/g), ...all(VIEWS, /"((?:primary|secondary)-button)"/g)]);
const TOKENS = set(all(STYLE, /var\((--relink-[\w-]+)/g));

describe('snippets', () => {
  test('each names a language that is checked', () => {
    const known = [...SERVERS, 'html', 'js', 'ts', 'tsx', 'vue', 'svelte', 'rust', 'css', 'sh', 'http', 'json', 'toml', 'txt'];
    assert.deepEqual(SNIPPETS.filter(({ language }) => !known.includes(language)).map(({ where }) => where), []);
    assert.ok(SNIPPETS.length > 20, 'there are snippets at all');
  });

  for (const { where, language, code: text } of snippets('js', 'ts', 'tsx', 'css')) {
    test(`${where} (${language}) parses`, () => {
      const { warnings } = transformSync(text, { loader: language, logLevel: 'silent', format: language === 'css' ? undefined : 'esm', jsx: 'preserve' });
      assert.deepEqual(warnings.map((warning) => warning.text), []);
    });
  }

  const app = below('examples/leptos', '.rs').map(source).join('\n');
  for (const { where, code: text } of snippets('rust').filter((snippet) => snippet.where.startsWith('docs/leptos.md'))) {
    test(`${where} (rust) is from the app that is compiled and driven`, () => assert.ok(app.includes(text)));
  }

  for (const { where, code: text } of snippets('json')) {
    test(`${where} (json) parses`, () => assert.doesNotThrow(() => JSON.parse(text)));
  }

  for (const { where, code: text } of snippets('html', 'tsx')) {
    test(`${where} is whole, and gives the element only attributes that it has`, () => {
      const tags = [...text.matchAll(/<(\/?)([a-z][\w-]*)((?:\s+[\w-]+(?:=(?:"[^"]*"|\{[^}]*\}))?)*)\s*(\/?)>/g)];
      assert.equal(tags.length, text.match(/<\/?[a-z]/g)?.length ?? 0, 'every tag can be read');
      const open = [];
      for (const [, closes, name, attributes, closed] of tags) {
        if (closes) assert.equal(open.pop(), name, 'what is closed is what was opened last');
        else if (!closed && !['link', 'meta', 'img', 'input'].includes(name)) open.push(name);
        if (name !== 'relink-widget') continue;
        for (const attribute of all(attributes, /\s([\w-]+)/g)) assert.ok(ATTRIBUTES.includes(attribute), attribute);
      }
      assert.deepEqual(open, []);
      const scripts = all(text, /(relink-widget[\w.-]*\.(?:js|wasm|css))/g);
      for (const file of scripts) assert.ok([LOADER, source('xtask/src/dist/names.rs')].some((from) => from.includes(file)), file);
    });
  }

  for (const { where, code: text } of snippets('sh')) {
    test(`${where} calls commands that exist`, () => {
      const commands = all(source('xtask/src/main.rs'), /^ {2}([\w-]+)(?= .*)/gm);
      for (const command of all(text, /cargo xtask ([\w-]+)/g)) assert.ok(commands.includes(command), command);
      const helper = /test_helpers\/financial_connections\/sessions\/\$SESSION\/(\w+)/.exec(text);
      if (helper) assert.ok(source('sandbox/src/api/test_helpers.rs').includes(`"${helper[1]}"`), helper[1]);
    });
  }

  test('JavaScript uses only events, codes, properties and methods that there are', () => {
    const text = snippets('js', 'ts').map((snippet) => snippet.code).join('\n');
    for (const event of all(text, /"(relink-(?!widget)\w+)"/g)) assert.ok(EVENTS.includes(event), event);
    for (const value of all(text, /\.code [!=]== "(\w+)"/g)) assert.ok(CODES.includes(value), value);
    const members = ['addEventListener', 'locator', 'headers', 'messages', 'state', 'show', 'close', 'restart', ...PROPERTIES];
    for (const member of all(text, /\bwidget\??\.(\w+)/g)) assert.ok(members.includes(member), member);
  });

  for (const { where, code: text } of snippets(...SERVERS)) {
    test(`${where} asks relink-server for a token of the customer who is signed in`, () => {
      for (const part of ['/v1/customer_tokens', 'RELINK_API_KEY', 'customer', 'return_url', 'no-store']) assert.ok(text.includes(part), part);
      for (const [opens, closes] of ['()', '[]', '{}']) assert.equal(text.split(opens).length, text.split(closes).length, opens);
    });
  }

  test('importing the module where there is no browser does nothing', async () => {
    for (const before of ['beside', 'bundled']) {
      const loader = source(`src/element/${before}.js`) + source('src/element/relink-widget.js');
      assert.deepEqual(Object.keys(await import(`data:text/javascript,${encodeURIComponent(`${loader}\nexport {};`)}`)), []);
    }
  });
});

test('no page has a place that is still to be filled in', () => {
  for (const { file, text } of [...PAGES, { file: 'docs/backend.md', text: source('docs/backend.md') }]) {
    assert.doesNotMatch(text, /@[A-Z]{2,}@/, file);
  }
});

describe('names', () => {
  test('every attribute and property is in embedding.md, and no other', () => {
    const table = rows(section(page('embedding'), '## Attributes'));
    assert.deepEqual(set(table.flatMap(([attribute]) => code(attribute))), ATTRIBUTES);
    assert.deepEqual(set(table.map(([, property]) => code(property)[0])), set([...PROPERTIES, 'lang']));
    for (const [attribute, property] of table) assert.equal(kebab(code(property)[0]), code(attribute)[0]);
  });

  test('every method is in embedding.md, and no other', () => {
    const methods = all(LOADER, /^ {2}(?:async )?([a-z]\w*)\(\) \{/gm).filter((name) => !/constructor|Callback$/.test(name));
    assert.deepEqual(firsts(section(page('embedding'), '## Methods')), methods.map((name) => `${name}()`));
  });

  test('every event has a heading in events.md, and every field of its detail a row', () => {
    const events = section(page('events'), '## Every event');
    assert.deepEqual(set(all(events, /^### `(relink-\w+)`$/gm)), EVENTS);
    const bodies = EVENT.slice(EVENT.indexOf('pub fn detail')).split(/^ {12}Self::/m).slice(1);
    const variants = Object.fromEntries(all(EVENT, /(Self::\w+(?: \{ \.\. \}|\(_\))? => "relink-\w+")/g).map((arm) => [
      /Self::(\w+)/.exec(arm)[1],
      /"(.*)"/.exec(arm)[1],
    ]));
    assert.equal(Object.keys(variants).length, EVENTS.length);
    const fieldsOf = (head) => all(EVENT.slice(EVENT.indexOf(head)).split(/^}/m)[0], /\("(\w+)", /g);
    for (const body of bodies) {
      const event = variants[/^\w+/.exec(body)[0]];
      const text = section(events, `### \`${event}\``);
      const arm = body.split('detail.text("session"')[0];
      const fields = [...all(arm, /\("(\w+)", /g), ...all(arm, /detail\["(\w+)"\]/g)];
      if (arm.includes('trouble(')) fields.push(...fieldsOf('fn trouble'));
      if (arm.includes('AccountSummary::encode')) fields.push(...fieldsOf('impl AccountSummary'));
      if (arm.includes('analytics.write(')) fields.push(...fieldsOf('impl Analytics {'));
      const [listed, told] = [firsts(text.split('\n\n| name |')[0]), code(text)];
      for (const field of fields) assert.ok(told.includes(field), `${event}: ${field}`);
      if (event !== 'relink-error') {
        for (const field of listed.filter((name) => !STATES.includes(name))) assert.ok(fields.includes(field), `${event}: ${field}`);
      }
    }
  });

  test('states, names for analytics and values are those of the source', () => {
    const events = page('events');
    const [, states] = section(events, '### `relink-state`').split('| state | what');
    assert.deepEqual(firsts(`| x |\n|---|${states.slice(states.indexOf('\n', states.indexOf('\n') + 1))}`), STATES);
    const [, names] = section(events, '### `relink-event`').split('| name | when |');
    assert.deepEqual(rows(names.split('\n#### ')[0]).map(([name]) => code(name)[0]), named('AnalyticsName'));
    for (const type of ['Outcome', 'Rule', 'FailureReason']) {
      for (const value of values(ENUMS, type)) assert.ok(code(events).includes(value), `${type}: ${value}`);
    }
  });

  test('every code is in troubleshooting.md once, and no other', () => {
    const text = page('troubleshooting');
    const tables = ['## Codes that come from your backend', '## Codes that the widget finds'].map((heading) => section(text, heading));
    assert.deepEqual(tables.flatMap(firsts), CODES);
  });

  test('what the customer is said to see is what the widget says', () => {
    const plain = (text) => text.replaceAll('’', "'").toLowerCase();
    const english = plain(source('src/words/languages/en.json')).replace(/\{(shop|bank)\}/g, '…');
    const tables = rows(page('troubleshooting')).filter((row) => row.length === 4);
    assert.ok(tables.length > 15);
    for (const quote of tables.flatMap(([, , sees]) => all(sees, /"([^"]+)"/g))) {
      for (const piece of plain(quote).replaceAll('. ', '…').split('…')) assert.ok(english.includes(piece.trim()), quote);
    }
  });

  test('every message and every language is in words.md as it is, and no other', () => {
    const { language, direction, ...messages } = JSON.parse(source('src/words/languages/en.json'));
    const texts = Object.entries(messages).flatMap(([name, said]) =>
      typeof said === 'string' ? [[name, said]] : Object.entries(said).map(([part, text]) => [`${name}.${part}`, text]));
    const names = rows(section(page('words'), '## Names'));
    assert.deepEqual(names.map(([name, text]) => [code(name)[0], text]), texts);
    const tags = below('src/words/languages', '.json').map((file) => path.basename(file, '.json'));
    const listed = code(section(page('words'), '## Languages').split(':')[0]);
    assert.deepEqual(set(listed), set(tags));
  });

  test('every part is in appearance.md, and no other; style snippets use no other', () => {
    assert.deepEqual(set(firsts(section(page('appearance'), '## Parts'))), PARTS);
    for (const { where, code: text } of snippets('css')) {
      for (const part of all(text, /::part\(([\w-]+)\)/g)) assert.ok(PARTS.includes(part), `${where}: ${part}`);
    }
  });

  test('every token is in appearance.md with its defaults, and no other anywhere', () => {
    const table = rows(section(page('appearance'), '## Tokens'));
    assert.deepEqual(set(table.map(([token]) => code(token)[0])), TOKENS);
    // The first rule counts; browsers without light-dark() have a second.
    const otherwise = (token) => {
      const value = new RegExp(`var\\(${token}, ((?:[^()]|\\([^()]*\\))+)\\)`).exec(STYLE)?.[1];
      return /^light-dark\((.+), (.+)\)$/.exec(value)?.slice(1) ?? [value, value];
    };
    for (const [first, , inLight, inDark] of table) {
      const [token] = code(first);
      if (inLight.startsWith('`')) assert.equal(otherwise(token)[0], code(inLight)[0], token);
      if (inDark.startsWith('`')) assert.equal(otherwise(token)[1], code(inDark)[0], token);
    }
    for (const { file, text } of PAGES) {
      for (const token of all(text, /(--relink-[\w-]+)/g)) assert.ok(TOKENS.includes(token) || token === '--relink-', `${file}: ${token}`);
    }
  });

  // What is read on what, and what a customer must see of a control: links and focus have the main colour.
  const READ_ON = { background: ['text', 'muted', 'primary', 'danger', 'success', 'warning'], raised: ['text', 'muted', 'primary'], primary: ['on-primary'] };
  const luminance = (hex) => {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (...pair) => {
    const [dark, light] = pair.map(luminance).sort((one, other) => one - other);
    return (light + 0.05) / (dark + 0.05);
  };
  /** The pairs of a style sheet's colours, with the defaults for the others, that have less than 4.5:1. */
  const poor = (css) => {
    const value = (token, of) => new RegExp(`--relink-color-${token}[:,] ((?:[^();]|\\([^()]*\\))+)[;)]`).exec(of)?.[1];
    const inTheme = (token, theme) => {
      const said = value(token, css) ?? value(token, STYLE);
      const colour = /^light-dark\((.+), (.+)\)$/.exec(said)?.[theme + 1] ?? said;
      assert.match(colour, /^#[0-9a-f]{6}$/, `${token}: a colour in hexadecimal`);
      return colour;
    };
    return [0, 1].flatMap((theme) => Object.entries(READ_ON).flatMap(([ground, inks]) => inks
      .map((ink) => ({ pair: `${ink} on ${ground}, ${['light', 'dark'][theme]}`, is: contrast(inTheme(ink, theme), inTheme(ground, theme)) }))
      .filter(({ is }) => is < 4.5).map(({ pair, is }) => `${pair}: ${is.toFixed(2)}`)));
  };

  test('the defaults, and the colours of every style snippet, can be read in light and in dark', () => {
    assert.deepEqual(poor(''), []);
    const coloured = snippets('css').filter(({ code: text }) => text.includes('--relink-color-'));
    assert.ok(coloured.length > 1, 'there are snippets with colours');
    for (const { where, code: text } of coloured) assert.deepEqual(poor(text), [], where);
  });

  test('a main colour that is said for light alone is found out', () => {
    assert.deepEqual(poor('relink-widget { --relink-color-primary: #0a5c4a; }'), ['primary on background, dark: 2.25', 'primary on raised, dark: 2.05', 'on-primary on primary, dark: 2.25']);
  });

  test('every scenario and bank of the sandbox is in testing.md, and no other', () => {
    const seed = source('sandbox/src/world/seed.rs');
    const offered = all(seed, /offer\(\s*world,\s*\w+,\s*"fca_(\w+)"/g);
    const single = all(seed, /single\(\s*world,\s*"\w+",\s*vec!\[[\s\S]*?plot\(\s*"fca_(\w+)"/g);
    const scenarios = firsts(section(page('testing'), '### Scenarios'));
    for (const name of [...offered, ...single]) assert.ok(scenarios.includes(name), name);
    for (const name of scenarios) assert.ok(seed.includes(`"fca_${name}"`), name);
    const banks = all(source('sandbox/src/world/institution.rs'), /"fcinst_\w+",(?: name:)? "([^"<]+)"/g);
    const listed = rows(section(page('testing'), '### Banks')).flatMap(([names]) => names.split(', '));
    for (const bank of banks) assert.ok(listed.includes(bank), bank);
    assert.ok(banks.length > 10);
  });

  test('the steps of the test command are those of testing.md', () => {
    const steps = all(source('xtask/src/test/mod.rs'), /Self::\w+ => "([\w-]+)",/g);
    assert.deepEqual(firsts(section(page('testing'), '## How this project tests itself')), steps);
  });

  test('every setting of hosted relinks is in hosted.md, and no other', () => {
    const settings = all(source('crates/relink-hosted/src/settings.rs'), /(?:get|list|address)\("([A-Z_]+)"\)/g);
    // Stripe.js is a setting of the page's, and none of mail and links: server/README.md has it.
    const read = settings.filter((name) => name !== 'STRIPE_JS_URL');
    assert.ok(read.length > 5, 'there are settings at all');
    assert.deepEqual(set(firsts(section(page('hosted'), '## Settings'))), set(read));
  });

  test('every variable of relink-server is in its README, and no other', () => {
    const variables = all(source('server/src/variables.rs'), /(?:required|optional)\(\s*"([A-Z_]+)"/g);
    const [, table] = source('server/README.md').split('| variable | meaning | default |');
    const inReadme = firsts(`| x |\n${table.split('\n\n')[0]}`);
    // Those of mail and links have a table of their own.
    const elsewhere = firsts(section(page('hosted'), '## Settings'));
    assert.deepEqual(set([...inReadme, ...elsewhere]), set(variables));
  });

  test('every variable of the shop is in its README, and no other', () => {
    const read = all(source('shop/src/config.rs'), /(?:get|url)\("([A-Z_]+)"\)/g);
    const [, table] = source('shop/README.md').split('| variable | meaning | default |');
    assert.deepEqual(set(firsts(`| x |\n${table.split('\n\n')[0]}`)), set(read));
  });

  test('what looks like a name of ours is one', () => {
    const crates = readdirSync(path.join(ROOT, 'crates'));
    const known = [...crates, 'relink-widget', 'relink-sandbox', 'relink-server', 'relink-widget-glue', 'relink-widget:', 'relink-success', ...EVENTS];
    for (const { file, text } of PAGES) {
      for (const name of code(prose(text)).filter((word) => /^relink-[\w-]+:?$/.test(word))) assert.ok(known.includes(name), `${file}: ${name}`);
    }
  });
});

describe('links', () => {
  const slug = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').trim().replaceAll(' ', '-');
  for (const { file, text } of PAGES.filter((one) => one.file !== 'src/element/README.md')) {
    test(`of ${file} lead somewhere`, () => {
      for (const link of all(prose(text), /\]\(([^)\s]+)\)/g).filter((href) => !/^https?:/.test(href))) {
        const [target, anchor] = link.split('#');
        const where = target ? path.join(ROOT, path.dirname(file), target) : path.join(ROOT, file);
        assert.ok(existsSync(where), link);
        if (anchor) assert.ok(all(readFileSync(where, 'utf8'), /^#+ (.*)$/gm).map(slug).includes(anchor), link);
      }
      for (const name of code(prose(text)).filter((word) => /^(src|crates|sandbox|server|shop|examples|xtask|e2e|docs|style|conformance)\/[\w./-]*$/.test(word))) {
        assert.ok(existsSync(path.join(ROOT, name)), name);
      }
    });
  }

  test('every page of docs/ is in its index', () => {
    const linked = all(page('README'), /\]\(([\w.-]+\.(?:md|yaml))\)/g);
    const there = readdirSync(path.join(ROOT, 'docs')).filter((name) => /\.(md|yaml)$/.test(name) && name !== 'README.md');
    assert.deepEqual(there.filter((name) => !linked.includes(name)), []);
  });
});

describe('comments in the source', () => {
  // By path: xtask/src/dist is source.
  const SKIPPED = ['target', 'dist', '.git'];
  const list = (folder) => readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !SKIPPED.includes(path.join(folder, name)))
    .flatMap((entry) => (entry.isDirectory() ? list(path.join(folder, entry.name)) : [path.join(folder, entry.name)]));
  const FILES = list('');
  /** Every file and every folder, under each name that a comment may use: whole, or from one of its folders on. */
  const NAMES = new Set(FILES.flatMap((file) => {
    const parts = file.split(path.sep);
    return parts.flatMap((_, from) => parts.slice(from).map((__, count) => parts.slice(from, from + count + 1).join('/')));
  }));
  /** Not files of this repository: programs and data of others, and what `cargo xtask dist` makes. */
  const OTHERS = ['Stripe.js', 'Node.js', 'PropList.txt', 'DerivedCoreProperties.txt', 'integrity.json'];

  const comments = (file) => {
    const text = source(file);
    if (file.endsWith('.toml')) return all(text, /(?:^|\s)#(.*)$/gm);
    // Not within quotes: a route's pattern in a test looks like the beginning of a block.
    const blocks = all(text, /^[^'"`\n]*(\/\*[\s\S]*?\*\/)/gm);
    return file.endsWith('.css') ? blocks : [...blocks, ...all(text, /(?:^|[\s;{})])\/\/(.*)$/gm)];
  };
  const COMMENTED = FILES.filter((file) => /\.(rs|js|mjs|css|toml)$/.test(file));
  const named = (pattern) => COMMENTED.flatMap((file) => comments(file)
    .flatMap((comment) => all(comment.replace(/\w+:\/\/\S+/g, ''), pattern).map((name) => ({ file, name }))));

  test('name files and folders that exist', () => {
    const file = /(?<![\w./{}$*-])([\w-]+(?:[./][\w-]+)*\.(?:rs|js|mjs|css|toml|md|json|yaml|html|ts|txt|sql|svelte|vue))\b(?![\w(])/g;
    const below = /(?<![\w./{}$*-])((?:src|crates|server|shop|sandbox|xtask|e2e|docs|style|conformance|gallery|fuzz|examples)(?:\/[\w-]+)+)(?![\w./*{<-])/g;
    const found = [...named(file), ...named(below)];
    assert.ok(found.length > 60, 'files are named at all');
    assert.deepEqual(found.filter(({ name }) => !NAMES.has(name) && !OTHERS.includes(name)), []);
  });

  test('cite a document by its path', () => {
    assert.deepEqual(named(/(?<![\w."'`-])(CONTRACT|STRIPE|DESIGN|LOOK|SIZE|PROVIDERS|BUILD)(?![\w"'`-])/g), []);
  });
});

test('every page of ours that opens Stripe.js lets a Referer through, and no more than its origin', () => {
  const files = readdirSync(ROOT).filter((name) => name.endsWith('.html'))
    .concat(below('examples', '.html').filter((file) => !file.includes('node_modules') && !file.includes('/dist/')));
  const served = ['examples/backend-axum/src/main.rs', 'examples/backend-run-node/server.mjs', 'examples/leptos/src/main.rs', 'xtask/src/docs/frame.rs'];
  assert.ok(files.length >= 6, files.join());
  for (const file of [...files, ...served]) {
    assert.match(source(file).replaceAll('\\"', '"'), /<meta name="referrer" content="strict-origin"(?: \/)?>/, file);
  }
  for (const file of ['shop/src/document.rs', 'crates/relink-hosted/src/layout.rs', 'sandbox/src/pages/answer.rs']) {
    assert.match(source(file), /"referrer-policy",\s*(HeaderValue::from_static\()?"strict-origin"/, file);
    assert.doesNotMatch(source(file), /"no-referrer"/, file);
  }
});
