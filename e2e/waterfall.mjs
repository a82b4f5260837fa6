// `cargo xtask waterfall`: what a page with one inline element loads, and one with a closed modal, in order, with what goes
// over the wire, on a line of 1.6 Mbit/s that takes 150 ms there and back. The files come as a CDN sends them, in brotli.
import { becomes, launch, merchantPage } from './harness/index.mjs';
import { World } from './harness/world.mjs';

const LINE = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };

const browser = await launch();

/** The page on that line, with its requests as they come. */
async function page(scenario) {
  const world = await World.open(browser, { ...scenario, brotli: true, go: false });
  const cdp = await world.context.newCDPSession(world.page);
  const requests = new Map();
  let begun;
  cdp.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    begun ??= timestamp;
    const { pathname } = new URL(request.url);
    const name = pathname === '/' ? 'the page' : `${request.method === 'GET' ? '' : `${request.method} `}${pathname.replace(/^\/(?=relink-widget)/, '')}`;
    requests.set(requestId, { name, from: timestamp - begun });
  });
  cdp.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
    Object.assign(requests.get(requestId) ?? {}, { to: timestamp - begun, bytes: encodedDataLength });
  });
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', LINE);
  const ms = (seconds) => (seconds === undefined ? '' : Math.round(seconds * 1000));
  let told = 0;
  world.tell = async (title) => {
    const asked = () => [...requests.values()].filter(({ name }) => name !== '/favicon.ico');
    await becomes('nothing is on its way', [], async () => {
      await world.page.evaluate(() => new Promise((done) => requestIdleCallback(() => done())));
      return asked().filter(({ to }) => to === undefined).map(({ name }) => name);
    });
    const all = asked();
    console.log(`\n${title}\n${'loaded'.padEnd(28)}${'bytes'.padStart(8)}${'from ms'.padStart(9)}${'to ms'.padStart(8)}`);
    for (const { name, bytes, from, to } of all.slice(told)) {
      console.log(`${name.padEnd(28)}${String(bytes ?? '').padStart(8)}${String(ms(from)).padStart(9)}${String(ms(to)).padStart(8)}`);
    }
    if (all.length === told) console.log('nothing');
    told = all.length;
  };
  await world.page.goto(`${world.site.shop}/`);
  return world;
}

// The first time packs the files, which is none of the page's.
const first = await page({});
await first.widget().reaches('review');
await first.end();

const inline = await page({});
await inline.widget().reaches('review');
const ready = await inline.page.evaluate(() => performance.now());
await inline.tell('A page with one inline element in view');
console.log(`the first view that can be used: after ${Math.round(ready)} ms`);
await inline.end();

const modal = await page({
  page: (site) => merchantPage(site, { element: 'display="modal"' })
    .replace('></relink-widget>', '><button slot="trigger" type="button">Reconnect</button></relink-widget>'),
});
await modal.tell('A page with one closed modal');
const trigger = modal.page.getByRole('button', { name: 'Reconnect' });
await trigger.hover();
await modal.tell('… when its trigger is hovered or focused');
await trigger.click();
await modal.widget().reaches('review');
await modal.tell('… when it is shown');
await modal.end();
await browser.close();
