// The documents of docs/contract.md, section 2, as a merchant's backend would send them. Every test starts from the same
// broken account at Harbour Bank and says only what is different.

/** What must never be seen outside of the handoff. */
export const CANARY = 'fcsess_1_secret_CANARY';

/** A Financial Connections account whose access has expired. */
export const account = (changes = {}) => ({
  id: 'fca_1',
  object: 'financial_connections.account',
  authorization: 'fcauth_1',
  institution: 'fcinst_1',
  institution_name: 'Harbour Bank',
  display_name: 'Everyday Checking',
  last4: '1234',
  category: 'cash',
  subcategory: 'checking',
  status: 'inactive',
  status_details: { inactive: { cause: 'access_expired', action: 'relink_required' } },
  permissions: ['payment_method', 'balances'],
  account_numbers: [],
  supported_payment_method_types: ['us_bank_account'],
  account_holder: { type: 'customer', customer: 'cus_1' },
  balance: null,
  created: 1700000000,
  livemode: false,
  ...changes,
});

/** The same account, working. */
export const active = (changes = {}) => account({ status: 'active', status_details: {}, ...changes });

/** A second account under the same authorization. */
export const savings = (changes = {}) =>
  account({ id: 'fca_2', display_name: 'Rainy Day Savings', last4: '9876', subcategory: 'savings', ...changes });

/** The second account, working. */
export const activeSavings = (changes = {}) => savings({ status: 'active', status_details: {}, ...changes });

/** A pending session for exactly `fca_1`. */
export const session = (changes = {}) => ({
  object: 'relink_session',
  id: 'rls_1',
  livemode: false,
  status: 'pending',
  expires_at: Math.floor(Date.now() / 1000) + 1800,
  expires_in: 1800,
  merchant: {
    name: 'Corner Store',
    support_url: 'https://corner.example/help',
    privacy_url: 'https://corner.example/privacy',
  },
  institution: { id: 'fcinst_1', name: 'Harbour Bank', logo_url: null },
  permissions: ['payment_method', 'balances'],
  relink_options: { authorization: 'fcauth_1', account: 'fca_1' },
  limits: { accounts: 1 },
  accounts: [account()],
  handoff: { type: 'stripe_js', publishable_key: 'pk_test_1', client_secret: CANARY },
  relink_result: null,
  ...changes,
});

/** A pending session for any account under the authorization. */
export const anyAccount = (changes = {}) =>
  session({ relink_options: { authorization: 'fcauth_1', account: null }, ...changes });

/** The session after a relink that worked, for those accounts. */
export const succeeded = (before, accounts = [active()]) => ({
  ...before,
  status: 'succeeded',
  accounts,
  relink_result: {
    account: before.relink_options?.account ?? null,
    authorization: 'fcauth_1',
    failure_reason: null,
  },
});

/** The session after a relink that did not work. */
export const failed = (before, reason, accounts = before.accounts) => ({
  ...before,
  status: 'failed',
  accounts,
  relink_result: { account: null, authorization: null, failure_reason: reason },
});

/** An account as Stripe.js gives it to the page: fewer fields than the backend's. */
export const seen = ({ id, institution_name, display_name, last4, status, category, subcategory, permissions }) => ({
  id,
  object: 'financial_connections.account',
  institution_name,
  display_name,
  last4,
  status,
  category,
  subcategory,
  permissions,
  livemode: false,
  created: 1,
  supported_payment_method_types: ['us_bank_account'],
});

/** What Stripe.js resolves to with those accounts; with none, the customer closed it. */
export const collected = (...accounts) => ({
  resolves: { financialConnectionsSession: { id: 'fcsess_1', accounts: accounts.map(seen) } },
});

/** Stripe.js, closed by the customer. */
export const closedModal = collected();

/** For `Backend.template`: sessions whose way to the bank is a page that `site` hosts. */
export const hostedAt = (site, changes = {}) => (id) =>
  session({ id, handoff: { type: 'hosted', url: `${site.bank}/connect?session=${id}` }, ...changes });
