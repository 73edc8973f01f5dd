import { describe, expect, it } from '@jest/globals';
import { aLinkTo, allOf, anEvent, events, newName, readAllOf } from './events.ts';
import { record } from './recording.ts';
import { useServer } from './server.ts';

const server = useServer();

/** A stream of one link, to the given revision of a stream of three events (or to a revision it lacks). */
const aLink = async (revision: number) => {
  const [source, links] = [newName('source'), newName('links')];
  const stored = events(3);
  await server.client.appendToStream(source, stored);
  const link = aLinkTo(source, revision);
  const { position } = await server.client.appendToStream(links, link);
  return { source, links, link, position, target: stored[revision] };
};

describe('a link', () => {
  it('arrives with the event it points to when links are resolved', async () => {
    const { source, links, link, target } = await aLink(1);
    for (const direction of ['forwards', 'backwards'] as const) {
      const fromRevision = direction === 'forwards' ? 'start' : 'end';
      const found = await readAllOf(server.client, links, { resolveLinkTos: true, direction, fromRevision });
      expect(found).toHaveLength(1);
      expect(found[0]?.event).toMatchObject({ id: target?.id, streamId: source, revision: 1n });
      expect(found[0]?.link).toMatchObject({ id: link.id, streamId: links, revision: 0n, type: '$>' });
    }
  });

  it('arrives as the event itself when links are not resolved', async () => {
    const { source, links, link } = await aLink(1);
    const [found] = await readAllOf(server.client, links);
    expect(found?.link).toBeUndefined();
    expect(found?.event).toMatchObject({ id: link.id, streamId: links, type: '$>' });
    expect(Buffer.from(found?.event?.data as unknown as Uint8Array).toString()).toBe(`1@${source}`);
  });

  it('to an event that does not exist arrives alone', async () => {
    const { links, link } = await aLink(7);
    const found = await readAllOf(server.client, links, { resolveLinkTos: true });
    expect(found).toHaveLength(1);
    expect(found[0]?.event).toBeUndefined();
    expect(found[0]?.link?.id).toBe(link.id);
  });

  it('to an event that is truncated arrives alone', async () => {
    const { source, links, link } = await aLink(0);
    await server.client.setStreamMetadata(source, { truncateBefore: 1 });
    const found = await readAllOf(server.client, links, { resolveLinkTos: true });
    expect(found.map(({ event, link: linked }) => [event, linked?.id])).toEqual([[undefined, link.id]]);
  });

  it('into a tombstoned stream arrives alone', async () => {
    const { source, links, link } = await aLink(1);
    await server.client.tombstoneStream(source);
    const found = await readAllOf(server.client, links, { resolveLinkTos: true });
    expect(found.map(({ event, link: linked }) => [event, linked?.id])).toEqual([[undefined, link.id]]);
  });

  it('is resolved in $all too, at the position of the link', async () => {
    const { link, position, target } = await aLink(2);
    const [found] = await allOf(server.client.readAll({ fromPosition: position, maxCount: 1, resolveLinkTos: true }));
    expect(found?.link?.id).toBe(link.id);
    expect(found?.event?.id).toBe(target?.id);
    expect(found?.commitPosition).toBe(position?.commit);
  });

  it('stays unresolved in $all when links are not resolved', async () => {
    const { link, position } = await aLink(2);
    const [found] = await allOf(server.client.readAll({ fromPosition: position, maxCount: 1 }));
    expect(found?.event?.id).toBe(link.id);
    expect(found?.link).toBeUndefined();
  });

  it('is resolved by a subscription, in history and live', async () => {
    const { source, links, target } = await aLink(1);
    const live = anEvent();
    const recording = record(server.client.subscribeToStream(links, { resolveLinkTos: true }));
    await recording.has('caughtUp');
    await server.client.appendToStream(source, live);
    await server.client.appendToStream(links, aLinkTo(source, 3));
    const found = await recording.first(2);
    expect(found.map(({ event }) => event?.id)).toEqual([target?.id, live.id]);
    expect(found.map(({ link }) => link?.revision)).toEqual([0n, 1n]);
  });
});
