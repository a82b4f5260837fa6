// The first page in Stripe.js's frame: takes the session from the page that opened it, and nobody else, trades it for
// a visit, and goes there. From then on the session's secret is in no page.
(function () {
  'use strict';

  window.addEventListener('message', async function open(event) {
    if (event.source !== window.parent || !event.data || event.data.type !== 'sandbox:open') return;
    window.removeEventListener('message', open);
    window.parent.postMessage({ type: 'sandbox:heard' }, event.origin);
    var answer;
    try {
      var response = await fetch('/bank/visits', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          publishable_key: event.data.key, client_secret: event.data.clientSecret, parent_origin: event.origin,
          pre_collected_consent: event.data.consent
        })
      });
      answer = await response.json();
    } catch (error) {
      answer = { error: { type: 'api_connection_error', message: 'We are having trouble reaching Stripe.' } };
    }
    if (answer.visit) {
      location.replace('/bank/v/' + encodeURIComponent(answer.visit));
    } else {
      window.parent.postMessage({ type: 'sandbox:done', result: { error: answer.error } }, event.origin);
    }
  });
})();
