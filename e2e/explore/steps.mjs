// What a customer and a page do, one after the other. Each takes the drive that it is a part of (drive.mjs).

const evaluate = (drive, act, argument) => drive.world.page.evaluate(act, argument);
const key = (name, times = 1) => async (drive) => {
  await evaluate(drive, () => window.__part('primary-button')?.focus());
  for (let nth = 0; nth < times; nth += 1) await drive.world.page.keyboard.press(name);
};
/** Escape leaves, but not while the bank is in front: there it asks. */
const escape = (times) => async (drive) => {
  const { state, modal } = drive.seen;
  // It may be meant for the page's own dialog, which then closes.
  delete drive.before?.page.lifted;
  if (modal && state !== 'authorizing') drive.askedToLeave = true;
  await key('Escape', times)(drive);
};
const resize = (width, height) => (drive) => drive.world.page.setViewportSize({ width, height });
const onHost = (act) => (drive) => evaluate(drive, `(() => { const host = window.__find() ?? window.__widget; if (!host) return; ${act} })()`);

export const STEPS = {
  forward: (drive) => drive.forward(),
  enter: key('Enter'),
  'enter-twice': key('Enter', 2),
  'space-twice': key('Space', 2),
  escape: escape(1),
  'escape-twice': escape(2),
  out: (drive) => drive.press('close-button', true),
  second: (drive) => drive.press('secondary-button', true),
  choose: (drive) => drive.choose(0),
  'choose-last': (drive) => drive.choose(-1),
  search: async (drive) => {
    await evaluate(drive, () => window.__find()?.shadowRoot?.querySelector('input[type=search]')?.focus());
    if (await evaluate(drive, () => !!window.__find()?.shadowRoot?.activeElement?.matches?.('input[type=search]'))) await drive.world.page.keyboard.type('ra');
  },
  reload: (drive) => drive.reload(),
  show: async (drive) => {
    await onHost('void host.show();')(drive);
  },
  close: async (drive) => {
    drive.askedToLeave = true;
    await onHost('host.close();')(drive);
  },
  hide: async (drive) => {
    drive.askedToLeave = true;
    await onHost('host.open = false;')(drive);
  },
  restart: async (drive) => {
    drive.askedToLeave = true;
    await onHost('host.restart();')(drive);
  },
  remove: onHost('window.__place = host.parentNode; host.remove();'),
  'put-back': onHost('if (!host.isConnected && window.__place) window.__place.append(host);'),
  move: onHost('if (host.isConnected) host.parentNode.append(host);'),
  'inline-modal': async (drive) => {
    drive.askedToLeave = true;
    await onHost('host.display = host.display === "modal" ? "inline" : "modal";')(drive);
  },
  'hide-parent': onHost('const parent = host.parentElement; if (!parent) return; parent.style.display = "none"; return new Promise((done) => setTimeout(() => { parent.style.display = ""; done(); }, 400));'),
  'inert-parent': onHost('const parent = host.parentElement; if (!parent) return; parent.inert = true; return new Promise((done) => setTimeout(() => { parent.inert = false; done(); }, 1100));'),
  'lang-de': onHost('host.lang = "de";'),
  'lang-en': onHost('host.lang = "en";'),
  narrow: resize(320, 568),
  wide: resize(1280, 800),
  flat: resize(568, 256),
  translate: (drive) => evaluate(drive, () => window.__translate?.()),
  'other-dialog': (drive) => evaluate(drive, () => {
    const dialog = document.body.appendChild(document.createElement('dialog'));
    dialog.textContent = 'Are you still there?';
    dialog.showModal();
    return new Promise((done) => setTimeout(() => { dialog.close(); dialog.remove(); done(); }, 300));
  }),
  'other-lock': (drive) => evaluate(drive, () => {
    document.documentElement.style.overflow = 'hidden';
    return new Promise((done) => setTimeout(() => { document.documentElement.style.overflow = ''; done(); }, 200));
  }),
  offline: async (drive) => {
    await drive.world.context.setOffline(true);
    await drive.settle();
    await drive.world.context.setOffline(false);
  },
  agree: (drive) => drive.agree(),
  'tab-away': (drive) => evaluate(drive, () => document.dispatchEvent(new Event('visibilitychange'))),
};

/** How often each is drawn, where not once. */
export const WEIGHTS = { forward: 8, choose: 3, agree: 3, out: 2, reload: 2 };
