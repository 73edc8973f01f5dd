import { describe, expect, it } from '@jest/globals';
import { appendBy, appendPaths } from './appendPaths.ts';
import { anEventOfSize, newName, readAllOf } from './events.ts';
import { useServer } from './server.ts';

const server = useServer();

/** MaxAppendSize, in bytes. */
const limit = 1_048_576;
const tooLarge = { type: 'maximum-append-size-exceeded', maxAppendSize: limit };

describe.each(appendPaths)('an append by the %s call', (path) => {
  const append = appendBy(path);

  it('takes one event of the maximum append size, not counting its metadata', async () => {
    const name = newName('stream');
    await append(server.client, name, anEventOfSize(limit, { remark: 'x'.repeat(20_000) }));
    const [stored] = await readAllOf(server.client, name);
    expect(stored?.event?.data).toHaveLength(limit);
  });

  it('refuses one event that is a byte larger', async () => {
    const name = newName('stream');
    await expect(append(server.client, name, anEventOfSize(limit + 1))).rejects.toMatchObject(tooLarge);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('counts all events of the append together', async () => {
    const half = limit / 2;
    const name = newName('stream');
    await append(server.client, name, [anEventOfSize(half), anEventOfSize(half)]);
    const refused = newName('stream');
    await expect(
      append(server.client, refused, [anEventOfSize(half), anEventOfSize(half), anEventOfSize(1)]),
    ).rejects.toMatchObject(tooLarge);
    await expect(readAllOf(server.client, refused)).rejects.toMatchObject({ type: 'stream-not-found' });
  });

  it('goes on with smaller ones after a refusal', async () => {
    const name = newName('stream');
    await expect(append(server.client, name, anEventOfSize(limit + 1))).rejects.toMatchObject(tooLarge);
    expect((await append(server.client, name, anEventOfSize(1))).nextExpectedRevision).toBe(0n);
  });
});

describe('a batch append in several fragments', () => {
  const fragments = { batchAppendSize: 1000 };

  it('is stored as one write, in order', async () => {
    const name = newName('stream');
    const events = Array.from({ length: 10 }, () => anEventOfSize(600));
    expect((await server.client.appendToStream(name, events, fragments)).nextExpectedRevision).toBe(9n);
    expect((await readAllOf(server.client, name)).map(({ event }) => event?.id)).toEqual(events.map(({ id }) => id));
  });

  it('is kept apart from others under way', async () => {
    const names = Array.from({ length: 10 }, () => newName('stream'));
    await Promise.all(
      names.map((name) =>
        server.client.appendToStream(
          name,
          Array.from({ length: 10 }, () => anEventOfSize(600)),
          { ...fragments, expectedRevision: 'no_stream' },
        ),
      ),
    );
    for (const name of names) expect(await readAllOf(server.client, name)).toHaveLength(10);
  });

  it('is refused as a whole when the fragments together are too large', async () => {
    const name = newName('stream');
    const events = Array.from({ length: 3 }, () => anEventOfSize(limit / 2));
    await expect(server.client.appendToStream(name, events, { batchAppendSize: 1000 })).rejects.toMatchObject(tooLarge);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
  });
});
