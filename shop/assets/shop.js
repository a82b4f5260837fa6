// The shop's own script: gives the widgets their token, opens them from the page's buttons, and redraws what a relink has
// changed. It uses nothing but the widget's public attributes, properties, methods and events.
import { forgetToken, headers } from './token.js';

const toast = document.querySelector('#toast');

for (const widget of document.querySelectorAll('relink-widget')) widget.headers = headers;

for (const name of ['relink-error', 'relink-failure']) {
  document.addEventListener(name, ({ detail }) => {
    if (detail.code === 'not_authenticated') forgetToken();
  });
}

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-reconnect]');
  const widget = button && widgetOf(button);
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
  if (toast) toast.textContent = `${names[0] ?? 'Your bank'} is connected.`;
  await redraw();
});

// The elements have `remind-later`, so this has to be kept: the shop's server does, for a day.
document.addEventListener('relink-remind', async ({ detail, target }) => {
  const account = detail.account ?? target.account;
  const body = new URLSearchParams({ csrf_token: document.querySelector('.who [name="csrf_token"]').value });
  const path = `/accounts/${encodeURIComponent(account)}/reminder`;
  // Whoever is signed out by now would be led to the page for that.
  const answer = await fetch(path, { method: 'POST', body, keepalive: true, redirect: 'error' }).catch(() => null);
  if (toast) toast.textContent = answer?.ok ? await answer.text() : 'We could not note that. We may ask again sooner.';
  await redraw();
});

function widgetOf(button) {
  return document.getElementById(button.dataset.reconnect);
}

/**
 * Fetches this page anew and takes over what it says of each account. Rows keep their places, and the widgets and the
 * buttons that opened them stay the same elements: a dialog is still open, and gives the focus back to its button.
 */
async function redraw() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const old of document.querySelectorAll('[data-live]')) {
    const now = fresh.querySelector(`[data-live="${CSS.escape(old.dataset.live)}"]`);
    if (now) old.replaceWith(now);
  }
  for (const row of document.querySelectorAll('[data-account]')) {
    const now = fresh.querySelector(`[data-account="${CSS.escape(row.dataset.account)}"]`);
    if (!now) continue;
    row.dataset.status = now.dataset.status;
    const button = row.querySelector('[data-reconnect]');
    if (button && !now.querySelector('[data-reconnect]')) retire(button, row);
  }
}

/** Takes away the button of an account that works again: at once, or when its dialog has given the focus back. */
function retire(button, row) {
  const widget = widgetOf(button);
  const remove = () => {
    const had = [button, document.body].includes(document.activeElement);
    button.remove();
    if (had) row.querySelector('h3 a')?.focus();
  };
  if (widget?.open) widget.addEventListener('close', remove, { once: true });
  else button.remove();
}
