import { describe, expect, it } from '@jest/globals';
import { anEvent, newName } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

const base = () => {
  const { host, searchParams } = new URL(server.url.replace(/^esdb:/, 'http:'));
  return `${searchParams.get('tls') === 'false' ? 'http' : 'https'}://${host}`;
};

describe('HTTP on the port of the event store', () => {
  it('says that the server lives', async () => {
    const response = await fetch(`${base()}/health/live`);
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('says which version it is and that it leads', async () => {
    const response = await fetch(`${base()}/info`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      esVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
      state: 'leader',
    });
  });

  it('does not know other paths', async () => {
    const response = await fetch(`${base()}/${newName('nothing')}`);
    await response.text();
    expect(response.status).toBe(404);
  });

  it('is served while events are appended', async () => {
    const [responses, appends] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => fetch(`${base()}/health/live`))),
      Promise.all(Array.from({ length: 20 }, () => server.client.appendToStream(newName('stream'), anEvent()))),
    ]);
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 204));
    expect(appends.every(({ success }) => success)).toBe(true);
  });
});
