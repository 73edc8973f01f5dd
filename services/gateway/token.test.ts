import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { jwtSecret, startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { problemOf, sender } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';

const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'teapot', quantity: 1, unitPrice: 2550 }] };
const claims = { sub: 'alice', roles: ['client'], iss: 'https://issuer.example/', aud: 'orderflow' };
const secret = Buffer.from(jwtSecret);
const post = (gateway: TestGateway, jwt: string) => sender(gateway.url, jwt)('POST', '/orders', order);

const signed = (key: Parameters<SignJWT['sign']>[0], changes: JWTPayload = {}, alg = 'HS256', kid?: string) =>
  new SignJWT({ ...claims, exp: Math.floor(Date.now() / 1000) + 60, ...changes })
    .setProtectedHeader({ alg, kid })
    .sign(key);

const expectRefused = async (gateway: TestGateway, jwt: string): Promise<void> => {
  const before = await wholeLog(gateway.store);
  const answer = await post(gateway, jwt);
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer realm="orderflow", error="invalid_token"/);
  expect(await problemOf(answer)).toMatchObject({ type: '/problems/unauthorized', status: 401 });
  expect(await wholeLog(gateway.store)).toEqual(before);
};

describe('tokens signed by a shared secret', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const jwt = { secret: jwtSecret, issuer: claims.iss, audience: claims.aud };
    gateway = await startBareGateway({ jwt });
  });
  afterAll(() => gateway.stop());

  it('lets a valid token in', async () => {
    expect((await post(gateway, await signed(secret))).status).toBe(202);
  });

  it('asks for a token where there is none', async () => {
    const answer = await fetch(`${gateway.url}/orders`, { method: 'POST', body: JSON.stringify(order) });
    expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="orderflow"');
    expect((await problemOf(answer)).status).toBe(401);
    expect(await wholeLog(gateway.store)).toHaveLength(1);
  });

  const past = Math.floor(Date.now() / 1000) - 1;
  it.each<[string, () => string | Promise<string>]>([
    ['unsigned (alg none)', () => new UnsecuredJWT(claims).setExpirationTime('1h').encode()],
    ['expired', () => signed(secret, { exp: past })],
    ['not valid yet', () => signed(secret, { nbf: past + 3_600 })],
    ['good for ever', () => signed(secret, { exp: undefined })],
    ['signed by another secret', () => signed(Buffer.from('another-secret-of-at-least-32-characters'))],
    ['signed by the same secret with HS512', () => signed(secret, {}, 'HS512')],
    ['of another issuer', () => signed(secret, { iss: 'https://elsewhere.example/' })],
    ['of no issuer', () => signed(secret, { iss: undefined })],
    ['for another audience', () => signed(secret, { aud: 'accounting' })],
    ['without a sub', () => signed(secret, { sub: undefined })],
    ['with an empty sub', () => signed(secret, { sub: '' })],
    ['with roles that are no array', () => signed(secret, { roles: 'client' })],
    ['cut short', async () => (await signed(secret)).slice(0, -1)],
    [
      'of another payload than was signed',
      async () => {
        const [header, , signature] = (await signed(secret)).split('.');
        return `${header}.${Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url')}.${signature}`;
      },
    ],
    ['no JWT at all', () => 'nonsense'],
  ])('refuses a token that is %s', async (_, make) => {
    await expectRefused(gateway, await make());
  });

  it('says of an expired token that it is expired', async () => {
    const problem = await problemOf(await post(gateway, await signed(secret, { exp: past })));
    expect(problem.detail).toBe('The token has expired: get a new one');
  });

  it('says of a token that never expires what it lacks', async () => {
    const problem = await problemOf(await post(gateway, await signed(secret, { exp: undefined })));
    expect(problem.detail).toBe('The token must have an exp');
  });

  it.each(['Basic YTpi', 'Digest username="alice"', 'Bearer', 'a.b.c'])(
    'asks for a bearer token where the authorization is "%s"',
    async (authorization) => {
      const headers = { Authorization: authorization };
      const answer = await fetch(`${gateway.url}/orders`, { method: 'POST', headers });
      expect(answer.headers.get('WWW-Authenticate')).toBe('Bearer realm="orderflow"');
      expect(await problemOf(answer)).toMatchObject({
        status: 401,
        detail: 'Expected a token as Authorization: Bearer …, found an authorization of another kind',
      });
    },
  );
});

describe('tokens signed by a key of a published set', () => {
  let gateway: TestGateway;
  let issuer: Server;
  let rsa: Awaited<ReturnType<typeof generateKeyPair>>;
  let elliptic: Awaited<ReturnType<typeof generateKeyPair>>;
  beforeAll(async () => {
    rsa = await generateKeyPair('RS256');
    elliptic = await generateKeyPair('ES256');
    const keys = [
      { ...(await exportJWK(rsa.publicKey)), kid: 'rsa' },
      { ...(await exportJWK(elliptic.publicKey)), kid: 'elliptic' },
    ];
    issuer = createServer((_, response) => response.end(JSON.stringify({ keys })));
    await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
    const { port } = issuer.address() as AddressInfo;
    gateway = await startBareGateway({ jwt: { jwksUrl: `http://127.0.0.1:${port}/keys`, issuer: claims.iss } });
  });
  afterAll(async () => {
    await gateway.stop();
    issuer.close();
  });

  it('lets in a token signed by RSA', async () => {
    expect((await post(gateway, await signed(rsa.privateKey, {}, 'RS256', 'rsa'))).status).toBe(202);
  });

  it('lets in a token signed on an elliptic curve', async () => {
    expect((await post(gateway, await signed(elliptic.privateKey, {}, 'ES256', 'elliptic'))).status).toBe(202);
  });

  it.each<[string, () => string | Promise<string>]>([
    [
      'signed with HS256 by the public key as the secret',
      async () => signed(Buffer.from(await exportSPKI(rsa.publicKey)), {}, 'HS256', 'rsa'),
    ],
    ['signed with HS256 by a secret', () => token('alice', 'client')],
    ['unsigned (alg none)', () => new UnsecuredJWT(claims).setExpirationTime('1h').encode()],
    [
      'signed by a key of nobody, under a known id',
      async () => signed((await generateKeyPair('RS256')).privateKey, {}, 'RS256', 'rsa'),
    ],
    ['signed by a key that is not in the set', () => signed(rsa.privateKey, {}, 'RS256', 'unknown')],
    ['of another issuer', () => signed(rsa.privateKey, { iss: 'https://elsewhere.example/' }, 'RS256', 'rsa')],
    ['no JWT at all', () => 'nonsense'],
  ])('refuses a token that is %s', async (_, make) => {
    await expectRefused(gateway, await make());
  });
});

describe('a gateway that cannot get the keys', () => {
  it('answers 503: nobody can say whether the token is good', async () => {
    const gateway = await startBareGateway({ jwt: { jwksUrl: 'http://127.0.0.1:1/keys' } });
    const { privateKey } = await generateKeyPair('RS256');
    const answer = await post(gateway, await signed(privateKey, {}, 'RS256'));
    expect(await problemOf(answer)).toMatchObject({ type: '/problems/unavailable', status: 503 });
    await gateway.stop();
  });

  it.each([{}, { secret: jwtSecret, jwksUrl: 'http://127.0.0.1:1/keys' }])(
    'does not start unless exactly one way to verify is given',
    async (jwt) => {
      await expect(startBareGateway({ jwt })).rejects.toThrow('Expected either JWT_SECRET or JWKS_URL');
    },
  );
});
