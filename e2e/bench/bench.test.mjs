// That `cargo xtask bench` measures what it says, once and shortly; how fast anything is, is the bench's own matter.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measure } from './widget.mjs';
import { median, percentile, table } from './table.mjs';

test('the bench prints a row for everything that it measures', async () => {
  const tables = await measure({ rounds: 1, times: 10, lines: ['fast 4G'], delays: [0], tell: () => {} });
  const rows = tables.flatMap((one) => one.split('\n').slice(2));
  assert.equal(rows.length, 1 + 2 + 9, tables.join('\n'));
  assert.match(rows[0], /^\| fast 4G \| 0 ms \| [\d,]+ ms \| [\d,]+ ms \([\d.]+ ×\) \|$/);
  for (const row of rows.slice(3, 7)) assert.match(row, /[\d,]+ (ms|KB|)( \([\d.]+ ×\))? \| [\d,]+ (ms|KB|) \| (holds|MISSED) \|$/);
  for (const row of rows.slice(-5)) assert.match(row, /^\| a [a-z ]+ \| [\d,]+ ms \| [\d,]+ ms \| [\d,]+ ms \([\d.]+ ×\) \| (16 ms \| (holds|MISSED)| \| ) \|$/);
});

test('medians and percentiles', () => {
  assert.deepEqual([median([3, 1, 2]), percentile([4, 3, 2, 1], 0.95), percentile([7], 0.5)], [2, 4, 7]);
  assert.equal(table(['a', 'b'], [[1, 2]]), '| a | b |\n| --- | --- |\n| 1 | 2 |');
});
