// The ways that a customer may go, by keyboard alone: from the page's button to the end and back to it. Answers are
// given when the path says so, and the clock stands still, so that each way is the same on every machine.
import assert from 'node:assert/strict';
import {
  account, active, activeSavings, anyAccount, collected, failed, problem, savings, says, session,
} from '../harness/index.mjs';
import { modalPage, watch } from './customer.mjs';

const LATER = { headers: { 'retry-after': '120' } };
const other = active({ id: 'fca_9', display_name: 'Holiday Savings', last4: '9999', subcategory: 'savings' });
const two = { backend: { session: anyAccount({ accounts: [account(), savings()] }) }, stripe: () => collected(active(), activeSavings()) };

/** What all of them begin with. */
const common = { page: modalPage, init: watch, go: false };

const review = 'Reconnect Harbour Bank';
const done = 'Harbour Bank is connected again';

/** By name: the world, and what the customer does in it between opening the widget and its end. */
export const PATHS = {
  'relink': {
    world: {},
    async go(customer) {
      await customer.change(review);
      await customer.reads();
      await customer.activate('Continue to Harbour Bank');
      await customer.change(done);
      await customer.reads();
      await customer.activate('Back to Corner Store');
    },
  },
  'choose an account': {
    world: two,
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank', 'Space');
      await customer.change('Which account should Corner Store use?');
      await customer.reads();
      await customer.tabTo(/Everyday Checking/);
      await customer.press('ArrowDown');
      assert.match((await customer.focused()).name, /Rainy Day Savings.*ending in 9 8 7 6/);
      await customer.activate('Use this account');
      await customer.change(done);
      await customer.activate('Back to Corner Store', 'Space');
    },
  },
  'error: another account was chosen at the bank': {
    world: {
      stripe: ({ nth }) => collected(nth === 1 ? other : active()),
      backend: { complete: ({ nth, session: known }) => (nth === 1 ? says(failed(known, 'no_account')) : undefined) },
    },
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change('That was a different account');
      await customer.reads();
      await customer.activate('Try again at Harbour Bank');
      await customer.change(done);
      await customer.activate('Back to Corner Store');
    },
  },
  'error: the shop is down before the bank': {
    world: { backend: { create: ({ nth }) => (nth < 3 ? problem(503, 'provider_unavailable', LATER) : undefined) } },
    async go(customer) {
      await customer.change('This shop is having trouble', 'assertive');
      await customer.reads();
      await customer.activate('Try again');
      await customer.change('This shop is having trouble', 'assertive');
      await customer.activate('Try again');
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change(done);
      await customer.press('Escape');
    },
  },
  'error: the shop is down after the bank': {
    world: { backend: { complete: ({ nth }) => (nth === 1 ? problem(503, 'provider_unavailable', LATER) : undefined) } },
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change('Corner Store is having trouble', 'assertive');
      await customer.reads();
      await customer.activate('Try again');
      await customer.change(done);
      await customer.activate('Back to Corner Store');
    },
  },
  'error: the bank was closed with nothing done': {
    world: { stripe: ({ nth }) => (nth === 1 ? collected() : collected(active())) },
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change(review);
      await customer.reads();
      await customer.activate('Continue to Harbour Bank');
      await customer.change(done);
      await customer.activate('Back to Corner Store');
    },
  },
  'error: the account is closed for good': {
    world: { backend: { session: session({ accounts: [account({ status_details: { inactive: { cause: 'account_closed', action: 'none' } } })] }) } },
    async go(customer) {
      await customer.change('This account is closed');
      await customer.reads();
      await customer.activate('Close');
    },
  },
  'error: the bank’s page does not open': {
    world: { stripe: ({ nth }) => (nth === 1 ? { throws: 'refused' } : collected(active())) },
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change(review);
      await customer.reads();
      await customer.activate('Continue to Harbour Bank');
      await customer.change(done);
      await customer.activate('Back to Corner Store');
    },
  },
  'Escape before the bank': {
    world: {},
    async go(customer) {
      await customer.change(review);
      await customer.press('Escape');
    },
  },
  'Escape where something would be lost': {
    world: two,
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change('Which account should Corner Store use?');
      await customer.press('Escape');
      await customer.change('Leave before finishing?');
      await customer.reads();
      await customer.activate('Keep going');
      await customer.change('Which account should Corner Store use?');
      // It is asked once.
      await customer.press('Escape');
    },
  },
  'leaving all the same': {
    world: two,
    async go(customer) {
      await customer.change(review);
      await customer.activate('Continue to Harbour Bank');
      await customer.change('Which account should Corner Store use?');
      await customer.press('Escape');
      await customer.change('Leave before finishing?');
      await customer.activate('Leave anyway');
    },
  },
};

/** The scenario of a path. */
export const worldOf = ({ world }) => ({ ...world, ...common });
