// The sandbox's Stripe.js: Stripe's interface, the sandbox's banks. It loads nothing but a frame of its own origin,
// and believes nobody else: the session's secret goes to that origin only, and the result is taken from that frame only.
(function () {
  'use strict';

  var address = new URL(document.currentScript.src);
  var release = address.pathname.split('/')[1];

  function integrationError(message) {
    var error = new Error(message);
    error.name = 'IntegrationError';
    return error;
  }

  function checkKey(key) {
    if (typeof key !== 'string') {
      throw integrationError('Missing value for Stripe(): apiKey should be a string.');
    }
    if (key.trim() === '') {
      throw integrationError('Please call Stripe() with your publishable key. You used an empty string.');
    }
    if (/^(sk|rk)_/.test(key)) {
      throw integrationError('You should not use your secret key with Stripe.js.\n        Please pass a publishable key instead.');
    }
    if (!/^pk_/.test(key)) {
      throw integrationError('Please call Stripe() with your publishable key.');
    }
  }

  function checkSecret(options) {
    var secret = options && options.clientSecret;
    if (typeof secret !== 'string' || !/^fcsess_\w+_secret_\w+$/.test(secret)) {
      throw integrationError(
        'Invalid value for stripe.collectFinancialConnectionsAccounts(): clientSecret should be a client secret of the form ${id}_secret_${secret}.'
      );
    }
    return secret;
  }

  function checkConsent(options) {
    var consent = options.preCollectedConsent;
    if (consent === undefined) return undefined;
    if (!consent || typeof consent.consent !== 'string' || typeof consent.collectedAt !== 'number') {
      throw integrationError(
        'Invalid value for stripe.collectFinancialConnectionsAccounts(): preCollectedConsent should be {consent: string, collectedAt: number}.'
      );
    }
    return { consent: consent.consent, collected_at: consent.collectedAt };
  }

  // Styles are set one by one through the object model, which a page's policy always allows.
  function styled(element, styles) {
    Object.keys(styles).forEach(function (name) {
      element.style.setProperty(name, styles[name]);
    });
    return element;
  }

  function openFrame() {
    var layer = styled(document.createElement('div'), {
      position: 'fixed', inset: '0', 'z-index': '2147483647', background: 'rgba(12, 15, 22, 0.55)'
    });
    // The scheme of the page in it, whose root names none: a frame of another one gets an opaque canvas.
    var frame = styled(document.createElement('iframe'), {
      position: 'absolute', inset: '0', width: '100%', height: '100%', border: '0', 'color-scheme': 'light', background: 'transparent'
    });
    frame.title = 'Connect your bank';
    frame.name = 'stripe-financial-connections';
    frame.src = address.origin + '/bank/frame';
    layer.appendChild(frame);
    document.body.appendChild(layer);
    return { layer: layer, frame: frame };
  }

  // One flow at a time, as with Stripe: a second call while one is open is refused.
  var isOpen = false;

  function collect(key, secret, consent) {
    return new Promise(function (resolve) {
      var before = document.activeElement;
      var overflow = document.documentElement.style.overflow;
      var shown = openFrame();
      var target = shown.frame.contentWindow;
      var asked = false;
      var answered = false;
      isOpen = true;
      document.documentElement.style.overflow = 'hidden';

      function finish(result) {
        window.removeEventListener('message', onMessage);
        window.removeEventListener('keydown', onKey, true);
        document.removeEventListener('focusin', onFocus);
        shown.layer.remove();
        document.documentElement.style.overflow = overflow;
        isOpen = false;
        if (before && before.focus) before.focus();
        resolve(result);
      }

      function onMessage(event) {
        if (event.origin !== address.origin || event.source !== target || !event.data) return;
        if (!answered) shown.frame.focus();
        answered = true;
        if (event.data.type === 'sandbox:done') finish(event.data.result);
      }

      function onKey(event) {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        if (answered) {
          target.postMessage({ type: 'sandbox:close' }, address.origin);
        } else {
          // The frame never came up, because a policy or an extension stopped it: nobody is asked, and nothing ended.
          finish({ financialConnectionsSession: { id: secret.split('_secret_')[0], accounts: [] } });
        }
      }

      function onFocus(event) {
        if (answered && !shown.layer.contains(event.target)) shown.frame.focus();
      }

      shown.frame.addEventListener('load', function () {
        if (answered) shown.frame.focus();
        if (asked) return;
        asked = true;
        target.postMessage({ type: 'sandbox:open', key: key, clientSecret: secret, consent: consent }, address.origin);
      });
      window.addEventListener('message', onMessage);
      window.addEventListener('keydown', onKey, true);
      document.addEventListener('focusin', onFocus);
    });
  }

  function Stripe(key, options) {
    checkKey(key);
    if (options && options.stripeAccount !== undefined && typeof options.stripeAccount !== 'string') {
      throw integrationError('Invalid value for Stripe(): stripeAccount should be a string.');
    }
    return {
      _registerWrapper: function () {},
      collectFinancialConnectionsAccounts: async function (asked) {
        var secret = checkSecret(asked);
        var consent = checkConsent(asked);
        if (isOpen) {
          throw integrationError('Only one Financial Connections flow can be open at a time.');
        }
        return collect(key, secret, consent);
      }
    };
  }

  Stripe.version = release === 'v3' ? 3 : release;
  window.Stripe = Stripe;
})();
