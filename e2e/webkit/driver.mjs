// WebKit by WebDriver, in as few words as the checks need: Playwright drives only a build of its own, which no registry has.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { eventually } from '../harness/waiting.mjs';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
/** How long the driver may think about one command. */
const PATIENCE_MS = 30_000;

const freePort = async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

/** What the driver answers with, or says that went wrong. */
const send = (port, method, path, body) => new Promise((done, fail) => {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const request = http.request({ host: '127.0.0.1', port, method, path, headers, timeout: PATIENCE_MS }, async (answer) => {
    const parts = [];
    for await (const part of answer) parts.push(part);
    const { value } = JSON.parse(Buffer.concat(parts).toString());
    if (answer.statusCode === 200) done(value);
    else fail(new Error(`${method} ${path}: ${value.error}: ${value.message}`));
  });
  request.on('timeout', () => request.destroy(new Error(`${method} ${path}: no answer`)));
  request.on('error', fail);
  request.end(text);
});

/** An element as a script has found it. */
class Found {
  constructor(browser, id) {
    this.browser = browser;
    this.id = id;
  }

  /** What the driver calls it. */
  get reference() {
    return { [ELEMENT]: this.id };
  }

  /** Presses it, as a customer does. */
  click() {
    return this.browser.command('POST', `/element/${this.id}/click`, {});
  }

  /** Types into it. */
  type(text) {
    return this.browser.command('POST', `/element/${this.id}/value`, { text });
  }
}

export class Browser {
  /** Starts WebKit with one window. `DRIVER` is WebKitWebDriver; `DISPLAY_RUNNER` is what gives it a display, where there is none. */
  static async start() {
    // Now and then the driver waits for ever for a browser that it has started: then it is started anew.
    for (let tries = 1; ; tries += 1) {
      const browser = new Browser();
      try {
        await browser.begin();
        return browser;
      } catch (error) {
        browser.stop();
        if (tries === 3) throw error;
      }
    }
  }

  async begin() {
    this.port = await freePort();
    const { DRIVER = '/usr/bin/WebKitWebDriver', DISPLAY_RUNNER } = process.env;
    const [program, ...args] = [...(DISPLAY_RUNNER ? [DISPLAY_RUNNER, '--auto-servernum'] : []), DRIVER, `--port=${this.port}`];
    this.process = spawn(program, args, { stdio: 'ignore', detached: true });
    await eventually('the driver listens', () => send(this.port, 'GET', '/status').then(() => true, () => false), PATIENCE_MS);
    const { sessionId, capabilities } = await send(this.port, 'POST', '/session', { capabilities: { alwaysMatch: {} } });
    this.session = sessionId;
    this.name = `${capabilities.browserName} ${capabilities.browserVersion}`;
    await this.command('POST', '/timeouts', { script: 20_000, pageLoad: 20_000 });
    this.first = await this.command('GET', '/window');
  }

  /** Closes every window but the first, and empties that. */
  async clear() {
    for (const handle of await this.windows()) {
      if (handle === this.first) continue;
      await this.switchTo(handle);
      await this.command('DELETE', '/window');
    }
    await this.switchTo(this.first);
    await this.goto('about:blank');
  }

  /** Ends the browser, the driver, and all that it has started. */
  async stop() {
    if (this.session) await this.command('DELETE', '').catch(() => {});
    try {
      process.kill(-this.process.pid);
    } catch {
      // It is gone already.
    }
  }

  command(method, path, body) {
    return send(this.port, method, `/session/${this.session}${path}`, body);
  }

  goto(url) {
    return this.command('POST', '/url', { url });
  }

  reload() {
    return this.command('POST', '/refresh', {});
  }

  /** Runs a function in the page, and waits for what it promises. Elements come back as {@link Found}. */
  async evaluate(does, ...args) {
    const script = `const done = arguments[arguments.length - 1];
      Promise.resolve((${does})(...[...arguments].slice(0, -1))).then((value) => done({ value: value ?? null }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.command('POST', '/execute/async', { script, args });
    if (error) throw new Error(error);
    return value?.[ELEMENT] ? new Found(this, value[ELEMENT]) : value;
  }

  /** Presses keys, one after the other. */
  keys(...keys) {
    const actions = keys.flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    return this.command('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** The windows there are. */
  windows() {
    return this.command('GET', '/window/handles');
  }

  /** Goes on in that window. */
  switchTo(handle) {
    return this.command('POST', '/window', { handle });
  }

  /** Goes on in a frame, or at the top. */
  frame(found) {
    return this.command('POST', '/frame', { id: found ? { [ELEMENT]: found.id } : null });
  }
}
