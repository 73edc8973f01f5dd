import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { problemTypes } from '../../../api/problems.ts';
import { startBareGateway, type TestGateway } from '../../../tests/fixtures/gateway.ts';
import { problemOf } from '../../../tests/fixtures/http.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { packageFiles } from './files.ts';
import { openApiDocument } from './openapi.ts';

const asBrowser = { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };

describe('what the gateway says of itself', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startBareGateway();
  });
  afterAll(() => gateway.stop());

  const get = (path: string, init?: RequestInit) => fetch(`${gateway.url}${path}`, init);

  it.each([
    ['/openapi.json', openApiDocument],
    ['/asyncapi.json', asyncApiDocument],
  ])('is told at %s, and not again to whoever has it', async (path, document) => {
    const answer = await get(path);
    expect(answer.headers.get('Content-Type')).toBe('application/json; charset=utf-8');
    expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(document())));
    const again = await get(path, { headers: { 'If-None-Match': answer.headers.get('ETag') ?? '' } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it.each(['/docs', '/docs/topics', '/problems/order-not-found'])(
    'is on the page %s, which names only files that are there, all of this host, and runs nothing in itself',
    async (path) => {
      const answer = await get(path, asBrowser);
      expect(answer.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
      const policy = answer.headers.get('Content-Security-Policy') ?? '';
      expect(policy).toMatch(/default-src 'none'/);
      expect(policy).not.toMatch(/unsafe|https?:/);
      const content = await answer.text();
      expect(content).not.toMatch(/<script>|<style|\son\w+=|\sstyle=|https?:/);
      const files = [...content.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
      expect(files.length).toBeGreaterThan(4);
      for (const file of files) expect([file, (await get(file)).status]).toEqual([file, 200]);
    },
  );

  it.each(Object.values(problemTypes))('says at $type what it means and what to do', async (type) => {
    const answer = await get(type.type);
    expect(await answer.json()).toEqual({ ...type, meaning: expect.any(String), remedy: expect.any(String) });
    const page = await get(type.type, asBrowser);
    expect(page.headers.get('Vary')).toContain('Accept');
    expect(await page.text()).toContain(`<h1>${type.title}</h1>`);
  });

  it.each(['/problems/nothing', '/docs/nothing.js', '/docs/..%2fpackage.json', '/problems/__proto__'])(
    'knows nothing of %s',
    async (path) => {
      expect((await problemOf(await get(path))).type).toBe('/problems/unknown-path');
    },
  );

  it('has all its files in the built program, too, which runs without node_modules', async () => {
    const built = new URL('../../../dist/node_modules/swagger-ui-dist/', import.meta.url);
    const present = await readdir(built);
    expect(present).toEqual(expect.arrayContaining(['package.json', ...packageFiles]));
  });
});
