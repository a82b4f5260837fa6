// All that a merchant's page has to write for relink-server: a function for the element's `headers`, which brings a token for
// the customer who is signed in here. The shop's own server gets it from relink-server: `GET /relink-token`.

/** A token is fetched anew this long before it runs out. */
const EARLY_MS = 60_000;
/** A call so soon after the element's last one may be the one that follows a 401. */
const SOON_MS = 1_500;

/** The last token, with the page that it is for and when to fetch another. */
let kept = null;
/** By element, when it called last. */
const calls = new WeakMap();

/** A token for this page: a bank's own page sends the customer back to the address as it is now. */
async function fetchToken(page) {
  const answer = await fetch(`/relink-token?page=${encodeURIComponent(page)}`, { cache: 'no-store' });
  // Signed out meanwhile: without a token relink-server says so, and the widget tells the customer.
  if (answer.status === 401) return null;
  if (!answer.ok) throw new Error(`the shop has no token: ${answer.status}`);
  const { token, expires_in: seconds } = await answer.json();
  return { page, token, until: Date.now() + seconds * 1000 - EARLY_MS };
}

/**
 * For the element's `headers`, whose function is called before each request, and once more after a 401. Which of the two a
 * call is it does not say, so two calls of one element in a row get two tokens.
 */
export async function headers() {
  const page = location.pathname + location.search;
  const isSoon = Date.now() - (calls.get(this) ?? 0) < SOON_MS;
  if (isSoon || kept?.page !== page || kept.until <= Date.now()) kept = await fetchToken(page);
  calls.set(this, Date.now());
  return kept ? { authorization: `Bearer ${kept.token}` } : {};
}

/** The next request brings a new token. */
export function forgetToken() {
  kept = null;
}
