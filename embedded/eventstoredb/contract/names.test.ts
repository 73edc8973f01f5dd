import { describe, expect, it } from '@jest/globals';
import { appendBy, appendPaths } from './appendPaths.ts';
import { anEvent, events, idsIn, newName, readAllOf } from './events.ts';
import { itOnEmbedded, useServer } from './server.ts';

const server = useServer();

const names = [
  'with blanks in it',
  'größe-价格-🚚',
  'a/b//c?d=e&f#g',
  '100%-%2F-%zz',
  '.',
  ' ',
  'a\tb',
  '$starts-like-a-system-stream',
  'a@b',
  'a::b',
];
const endsTheRealServer = 'the real one answers "" twice, and stops at the commit after "$$"';

describe.each(names)('a stream named %j', (base) => {
  it('is appended to, read and described under exactly this name', async () => {
    const name = newName(base);
    const event = anEvent();
    await server.client.appendToStream(name, event);
    await server.client.setStreamMetadata(name, { title: base });
    const [stored] = await readAllOf(server.client, name);
    expect(stored?.event?.streamId).toBe(name);
    expect((await server.client.getStreamMetadata(name)).metadata).toEqual({ title: base });
    expect(await idsIn(server.client, name)).toEqual([event.id]);
  });

  it('is named in refusals of appends', async () => {
    const name = newName(base);
    for (const path of appendPaths) {
      await expect(appendBy(path)(server.client, name, anEvent(), 5n)).rejects.toMatchObject({
        type: 'wrong-expected-version',
        streamName: name,
      });
    }
  });

  it('is deleted, revived and tombstoned', async () => {
    const name = newName(base);
    await server.client.appendToStream(name, events(2));
    await server.client.deleteStream(name);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-not-found' });
    expect((await server.client.appendToStream(name, anEvent())).nextExpectedRevision).toBe(2n);
    await server.client.tombstoneStream(name);
    await expect(readAllOf(server.client, name)).rejects.toMatchObject({ type: 'stream-deleted' });
  });
});

it('tells names apart that differ in case only', async () => {
  const name = newName('stream');
  await server.client.appendToStream(name, anEvent());
  await expect(readAllOf(server.client, name.toUpperCase())).rejects.toMatchObject({ type: 'stream-not-found' });
});

describe.each(['', '$$'])('the name %j', (name) => {
  for (const path of appendPaths) {
    itOnEmbedded(endsTheRealServer)(`is refused once by the ${path} append, and the connection goes on`, async () => {
      await expect(appendBy(path)(server.client, name, anEvent())).rejects.toMatchObject({ type: 'unknown' });
      expect((await appendBy(path)(server.client, newName('stream'), anEvent())).nextExpectedRevision).toBe(0n);
    });
  }
});
