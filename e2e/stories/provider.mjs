// Somebody else's OpenID provider, where staff sign in: the npm package oidc-provider, whose own pages ask who one is. Unlike the
// provider of the tests in Rust nothing of it is ours, so it says what we had not thought of.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/** How it knows relink-server. */
const CLIENT = { id: 'relink', secret: 'the secret of this story alone, +% and all' };
const KEYS = {
  RS256: ['rsa', { modulusLength: 2048 }],
  ES256: ['ec', { namedCurve: 'P-256' }],
};

/** Starts it for the relink-server at `relink`. `people` are by what they type as their name there. The e-mail address is in the
 * identity token only with `saysAddress`; else it is at the userinfo endpoint alone, as the standard has it. */
export async function startProvider({ relink, people, saysAddress = false, alg = 'RS256', auth = 'client_secret_basic' }) {
  // By name, not by number: for the browser it is another site than the dashboard.
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${server.address().port}`;
  const { privateKey } = generateKeyPairSync(...KEYS[alg]);
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${relink}/dashboard/sign-in/openid/return`],
      id_token_signed_response_alg: alg,
      token_endpoint_auth_method: auth,
    }],
    claims: { email: ['email', 'email_verified'] },
    conformIdTokenClaims: !saysAddress,
    cookies: { keys: [randomBytes(16).toString('hex')] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: 'first' }] },
    findAccount: (_, name) => people[name] && { accountId: name, claims: () => ({ sub: name, ...people[name] }) },
  });
  const asked = [];
  server.on('request', (request) => asked.push(`${request.method} ${request.url.split('?')[0]}`));
  server.on('request', provider.callback());
  return {
    asked,
    environment: {
      RELINK_OIDC_ISSUER: issuer,
      RELINK_OIDC_CLIENT_ID: CLIENT.id,
      RELINK_OIDC_CLIENT_SECRET: CLIENT.secret,
      RELINK_OIDC_NAME: 'the Pinegrove login',
      RELINK_STAFF_PASSWORDS: 'refused',
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
