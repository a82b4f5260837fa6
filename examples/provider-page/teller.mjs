// A stand-in for Teller: its script with the functions and callbacks of Teller Connect, and `/accounts` of its API. What a
// customer would do in Teller's frame are three buttons here.
import http from 'node:http';

const SCRIPT = `window.TellerConnect = {
  setup(options) {
    const give = (enrollment) => options.onSuccess({
      accessToken: 'test_token_of_' + enrollment, user: { id: 'usr_1' }, enrollment: { id: enrollment, institution: { name: 'Harbour Bank' } }, signatures: [],
    });
    const add = (text, act) => {
      const button = document.createElement('button');
      button.textContent = text;
      button.addEventListener('click', act);
      document.body.append(button);
    };
    return {
      open() {
        add('Sign in', () => give(options.enrollmentId));
        add('Sign in as another', () => give('enr_another'));
        add('Close', () => options.onExit());
      },
    };
  },
};`;

/** Starts it; the server's `tokens` are those that its API was asked with. */
export function teller() {
  const server = http.createServer((request, response) => {
    if (request.url === '/connect/connect.js') return response.writeHead(200, { 'content-type': 'text/javascript' }).end(SCRIPT);
    const [token] = Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString().split(':');
    const [, enrollment] = /^test_token_of_(\w+)$/.exec(token) ?? [];
    if (request.url !== '/accounts' || !enrollment) return response.writeHead(401).end('{"error":{"code":"unauthorized"}}');
    server.tokens.push(token);
    const account = { id: 'acc_1', enrollment_id: enrollment, institution: { id: 'harbour', name: 'Harbour Bank' }, last_four: '1234', name: 'Everyday Checking', status: 'open', type: 'depository', subtype: 'checking', currency: 'USD' };
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify([account]));
  });
  server.tokens = [];
  return server;
}
