// A merchant's backend, scripted: it speaks section 2 of docs/contract.md, keeps sessions and idempotency keys as that asks,
// notes every request, and lets a test replace any answer.
import { active, session as pending, succeeded } from './documents.mjs';

const ROUTE = /^\/sessions(?:\/([^/]+)(?:\/(complete|cancel))?)?$/;

/** Answers 200 (or another status) with a document. */
export const says = (body, status = 200, headers = {}) => ({ status, body, headers });

/** Answers with a problem. */
export const problem = (status, code, { headers = {}, ...more } = {}) => ({
  status,
  headers,
  body: { type: 'about:blank', title: 'A problem', status, code, request_id: `req_${status}`, ...more },
});

/** Cuts the connection without an answer. */
export const cut = { cut: true };

/** Never answers. */
export const hang = { hang: true };

/** Makes a fresh script for {@link Backend}: the first answers in their order, then the usual one. */
export const first = (...answers) => ({ nth }) => answers[nth - 1];

export class Backend {
  /**
   * @param script `session`: the document that a new session starts as, or a function of its id; `existing`: one that is
   *   there from the start; `create`, `read`, `complete`, `cancel`: functions
   *   of `{nth, id, session, body, key, backend}` that answer, or answer nothing for the usual answer.
   */
  constructor(script = {}) {
    this.script = script;
    this.template = script.session ?? pending();
    this.sessions = new Map();
    /** Every request, in order: `{name, act, key, body, headers, id, at}`. */
    this.requests = [];
    this.answers = new Map();
    this.counts = new Map();
    if (script.existing) this.sessions.set(script.existing.id, script.existing);
  }

  /** The requests of one act: `create`, `read`, `complete`, `cancel`. */
  calls(act) {
    return this.requests.filter((request) => request.act === act);
  }

  /** How many of each act. */
  get tally() {
    return Object.fromEntries(['create', 'read', 'complete', 'cancel'].map((act) => [act, this.calls(act).length]));
  }

  /** The newest session. */
  get latest() {
    return [...this.sessions.values()].at(-1);
  }

  /** Changes a session as Stripe's webhook or another tab would. */
  change(id, to) {
    const before = this.sessions.get(id);
    this.sessions.set(id, typeof to === 'function' ? to(before) : { ...before, ...to });
  }

  /** Takes a request below the endpoint; answers `{status, body, headers}`, `cut` or `hang`. */
  async answer({ method, path, headers, body }) {
    const [, id, verb] = ROUTE.exec(path) ?? [];
    const act = verb ?? { POST: 'create', GET: 'read' }[method] ?? 'other';
    const nth = (this.counts.get(act) ?? 0) + 1;
    this.counts.set(act, nth);
    const key = headers['idempotency-key'] ?? null;
    this.requests.push({ name: `${method} ${path}`, act, key, body, headers, id: id ?? null, at: Date.now() });
    const scripted = await this.script[act]?.({ nth, id, session: this.sessions.get(id), body, key, backend: this });
    if (scripted) return scripted;
    if (key && this.answers.has(key)) return this.answers.get(key);
    const answer = this.usual(act, id, body);
    if (key) this.answers.set(key, answer);
    return answer;
  }

  usual(act, id, body) {
    if (act === 'create') {
      const fresh = `rls_${this.sessions.size + 1}`;
      const made = typeof this.template === 'function' ? this.template(fresh) : { ...this.template, id: fresh };
      this.sessions.set(made.id, made);
      return says(made, 201);
    }
    const known = this.sessions.get(id);
    if (!known) return problem(404, 'session_not_found');
    if (act === 'complete') {
      const chosen = body.accounts.map((account) => this.found(known, account));
      this.sessions.set(id, succeeded(known, chosen));
    }
    if (act === 'cancel' && known.status === 'pending') this.sessions.set(id, { ...known, status: 'cancelled' });
    return says(this.sessions.get(id));
  }

  found(known, id) {
    const before = known.accounts.find((account) => account.id === id);
    return { ...(before ?? active({ id })), status: 'active', status_details: {} };
  }
}
