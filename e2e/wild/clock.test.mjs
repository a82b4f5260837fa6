// A browser's clock that is wrong ends no flow: docs/backend.md, "expires_in".
import assert from 'node:assert/strict';
import { active, becomes, session, suite } from '../harness/index.mjs';

const DAY = 86_400;
const now = () => Math.floor(Date.now() / 1000);
/** An account that works, whose number for payments ends in so many days. */
const ending = (days, changes = {}) => ({
  accounts: [active({ account_numbers: [{ identifier_type: 'tokenized_account_number', status: 'transactable', expected_expiry_date: now() + days * DAY }] })],
  ...changes,
});
const off = (days) => ({ content: `{ const real = Date; const by = ${days} * 86400000;
  window.Date = class extends real { constructor(...given) { given.length ? super(...given) : super(real.now() + by); } static now() { return real.now() + by; } }; }` });
const untimed = { expires_at: null, expires_in: null };
/** The same API on another origin, whose Date no page may read. */
const elsewhere = (site) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Corner Store</title>
<script type="module" src="${site.cdn}/relink-widget.js" crossorigin></script>
<relink-widget endpoint="${site.elsewhere}/relink" account="fca_1"></relink-widget></html>`;

const ROWS = [
  ['a year behind, nothing tells the time, a number ends in ten days', { days: -365, document: ending(10, untimed), page: elsewhere }, 'review'],
  ['a year behind, expires_at alone, a number ends in ten days', { days: -365, document: ending(10, { expires_in: null }), page: elsewhere }, 'review'],
  ['a year behind, expires_in and expires_at, a number ends in ten days', { days: -365, document: ending(10) }, 'review'],
  ['a year behind, Date alone, a number ends in ten days', { days: -365, document: ending(10, untimed) }, 'review'],
  ['a year behind, and no date is involved', { days: -365, document: { accounts: [active()], ...untimed } }, 'already_active'],
  ['right, and Date alone tells, a number works for sixty days', { days: 0, document: ending(60, untimed) }, 'already_active'],
  ['right, and nothing tells, a number works for sixty days', { days: 0, document: ending(60, untimed), page: elsewhere }, 'review'],
  ['right, and expires_at alone tells, a number works for sixty days', { days: 0, document: ending(60, { expires_in: null }), page: elsewhere }, 'already_active'],
  ['twelve hours ahead, a number works for sixty days', { days: 0.5, document: ending(60) }, 'already_active'],
];

suite('the browser\'s clock is', (it) => {
  for (const [situation, { days, document, page }, expected] of ROWS) {
    it(`${situation}: ${expected}`, { init: off(days), page, backend: { session: session(document) } }, async (world, widget) => {
      if (expected === 'review') {
        await widget.reaches('review');
        assert.deepEqual(await world.ends(), []);
        await widget.offersAWay();
      } else {
        await becomes('the end', [expected], async () => (await world.ends()).map((end) => end.detail.outcome));
      }
    });
  }

  it('a year ahead, expires_at alone: one session is replaced at most, and the relink goes through', {
    init: off(365), page: elsewhere, backend: { session: session({ expires_in: null }) },
  }, async (world, widget) => {
    await widget.reaches('review');
    await widget.forward();
    await world.theEnd('relink-success');
    assert.ok(world.backend.calls('create').length <= 2);
  });
});
