// The hosted page's own script: shows the widget, with a preview of what a session would be about, and the way back at the end.
// Nothing begins before the customer presses the widget's button. It uses nothing but the widget's public attributes, methods and
// events.

const [heading, intro, stage, after, back, again] = ['#heading', '#intro', '#stage', '#after', '#back', '#again'].map((id) => document.querySelector(id));
let over = '';
let isPartial = false;

// Where there is nothing to show before a session begins, there is a button.
document.querySelector('#start')?.addEventListener('click', () => begin());
again.addEventListener('click', () => begin());
if (stage.dataset.preview) begin(stage.dataset.preview);

function begin(preview) {
  over = '';
  isPartial = false;
  const widget = document.createElement('relink-widget');
  widget.setAttribute('endpoint', `${location.pathname}/relink`);
  if (preview) widget.setAttribute('session', preview);
  if (stage.dataset.account) widget.setAttribute('account', stage.dataset.account);
  else widget.setAttribute('authorization', stage.dataset.authorization);
  widget.setAttribute('csrf-token', stage.dataset.csrfToken);
  widget.setAttribute('lang', stage.dataset.lang);
  // What the page says itself is seen until the widget is drawn, and where it cannot be.
  if (preview) widget.append(intro);
  else intro.hidden = true;
  stage.replaceChildren(widget);
  after.hidden = true;
  stage.hidden = false;
  if (!preview) {
    quiet();
    stage.focus();
  }
  customElements.whenDefined('relink-widget').then(() => widget.show());
}

// The widget has a heading of its own; the page's stays for whoever cannot see it.
function quiet() {
  heading.className = 'visually-hidden';
}

function end(how) {
  over = how;
  // After a success the widget itself has the one button that leads back.
  after.hidden = how === 'success';
}

document.addEventListener('relink-ready', quiet);
document.addEventListener('relink-success', (event) => {
  isPartial = event.detail.outcome === 'partial';
  end('success');
});
document.addEventListener('relink-cancel', () => end('cancel'));
document.addEventListener('relink-failure', (event) => {
  // The link has died meanwhile: the page itself says so, and what can be done.
  if (event.detail.code === 'not_authenticated') location.reload();
  else end('failure');
});

// The widget's own way out, after the end, is the way back; or, where the link is for more accounts, to those.
stage.addEventListener('close', () => {
  if (over !== 'success') return;
  if (isPartial || 'more' in stage.dataset) location.reload();
  else location.assign(back.href);
}, true);
