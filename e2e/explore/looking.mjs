// What can be seen of a page and of the element on it, in one look: facts only. What they must be is in promises.mjs.

/** Runs before every script of the page: what the look needs there. */
export const IN_PAGE = `
window.__find = () => {
  const within = (root) => {
    for (const one of root.querySelectorAll('*')) {
      const found = one.localName === 'relink-widget' ? one : one.shadowRoot && within(one.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  return (window.__widget = within(document) ?? window.__widget ?? null);
};
/** Every element that fits, in shadow roots too. */
window.__all = (selector, root = document) => [
  ...root.querySelectorAll(selector),
  ...[...root.querySelectorAll('*')].flatMap((one) => (one.shadowRoot ? window.__all(selector, one.shadowRoot) : [])),
];
/** The element that a press at that place reaches, through shadow roots. */
window.__at = (x, y) => {
  let found = document.elementFromPoint(x, y);
  while (found?.shadowRoot) {
    const inner = found.shadowRoot.elementFromPoint(x, y);
    if (!inner || inner === found) break;
    found = inner;
  }
  return found;
};
window.__part = (name) => [...(window.__find()?.shadowRoot?.querySelectorAll('[part~="' + name + '"]') ?? [])].find((one) => one.checkVisibility({ visibilityProperty: true }));
/** Brings it into view; answers where it would be pressed, and whether a press there reaches it. */
window.__reach = (element, block = 'center') => {
  const look = () => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hit = window.__at(x, y);
    return { x, y, hit: !!hit && (element === hit || element.contains(hit)), instead: hit?.id || hit?.localName || null };
  };
  // What keeps to the edge of a box that scrolls within another comes a part of the way at a time, since the browser goes by the
  // place that it would have in the inner one. A person scrolls on until it is there.
  let first;
  for (let times = 0; times < 5; times += 1) {
    element.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' });
    first = look();
    if (first.hit) return first;
  }
  // What keeps to the window's edge may lie below a bar of the page there, and goes on to its own place where the page ends. In a
  // low window that may be above it by then: a person scrolls back a little.
  scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
  const end = look();
  if (end.hit) return end;
  element.scrollIntoView({ block, inline: 'nearest', behavior: 'instant' });
  const last = look();
  return last.hit ? last : first;
};
/** What of the page the widget may have changed. */
window.__page = () => ({
  overflow: getComputedStyle(document.documentElement).overflow,
  sheets: document.adoptedStyleSheets.length,
  off: document.querySelectorAll('[inert], [aria-hidden]').length,
  pointer: getComputedStyle(document.body).pointerEvents,
  lifted: window.__all('[data-shown]').map((one) => {
    const on = (selector) => { try { return one.matches(selector); } catch { return false; } };
    return (on(':modal') || on(':popover-open')) + ' ' + (one.style.cssText);
  }).join(),
});
`;

/** In the page: looks, scrolling the buttons into view. */
/** What moves comes to rest first: nobody presses a sheet that is still rising, the widget's or the page's. What turns for ever is not waited for. */
export const rest = () => {
  const moving = [...document.getAnimations(), ...window.__find()?.shadowRoot?.getAnimations() ?? []];
  return Promise.allSettled(moving.filter(({ effect }) => effect.getComputedTiming().endTime < 1_000).map(({ finished }) => finished)).then(() => undefined);
};

export const look = () => {
  const host = window.__find();
  if (!host) return { connected: false, page: window.__page() };
  const shadow = host.shadowRoot;
  const surface = window.__part('surface');
  const dialog = shadow.querySelector('dialog');
  const button = (name) => {
    const found = window.__part(name);
    if (!found) return null;
    const words = [...found.childNodes].length ? found.scrollWidth <= found.clientWidth + 1 : true;
    return { ...window.__reach(found), disabled: found.disabled === true || found.getAttribute('aria-disabled') === 'true', whole: words };
  };
  const rect = surface?.getBoundingClientRect();
  const options = [...shadow.querySelectorAll('[part~="account-option"]')].map((one) => ({
    text: one.textContent, checked: (one.querySelector('input') ?? one).checked === true,
  }));
  const other = document.getElementById('other');
  return {
    connected: host.isConnected,
    state: host.getAttribute('state'),
    open: host.hasAttribute('open'),
    // What it stands in may be closed.
    rendered: (host.parentElement ?? host.getRootNode().host)?.checkVisibility() === true,
    modal: host.getAttribute('display') === 'modal',
    dialog: dialog && { open: dialog.open, top: dialog.matches(':modal') },
    screen: document.documentElement.clientWidth,
    em: parseFloat(getComputedStyle(host.parentElement ?? document.body).fontSize),
    surface: rect && { width: rect.width, left: rect.left, right: rect.right, wide: surface.scrollWidth > surface.clientWidth + 1 },
    place: host.parentElement?.clientWidth ?? null,
    text: surface?.innerText ?? '',
    options,
    // The close button first: the look ends where the way forward is in view.
    close: surface ? button('close-button') : null,
    primary: surface ? button('primary-button') : null,
    secondary: surface ? button('secondary-button') : null,
    layer: !!document.getElementById('layer'),
    other: other && window.__reach(other).hit,
    page: window.__page(),
  };
};
