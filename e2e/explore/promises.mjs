// The six promises: what must hold of every page, whatever is on it. Each takes what was seen and answers in words what is
// broken, or nothing.
import { ENDS } from '../harness/hearing.mjs';

const WAITING = ['review', 'selecting', 'succeeded', 'failed', 'cancelled'];
const floor = (screen) => Math.min(screen - 32, 360);
/** The lines of the browser's own dialogs. */
const LINES_PX = 6;
const plain = (text) => text.replaceAll(/[«»]/g, '');

/** The widget is drawn, and the page has nothing of its own over it. */
const isDrawn = ({ seen }) => seen.connected && seen.surface && seen.surface.width > 0 && (!seen.modal || seen.dialog?.open);

const promises = {
  /** It is as wide as its place, and never too narrow to read. */
  'usable width'({ seen, features }) {
    if (!isDrawn({ seen })) return undefined;
    // While the bank has the customer, a modal cannot be in the top layer, where it would lie over the bank's. A page that holds what
    // is fixed (`contain`, `transform`) holds it then, however little room it has (docs/embedding.md, "What must be seen").
    if (seen.modal && !seen.dialog.top && seen.state === 'authorizing') return undefined;
    const rooms = features.filter((feature) => feature.room).map((feature) => feature.room(seen.screen));
    const lifted = features.filter((feature) => feature.lifts).map((feature) => seen.screen - LINES_PX - feature.lifts(seen.em));
    const least = Math.min(floor(seen.screen), ...rooms, ...lifted);
    if (seen.surface.width < least - 0.5) return `${seen.surface.width} px of at least ${least} on a screen of ${seen.screen}`;
    if (seen.surface.wide) return `what is in it is wider than its ${seen.surface.width} px`;
    return undefined;
  },

  /** What the customer has to press can be pressed. */
  'primary action reachable'({ seen, stuck }) {
    if (stuck) return stuck;
    if (!isDrawn({ seen }) || (!WAITING.includes(seen.state) && !seen.primary)) return undefined;
    if (seen.layer || (seen.modal && !seen.dialog.top)) return undefined;
    const { primary, close } = seen;
    if (!primary && !close && !['succeeded', 'cancelled', 'failed'].includes(seen.state)) return `neither a way forward nor a way out in ${seen.state}`;
    for (const [name, button] of Object.entries({ 'the way forward': primary, 'the way out': close })) {
      if (button && !button.hit) return `${name} cannot be pressed in ${seen.state}: ${button.instead} lies there`;
      if (button && !button.whole) return `the words of ${name} are cut off in ${seen.state}`;
    }
    return undefined;
  },

  /** What is sent is what the customer has read and asked for. */
  'nothing posted but what was read'({ posted, read, askedToLeave }) {
    for (const { accounts, chosen } of posted.completions) {
      const names = accounts.map((id) => posted.known.get(id));
      if (names.some((name) => !name)) return `an account was posted that is none of the session's: ${accounts}`;
      for (const name of names) if (!read.some((text) => name.every((part) => !part || text.includes(part)))) return `${name.join(' ')} was posted, and never read`;
      if (chosen && chosen.length !== names.length) return `${names.length} accounts were posted, ${chosen.length} were chosen`;
      for (const row of chosen ?? []) if (!names.some((name) => name.every((part) => !part || plain(row).includes(part)))) return `"${plain(row)}" was chosen, ${names.map((name) => name.join(' '))} posted`;
    }
    if (posted.created.some(({ account, authorization, locale, ...more }) => account !== 'fca_1' || authorization || Object.keys(more).length)) return 'a session was asked for with something that the page does not say';
    if (posted.cancels > 0 && !askedToLeave) return 'it was cancelled at the backend, and nobody had asked for that';
    return undefined;
  },

  /** A page on which nothing is shown any more is as it was. */
  'page released'({ seen, before, features }) {
    const isGone = !seen.connected || (seen.modal && !seen.open && !seen.layer);
    if (!isGone || !before) return undefined;
    for (const name of Object.keys(before.page)) {
      if (seen.page[name] !== before.page[name]) return `${name} was ${JSON.stringify(before.page[name])} and is ${JSON.stringify(seen.page[name])}`;
    }
    // The bank's layer is the bank's, and nobody else can take it away.
    if (before.other && seen.other === false && !seen.layer && !features.some((feature) => feature.lifts)) return 'a button of the page can no longer be pressed';
    if (seen.dialog?.open) return 'its dialog is still open';
    return undefined;
  },

  /** A flow ends once, and says what the backend says. */
  'exactly one end'({ heard, backend, isOver, seen }) {
    const ends = heard.filter(({ name }) => ENDS.includes(name));
    const flows = new Map();
    for (const { name, detail } of ends) flows.set(detail.flow, [...flows.get(detail.flow) ?? [], name]);
    for (const [flow, names] of flows) if (names.length > 1) return `${names.join(' and ')} of one flow`;
    for (const { name, detail } of ends) {
      const session = backend.sessions.get(detail.session);
      if (name === 'relink-success' && detail.outcome !== 'already_active' && session?.status !== 'succeeded') return `relink-success, and the session is ${session?.status}`;
      if (name === 'relink-cancel' && session?.status === 'succeeded') return 'relink-cancel, and the session has succeeded';
    }
    if (!isOver || !seen.connected) return undefined;
    if (!['succeeded', 'failed', 'cancelled', null].includes(seen.state)) return `it was closed, and is in ${seen.state}`;
    const last = heard.findLast(({ detail }) => detail?.flow)?.detail.flow;
    if (seen.state && last && !flows.has(last)) return `${seen.state}, and no event has ended the flow`;
    return undefined;
  },

  /** Nothing is thrown that nobody catches. */
  'no uncaught error'({ uncaught, said }) {
    return uncaught[0] ?? said.find((line) => /panicked|unreachable executed|already borrowed/.test(line));
  },
};

/** Their names, in order. */
export const PROMISES = Object.keys(promises);

/** The first promise that what was seen breaks: `{promise, why}`, or nothing. Those in `except` are not looked at. */
export function broken(what, except = new Set()) {
  for (const promise of PROMISES) {
    const why = !except.has(promise) && promises[promise](what);
    if (why) return { promise, why };
  }
  return undefined;
}
