// The email that asks a customer to reconnect, by what caniemail.com has measured of real mail programs: whatever one of
// them does not do is either not used, or named here with what the customer sees instead. The email is kept in the
// crate's assets; a test there holds it to what is written.
//
//   node --test e2e/mail.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { doIUseEmail } from '@jsx-email/doiuse-email';

const EMAIL = readFileSync(new URL('../crates/relink-hosted/assets/kept-email.html', import.meta.url), 'utf8');
const PROGRAMS = ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*', 'aol.*', 'samsung-email.*', 'protonmail.*'];

const DONE_WITHOUT = {
  '@media': 'dark screens only; without it the email is light',
  '<body> element': 'its colours are repeated on the table in it',
  'role attribute': 'Windows Mail reads the tables out as such',
  'text-decoration': 'the words of the button are underlined',
  'word-break': 'the address makes its line wider',
  'display:none': 'one line of one pixel, in the colour of its ground',
};

/** What is used and not supported, by mail program. */
const unsupported = (html) => (doIUseEmail(html, { emailClients: PROGRAMS }).errors ?? [])
  .map((error) => /^`(.+)` is not supported by `(.+)`$/.exec(error).slice(1));

test('the email uses nothing that mail programs lack and that is not done without', () => {
  const found = unsupported(EMAIL).filter(([feature]) => !(feature in DONE_WITHOUT));
  assert.deepEqual([...new Set(found.map(String))], []);
});

test('and what they lack would be found', () => {
  const found = unsupported('<!doctype html><html><body><bdi style="display: flex">x</bdi></body></html>').map(([feature]) => feature);
  assert.ok(found.includes('<bdi> element') && found.some((feature) => feature.startsWith('display:flex')), found.join());
});

test('everything that is done without is used', () => {
  const used = new Set(unsupported(EMAIL).map(([feature]) => feature));
  assert.deepEqual(Object.keys(DONE_WITHOUT).filter((feature) => !used.has(feature)), []);
});

test('the button is a cell of a table, which Outlook draws whole', () => {
  assert.match(EMAIL, /<td class="button-cell"[^>]*><a class="button"/);
});
