// The network's faults: on each call of the merchant's, and on Stripe's calls behind it.
const FINAL = ['status 400', 'status 401', 'status 403', 'status 404', 'status 422'];
/** As `relink_faults::Fault::ALL` has them, as far as a server does them. */
const BY_A_SERVER = [
  'reset', 'commit, then reset', 'hang', 'commit, then hang', 'delay 10000 ms', 'cut the body', 'empty body', 'a page',
  'invalid json', 'unknown values', 'missing field', 'extra fields', 'huge body',
  ...[400, 401, 403, 404, 409, 422].map((status) => `status ${status}`),
  'too many, for 7 s', 'too many, for 90 s', 'too many, until 10 s',
  ...[500, 502, 503, 504].map((status) => `status ${status}`), 'redirect', 'out of order',
];
const BY_THE_NETWORK = { refused: 'connectionrefused', 'name not found': 'namenotresolved' };
const ADDRESS = {
  create: ['POST', /\/sessions$/],
  read: ['GET', /\/sessions\/[^/]+$/],
  complete: ['POST', /\/complete$/],
  cancel: ['POST', /\/cancel$/],
};
const STRIPE = {
  'creates a session': 'POST /v1/financial_connections/sessions',
  'reads a session': 'GET /v1/financial_connections/sessions/*',
  'lists accounts': 'GET /v1/financial_connections/accounts',
};
/** A fault that uses up the merchant's timeout for Stripe, in real time, happens once. */
const SLOW = ['hang', 'commit, then hang', 'delay 10000 ms', 'out of order'];

const onTheWay = (call) => ({ way: call === 'read' ? 'hosted' : 'stripe_js', leaves: call === 'cancel' });

const merchants = Object.keys(ADDRESS).flatMap((call) => [
  ...BY_A_SERVER.map((fault) => ({
    name: `${call} × ${fault}`,
    open: { ...onTheWay(call), rules: `${SLOW.includes(fault) ? 'first' : 'first 2'} ${call}: ${fault}` },
    mustSucceed: call !== 'cancel' && !FINAL.includes(fault),
  })),
  ...Object.entries(BY_THE_NETWORK).map(([fault, reason]) => ({
    name: `${call} × ${fault}`,
    open: onTheWay(call),
    mustSucceed: call !== 'cancel',
    before: async (cell) => {
      let left = 2;
      const [method, pattern] = ADDRESS[call];
      await cell.town.context.route(pattern, (route) => {
        if (route.request().method() !== method || left === 0) return route.fallback();
        left -= 1;
        return route.abort(reason);
      });
      await cell.again();
    },
  })),
]);

const stripes = Object.entries(STRIPE).flatMap(([name, address]) => BY_A_SERVER.map((fault) => ({
  name: `Stripe ${name} × ${fault}`,
  open: { stripe: `${SLOW.includes(fault) ? 'first' : 'first 2'} ${address}: ${fault}` },
  // What the merchant makes of a refusal of Stripe's may be the end; a false or a double one is none.
  mustSucceed: false,
})));

export const NETWORK = [...merchants, ...stripes];
