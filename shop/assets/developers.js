// Runs a scenario in a widget made for it, and prints the widget's events.
// Which scenario runs is kept in the page's address, so that a customer who comes back from a hosted page, or reloads,
// finds the same element again, as on any merchant's page.
import { headers } from './token.js';

const stage = document.querySelector('#stage');
const log = document.querySelector('#log');
const MOST_LINES = 300;

const EVENTS = ['ready', 'state', 'success', 'failure', 'remind', 'cancel', 'error', 'event'];
for (const name of EVENTS) document.addEventListener(`relink-${name}`, (event) => print(event.type, event.detail));

document.querySelector('#clear')?.addEventListener('click', () => log.replaceChildren());

document.addEventListener('click', (event) => {
  const button = event.target.closest?.('[data-run]');
  if (!button) return;
  const address = new URL(location.href);
  address.searchParams.set('run', button.dataset.run);
  history.replaceState(null, '', address);
  const widget = put(button);
  customElements.whenDefined('relink-widget').then(() => widget.show());
});

const running = new URL(location.href).searchParams.get('run');
const again = running && document.querySelector(`[data-run="${CSS.escape(running)}"]`);
if (again) {
  // A modal goes on when it is shown, also after the way to the bank and back.
  const widget = put(again);
  customElements.whenDefined('relink-widget').then(() => widget.show());
}

// What has ended is not begun again by a reload.
for (const end of ['success', 'failure', 'cancel']) {
  document.addEventListener(`relink-${end}`, () => {
    const address = new URL(location.href);
    address.searchParams.delete('run');
    history.replaceState(null, '', address);
  });
}

function put(button) {
  const widget = document.createElement('relink-widget');
  widget.setAttribute('display', 'modal');
  widget.setAttribute('endpoint', button.dataset.endpoint);
  widget.setAttribute(button.dataset.attribute, button.dataset.id);
  widget.headers = headers;
  stage.replaceChildren(widget);
  return widget;
}

function print(name, detail) {
  const line = document.createElement('li');
  const title = document.createElement('b');
  title.textContent = name;
  const text = document.createElement('code');
  text.textContent = JSON.stringify(detail);
  line.append(title, ' ', text);
  log.append(line);
  while (log.children.length > MOST_LINES) log.firstChild.remove();
  log.scrollTop = log.scrollHeight;
}
