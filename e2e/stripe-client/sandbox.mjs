// Starts the sandbox on a free port, as its own process, and a merchant's address for webhooks.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';

/** Starts the binary and answers when it has printed its address. */
export async function startSandbox(binary) {
  if (!binary) throw new Error('SANDBOX_BIN names no sandbox: build it with `cargo build -p sandbox` and pass its path');
  const child = spawn(binary, [], {
    env: { ...process.env, SANDBOX_LISTEN: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const servers = [];
  const failed = once(child, 'exit').then(() => { throw new Error('the sandbox ended before it was ready'); });
  const [line] = await Promise.race([once(child.stdout, 'data'), failed]);
  failed.catch(() => {});
  return {
    base: String(line).trim(),
    stop() {
      child.kill();
      servers.forEach((server) => server.close());
    },
    /** An address for webhooks, and a promise of the first one sent there. */
    async receiveWebhook() {
      let take;
      const received = new Promise((resolve) => { take = resolve; });
      const server = http.createServer((request, response) => {
        let body = '';
        request.setEncoding('utf8');
        request.on('data', (part) => { body += part; });
        request.on('end', () => {
          response.end();
          take({ body, signature: request.headers['stripe-signature'] });
        });
      });
      servers.push(server);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return { url: `http://127.0.0.1:${server.address().port}/webhooks`, received };
    },
  };
}
