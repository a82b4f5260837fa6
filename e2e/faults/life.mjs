// What can happen to a page (reload, second tab, sleep), at each stage, by both ways to the bank.
import { eventually } from '../harness/waiting.mjs';

const DAY_MS = 86_400_000;

/** How each stage is reached. */
const STAGES = {
  loading: async () => {},
  review: (cell) => cell.reaches('review'),
  'at the bank': async (cell) => {
    await cell.reaches('review');
    await cell.widget().forward();
    await eventually('the bank is open', () => cell.atBank());
  },
  completing: async (cell) => {
    await STAGES['at the bank'](cell);
    await eventually('it completes', async () => {
      await cell.bankStep();
      return ['completing', 'succeeded'].includes(await cell.state());
    }, 20_000);
  },
};
/** The stages of a page whose bank has a page of its own: what the bank gave is read there, and not completed. */
const HOSTED = ['loading', 'review', 'at the bank'];
/** So that completing takes long enough for something to happen. */
const SLOWLY = { completing: 'first complete: delay 1200 ms' };

const offline = async (cell, during = async () => {}) => {
  await cell.town.context.setOffline(true);
  await during();
  for (let times = 0; times < 4; times += 1) await cell.leap();
  await cell.town.context.setOffline(false);
};
const anew = async (cell) => {
  const left = cell.town.page;
  cell.town.page = await cell.town.newPage();
  await left.close();
  await cell.again();
};
const frozen = async (cell) => {
  const devtools = await cell.town.context.newCDPSession(cell.page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await cell.leap(30 * 60_000);
};
const inPage = (act) => (cell) => cell.page.evaluate(act, cell.at.selector);
const clock = (ms) => (cell) => cell.town.context.clock.setSystemTime(Date.now() + ms);

/** At every stage. */
const ANYWHERE = {
  reload: (cell) => cell.page.reload(),
  'reload twice': async (cell) => {
    await cell.page.reload({ waitUntil: 'commit' });
    await cell.page.reload();
  },
  'tab closed and reopened': anew,
  'back-forward cache': {
    // The shop's pages may not be stored, so that no browser keeps them; other merchants' may.
    prepare: async (cell) => {
      const devtools = await cell.town.context.newCDPSession(cell.page);
      devtools.on('Fetch.requestPaused', ({ requestId, responseStatusCode: responseCode, responseHeaders: headers }) => {
        const responseHeaders = headers.filter(({ name }) => name.toLowerCase() !== 'cache-control');
        devtools.send('Fetch.continueResponse', { requestId, responseCode, responseHeaders }).catch(() => {});
      });
      await devtools.send('Fetch.enable', { patterns: [{ urlPattern: `*${cell.at.page}`, resourceType: 'Document', requestStage: 'Response' }] });
    },
    init: () => window.addEventListener('pageshow', (event) => { window.__restored = event.persisted; }),
    act: async (cell) => {
      const devtools = await cell.town.context.newCDPSession(cell.page);
      const reasons = [];
      devtools.on('Page.backForwardCacheNotUsed', (told) => reasons.push(...told.notRestoredExplanations.map(({ reason }) => reason)));
      await devtools.send('Page.enable');
      // A page with a frame on its way is not kept.
      const [, ...frames] = cell.page.frames();
      await Promise.all(frames.map((frame) => frame.getByRole('button').first().waitFor()));
      const hasWindow = cell.popup() !== undefined;
      await cell.page.goto(`${cell.town.shop.base}/accounts`);
      await cell.page.goBack({ waitUntil: 'commit' });
      await eventually('the page is shown', async () => {
        cell.restored = await cell.page.evaluate(() => window.__restored).catch(() => undefined);
        return typeof cell.restored === 'boolean';
      });
      // A page that is loaded anew is what "reload" is about; one that has opened a window always is.
      if (!hasWindow && !cell.restored) cell.nothing = `the cache was not used: ${reasons.join(', ')}`;
    },
  },
  'frozen for 30 minutes': frozen,
  'offline, then online': offline,
  'two tabs': async (cell) => {
    const other = await cell.town.newPage();
    await other.goto(`${cell.town.shop.base}${cell.at.page}`);
    await cell.page.bringToFront();
  },
  'two elements': inPage((selector) => {
    const host = document.querySelector(selector);
    host.after(Object.assign(host.cloneNode(true), { id: 'another' }));
  }),
  'script twice': inPage(() => {
    const script = document.querySelector('script[src*="relink-widget"]');
    document.head.append(Object.assign(document.createElement('script'), { type: 'module', src: `${script.src}?again` }));
  }),
  'removed and put back': inPage((selector) => {
    const host = document.querySelector(selector);
    const { parentNode, nextSibling } = host;
    host.remove();
    parentNode.insertBefore(host, nextSibling);
  }),
  'attributes changed': inPage((selector) => {
    const host = document.querySelector(selector);
    host.setAttribute('theme', 'dark');
    host.setAttribute('lang', 'de');
    host.setAttribute('csrf-token', host.getAttribute('csrf-token'));
  }),
  'clock 24 hours ahead': clock(DAY_MS),
  'clock 24 hours behind': clock(-DAY_MS),
  'clock jumping': async (cell) => {
    for (const ms of [DAY_MS, -DAY_MS, 3_600_000]) await clock(ms)(cell);
  },
  'forged messages': inPage(() => {
    const done = { type: 'relink-success', object: 'relink_session', status: 'succeeded', session: 'rls_1', accounts: [] };
    for (const message of [done, JSON.stringify(done), { financialConnectionsSession: { accounts: [{ id: 'fca_1' }] } }, null, 7]) {
      window.postMessage(message, '*');
    }
    for (const name of ['relink', 'relink-widget']) new BroadcastChannel(name).postMessage(done);
  }),
  'replayed messages': (cell) => cell.page.evaluate((session) => {
    const channel = new BroadcastChannel('relink-widget');
    for (let times = 0; times < 40; times += 1) channel.postMessage({ session });
  }, cell.session() ?? null),
  'the page is discarded': {
    // What a browser does that is short of memory: the page is gone without a word, its tab and storage are there.
    init: () => {
      for (const name of ['pagehide', 'visibilitychange', 'beforeunload', 'unload', 'freeze']) {
        window.addEventListener(name, (event) => window.__isDiscarded && event.stopImmediatePropagation(), true);
      }
    },
    act: async (cell) => {
      await cell.page.evaluate(() => { window.__isDiscarded = true; });
      await cell.page.reload();
    },
  },
  'the session expires': (cell) => cell.expire(),
};

/** The page's own `headers` function fails twice, from then on. */
const headersFail = (during = async () => {}) => async (cell) => {
  await cell.page.evaluate((selector) => {
    let left = 2;
    document.querySelector(selector).headers = () => {
      left -= 1;
      return left < 0 ? {} : Promise.reject(new Error('no token today'));
    };
  }, cell.at.selector);
  await during(cell);
};

/** The page names another account, and a session that nobody has: for the next flow, and not for one that runs. */
const anotherNamed = inPage((selector) => {
  const host = document.querySelector(selector);
  host.setAttribute('account', 'fca_permissions');
  host.setAttribute('session', 'rls_of_nobody');
});

/** Where it can happen only there, by the way that it can happen on. */
const SOMEWHERE = {
  'account and session changed, in review': ['review', 'stripe_js', anotherNamed],
  'account and session changed, at the bank': ['at the bank', 'stripe_js', anotherNamed],
  'account and session changed, completing': ['completing', 'stripe_js', anotherNamed],
  'account and session changed, at the bank of a page of its own': ['at the bank', 'hosted', anotherNamed],
  'offline at submit': ['review', 'stripe_js', (cell) => offline(cell, () => cell.press())],
  'offline at submit, hosted': ['review', 'hosted', (cell) => offline(cell, () => cell.press())],
  'double click': ['review', 'stripe_js', (cell) => cell.widget().part('primary-button').first().dblclick()],
  'held Enter': ['review', 'stripe_js', async (cell) => {
    await cell.widget().part('primary-button').first().focus();
    for (let times = 0; times < 15; times += 1) await cell.page.keyboard.down('Enter');
    await cell.page.keyboard.up('Enter');
  }],
  'window closed before the bank is done': ['at the bank', 'hosted', (cell) => cell.popup().close()],
  'window closed as the bank is done': ['at the bank', 'hosted', async (cell) => {
    const window = cell.popup();
    await eventually('the bank is done', async () => !(await cell.bankStep()) && !(await cell.atBank()), 15_000).catch(() => {});
    await window.close().catch(() => {});
  }],
  'opener severed': ['review', 'hosted', (cell) => (
    cell.town.ask('financial_connections/hosted_pages', { cross_origin_opener_policy: 'same-origin' })
  )],
  'window navigated elsewhere': ['at the bank', 'hosted', (cell) => cell.popup().goto('about:blank')],
  'opener reloaded': ['at the bank', 'hosted', (cell) => cell.page.reload()],
  'webhooks twice': ['review', 'stripe_js', (cell) => cell.town.ask('webhooks', { mode: 'twice' })],
  'webhooks in reverse': ['review', 'stripe_js', (cell) => cell.town.ask('webhooks', { mode: 'reordered' })],
  'webhooks after everything': ['review', 'stripe_js', (cell) => cell.town.ask('webhooks', { mode: 'paused' })],
  'headers fail for create': ['review', 'stripe_js', headersFail(inPage((selector) => document.querySelector(selector).restart()))],
  'headers fail for read': ['at the bank', 'hosted', headersFail()],
  'headers fail for complete': ['at the bank', 'stripe_js', headersFail()],
  "Stripe's session expires": ['at the bank', 'stripe_js', async (cell) => {
    const rows = await (await fetch(`${cell.town.shop.base}/faults/rows`)).json();
    await cell.town.ask(`financial_connections/sessions/${rows.at(-1).stripe}/expiry`, {});
  }],
  'session finished by another device, in review': ['review', 'stripe_js', async (cell) => {
    await cell.finishElsewhere();
    cell.onlyWaits = true;
  }],
};

/** From before the page is loaded. */
const BEFOREHAND = {
  'pop-up blocked': { way: 'hosted', init: () => { window.open = () => null; } },
  'storage refused': {
    init: () => {
      for (const name of ['localStorage', 'sessionStorage']) {
        Object.defineProperty(window, name, { get: () => { throw new DOMException('refused', 'SecurityError'); } });
      }
    },
  },
  'storage full': {
    init: () => {
      Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
    },
  },
};

/** A file of the widget's that does not come the first time: the page is loaded again. */
const FILES = { wasm: /_bg\.wasm/, glue: /glue\.js/, style: /relink-widget\.css/ };

/** What happens, and what has to be there before the page is. */
const anywhere = Object.entries(ANYWHERE).map(([name, befalls]) => ({
  name,
  during: befalls.act ?? befalls,
  init: befalls.init,
  prepare: befalls.prepare,
}));

export const LIFE = [
  ...anywhere.flatMap(({ name, during, init, prepare }) => Object.entries(STAGES).map(([stage, reach]) => ({
    name: `${name} × ${stage}`,
    open: { rules: SLOWLY[stage], init, prepare },
    befalls: false,
    during: async (cell) => {
      await reach(cell);
      await during(cell);
    },
  }))),
  // Of two modal elements the customer sees the one on top, and it is another's flow.
  ...anywhere.filter(({ name }) => name !== 'two elements').flatMap(({ name, during, init, prepare }) => HOSTED.map((stage) => ({
    name: `${name} × ${stage}, hosted`,
    open: { way: 'hosted', init, prepare },
    during: async (cell) => {
      await STAGES[stage](cell);
      await during(cell);
    },
  }))),
  ...Object.entries(SOMEWHERE).map(([name, [stage, way, during]]) => ({
    name: `${name} × ${stage}`,
    open: { way },
    during: async (cell) => {
      await STAGES[stage](cell);
      await during(cell);
    },
  })),
  ...Object.entries(BEFOREHAND).map(([name, open]) => ({ name, open })),
  ...Object.entries(FILES).map(([name, pattern]) => ({
    name: `${name} does not load`,
    open: {},
    before: async (cell) => {
      let left = 1;
      await cell.town.context.route(pattern, (route) => {
        left -= 1;
        return left < 0 ? route.fallback() : route.abort();
      });
      await cell.again();
      await cell.leap();
      if (left <= 0) await cell.page.reload();
    },
  })),
];
