// The bank's pages work as plain forms. This adds what a form cannot do: the bank's window, Escape, a search field,
// and the word to Stripe.js that the visit is over.
(function () {
  'use strict';

  var page = document.body.dataset;
  var parentOrigin = page.parentOrigin;

  function close() {
    var form = document.getElementById('close');
    if (form) form.requestSubmit();
  }

  if (parentOrigin && page.result) {
    window.parent.postMessage({ type: 'sandbox:done', result: JSON.parse(page.result) }, parentOrigin);
  }
  window.addEventListener('message', function (event) {
    if (event.source !== window.parent || event.origin !== parentOrigin || !event.data) return;
    if (event.data.type === 'sandbox:close') close();
  });
  window.addEventListener('keydown', function (event) {
    if (event.key === 'Escape') close();
  });

  // The bank's window: opened inside the click, so that no browser stops it. It is the window that decides.
  document.querySelectorAll('[data-opens]').forEach(function (opener) {
    opener.addEventListener('click', function (event) {
      var opened = window.open(opener.dataset.opens, 'sandbox-bank', 'popup,width=480,height=680');
      if (opened && opener.tagName === 'A') event.preventDefault();
    });
  });
  if (document.body.classList.contains('finished')) window.close();

  async function follow() {
    try {
      var answer = await (await fetch(page.address + '/step', { cache: 'no-store' })).json();
      if (String(answer.step) !== page.step) return location.reload();
    } catch (error) {
      // Asked again below: a moment without a network is no reason to stop.
    }
    setTimeout(follow, 400);
  }
  if (page.step && document.querySelector('.wait')) follow();

  document.querySelectorAll('[data-filters]').forEach(function (field) {
    var rows = document.querySelectorAll('#' + field.dataset.filters + ' .account');
    field.addEventListener('input', function () {
      var wanted = field.value.trim().toLowerCase();
      rows.forEach(function (row) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
      });
    });
  });

  var first = document.querySelector('[data-focus]') || document.querySelector('h1');
  if (first) {
    if (first.tagName === 'H1') first.tabIndex = -1;
    first.focus();
  }
})();
