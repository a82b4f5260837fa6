// The shop's own script: opens the widget from the page's buttons, and redraws what a relink has changed.
// It uses nothing but the widget's public attributes, methods and events.

const toast = document.querySelector('#toast');

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-reconnect]');
  const widget = button && document.getElementById(button.dataset.reconnect);
  // Before the widget has loaded, the button is the link that it looks like in the markup.
  if (!widget || typeof widget.show !== 'function') return;
  event.preventDefault();
  widget.show();
});

// What looks like a button answers to the space bar as one.
document.addEventListener('keydown', (event) => {
  if (event.key !== ' ' || !event.target.matches?.('a[role="button"]')) return;
  event.preventDefault();
  event.target.click();
});

document.addEventListener('relink-success', async (event) => {
  const names = event.detail.accounts.map((account) => account.institution_name).filter(Boolean);
  if (toast) toast.textContent = `${names[0] ?? 'Your bank'} is connected again.`;
  await redraw();
});

/** Fetches this page anew and takes over the part that shows accounts. The widget's own element stays. */
async function redraw() {
  const live = document.querySelector('#live');
  if (!live) return;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('#live');
  if (!fresh) return;
  const focused = live.contains(document.activeElement) ? document.activeElement.dataset.reconnect : undefined;
  live.replaceChildren(...fresh.childNodes);
  if (focused) live.querySelector(`[data-reconnect="${CSS.escape(focused)}"]`)?.focus();
}
