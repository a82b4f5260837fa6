// A page for a provider that gives no address, only a script: here Teller Connect. Your server serves it and gives its address as
// `hosted.url`. The provider's access token goes from the script to your server, and nowhere else: the page has no opener, sends no
// message, stores nothing, and the policy lets it reach no other place. Without dependencies. For production replace
//
// - `tickets`: a table. A ticket opens the page of one session, for half an hour; it is used up by the first good answer.
// - `ask`: Teller asks for your client certificate outside of its sandbox. `fetch` has none; `https.request` takes `cert` and `key`.
import crypto from 'node:crypto';

const LIFE_MS = 30 * 60_000;
const TELLER = { script: 'https://cdn.teller.io/connect/connect.js', frame: 'https://teller.io', api: 'https://api.teller.io', environment: 'sandbox' };
const WORDS = { heading: 'Reconnect your bank', open: 'Continue', failed: 'That did not work. Nothing has changed; please try again.', done: 'Done.', back: 'Go back' };
const escaped = (text) => String(text ?? '').replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);

/** What runs on the page. It has its facts from attributes, because the policy allows no script inside the page. */
const SCRIPT = `const { applicationId, environment, enrollmentId, connectToken } = document.body.dataset;
const [open, failed, done] = ['open', 'failed', 'done'].map((id) => document.getElementById(id));
const leave = () => {
  window.close(); // The widget opened this window, or left its own page to come here.
  location.replace(document.getElementById('back').href);
};
const teller = TellerConnect.setup({
  applicationId, environment, enrollmentId, connectToken: connectToken || undefined, selectAccount: 'disabled',
  async onSuccess({ accessToken }) {
    const answer = await fetch(location.pathname, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ accessToken }),
    }).catch(() => ({ ok: false }));
    failed.hidden = answer.ok;
    if (!answer.ok) return;
    [open.hidden, done.hidden] = [true, false];
    leave();
  },
  onExit: leave,
  onFailure() { failed.hidden = false; },
});
open.addEventListener('click', () => teller.open());
teller.open();
`;

/**
 * `origin` is where the page is served, best a host of its own; `reconnected({ session, accessToken, accounts })` keeps the token and
 * ends your relink session by what Teller says of the accounts. It is called only where they belong to the enrollment to be repaired.
 */
export function providerPage({ origin, applicationId, reconnected, teller = {}, words = {}, lang = 'en' }) {
  const { script, frame, api, environment } = { ...TELLER, ...teller };
  const say = { ...WORDS, ...words };
  const tickets = new Map(); // hash of the ticket → what it is for
  const hash = (ticket) => crypto.createHash('sha256').update(ticket).digest('hex');
  const headers = {
    'content-security-policy': `default-src 'none'; script-src 'self' ${new URL(script).origin}; frame-src ${frame}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store',
  };
  const page = ({ enrollment, connectToken, back }) => `<!doctype html><html lang="${escaped(lang)}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(say.heading)}</title><script src="${escaped(script)}"></script><script type="module" src="/provider-page.js"></script>
<body data-application-id="${escaped(applicationId)}" data-environment="${escaped(environment)}" data-enrollment-id="${escaped(enrollment)}" data-connect-token="${escaped(connectToken)}">
<main><h1>${escaped(say.heading)}</h1><button id="open">${escaped(say.open)}</button><p id="failed" role="alert" hidden>${escaped(say.failed)}</p>
<p id="done" role="status" hidden>${escaped(say.done)}</p><p><a id="back" href="${escaped(back)}">${escaped(say.back)}</a></p></main></body></html>`;

  /** What Teller says of the accounts behind a token; null where it refuses the token. */
  async function ask(accessToken) {
    const basic = Buffer.from(`${accessToken}:`).toString('base64');
    const answer = await fetch(`${api}/accounts`, { headers: { authorization: `Basic ${basic}` }, signal: AbortSignal.timeout(20_000) });
    if (answer.status >= 500) throw new Error('Teller does not answer');
    return answer.ok ? answer.json() : null;
  }
  async function take(request, known, key) {
    const own = [undefined, 'same-origin'].includes(request.headers['sec-fetch-site']) && request.headers.origin === origin;
    if (!own || !request.headers['content-type']?.startsWith('application/json')) return 403;
    let text = '';
    for await (const part of request.setEncoding('utf8')) if ((text += part).length > 10_000) return 413;
    let accessToken;
    try { ({ accessToken } = JSON.parse(text)); } catch { return 400; }
    if (typeof accessToken !== 'string' || !/^[\w-]+$/.test(accessToken)) return 400;
    const accounts = await ask(accessToken);
    if (!accounts?.length || accounts.some(({ enrollment_id }) => enrollment_id !== known.enrollment)) return 422;
    if (!tickets.delete(key)) return 410; // another answer was faster
    try {
      await reconnected({ session: known.session, accessToken, accounts });
      return 204;
    } catch (error) {
      tickets.set(key, known); // nothing was kept: the same page may try again
      throw error;
    }
  }
  return {
    /** The address for `hosted.url`, of the page that repairs an enrollment for a session; `back` is where the customer came from. */
    address({ session, enrollment, connectToken = '', back }) {
      const ticket = crypto.randomBytes(32).toString('base64url');
      tickets.set(hash(ticket), { session, enrollment, connectToken, back, until: Date.now() + LIFE_MS });
      return `${origin}/reconnect/${ticket}`;
    },
    /** Answers a request for the page, its script, or with the token; false where the address is none of these. */
    async handle(request, response) {
      const path = request.url.split('?')[0];
      const [, ticket] = /^\/reconnect\/([\w-]{43})$/.exec(path) ?? [];
      if (path === '/provider-page.js') return response.writeHead(200, { ...headers, 'content-type': 'text/javascript' }).end(SCRIPT);
      if (!ticket) return false;
      const key = hash(ticket);
      const known = tickets.get(key);
      if (!known || known.until < Date.now()) return response.writeHead(410, headers).end();
      if (request.method === 'GET') return response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' }).end(page(known));
      if (request.method !== 'POST') return response.writeHead(405, headers).end();
      return response.writeHead(await take(request, known, key).catch(() => 503), headers).end();
    },
  };
}
