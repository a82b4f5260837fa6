// Days that a bank or a backend sends and no calendar has, or that are over.
import assert from 'node:assert/strict';
import { account, active, becomes, session } from '../../harness/index.mjs';

const now = () => Math.floor(Date.now() / 1000);
/** What comes as a day, in the place of Unix seconds. */
const DAYS = {
  'in the past': () => now() - 86_400,
  'before 1970': () => -86_400,
  'zero': () => 0,
  'in milliseconds': () => (now() + 86_400) * 1000,
  'beyond the year 9999': () => 253_402_300_800,
  'beyond every calendar': () => 9e15,
  'a fraction': () => now() + 0.5,
  'a text': () => 'tomorrow',
  'a date as text': () => '2030-01-01',
  'an object': () => ({ day: 1 }),
  'missing': () => undefined,
  'null': () => null,
};
const NO_DAY = /Invalid|NaN|undefined|null|1970|1969|\bon \.|until \.|\+\d{5}|\{/;

const ends = (on) => ({ accounts: [account({ status: 'active', status_details: { active: { action: 'relink_required', expected_deactivation_date: on } } })] });
const expires = (on) => ({ accounts: [active({ account_numbers: [{ identifier_type: 'tokenized_account_number', status: 'transactable', expected_expiry_date: on }] })] });

/** The review, or the end where nothing is to be done: either says nothing that is no day. */
const isWorded = async (world, widget) => {
  await widget.reaches('review', 'succeeded', 'failed');
  const text = await widget.text();
  assert.doesNotMatch(text, NO_DAY);
  await widget.offersAWay();
};

export const dates = [
  ...Object.entries(DAYS).map(([name, on]) => ({
    situation: `the day on which the bank ends access is ${name}`,
    expected: 'words without a day, and a way on',
    scenario: { backend: { session: session(ends(on())) } },
    run: async (world, widget) => {
      await isWorded(world, widget);
      await becomes('the state', 'review', () => widget.state());
      if (name !== 'a fraction') await widget.shows('will soon stop sharing');
    },
  })),
  ...Object.entries(DAYS).map(([name, on]) => ({
    situation: `the day on which a number for payments ends is ${name}`,
    expected: 'words without a day, and a way on or out',
    scenario: { backend: { session: session(expires(on())) } },
    run: isWorded,
  })),
];
