import streams from '@eventstore/db-client/generated/streams_pb.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeEvent, encodeEvent, isHiddenFromAll, readDetails } from './storedEvent.ts';

const newEvents = fc.record({
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme' }),
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  metadata: fc.uint8Array({ maxLength: 300 }),
  data: fc.uint8Array({ maxLength: 300 }),
});
const coordinates = fc.record({
  stream: fc.string({ unit: 'grapheme', minLength: 1 }),
  revision: fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n }),
  position: fc.bigInt({ min: 1n, max: 2n ** 60n }),
  created: fc.integer({ min: 0 }).map((ms) => `${ms}0000`),
});

describe('a stored event', () => {
  it('is the response that the official client reads', () => {
    fc.assert(
      fc.property(newEvents, coordinates, (event, at) => {
        const { frame } = encodeEvent(event, at);
        const read = streams.ReadResp.deserializeBinary(frame).getEvent();
        const recorded = read?.getEvent();
        expect(read?.getCommitPosition()).toBe(String(at.position));
        expect(recorded?.getId()?.getString()).toBe(event.id);
        expect(Buffer.from(recorded?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString()).toBe(at.stream);
        expect(recorded?.getStreamRevision()).toBe(String(at.revision));
        expect([recorded?.getPreparePosition(), recorded?.getCommitPosition()]).toEqual(
          Array(2).fill(String(at.position)),
        );
        expect(new Map(recorded?.getMetadataMap().toArray())).toEqual(
          new Map([
            ['type', event.type],
            ['content-type', event.contentType],
            ['created', at.created],
          ]),
        );
        expect(Buffer.from(recorded?.getCustomMetadata_asU8() ?? [])).toEqual(Buffer.from(event.metadata));
        expect(Buffer.from(recorded?.getData_asU8() ?? [])).toEqual(Buffer.from(event.data));
      }),
    );
  });

  it('is read back as it was made', () => {
    fc.assert(
      fc.property(newEvents, coordinates, (event, at) => {
        const stored = encodeEvent(event, at);
        expect(decodeEvent(stored.frame)).toEqual(stored);
        expect(readDetails(stored)).toEqual({
          created: BigInt(at.created),
          contentType: event.contentType,
          metadata: Buffer.from(event.metadata),
          data: Buffer.from(event.data),
        });
      }),
    );
  });

  it('is refused when its bytes are something else', () => {
    expect(() => decodeEvent(Buffer.from('not an event'))).toThrow("Expected a stored event's tag");
  });
});

describe('what is hidden from $all', () => {
  it.each([
    ['$persistentsubscription-$all::orders.create-checkpoint', true],
    ['$persistentsubscription-$all::orders.create-parked', true],
    ['$persistentsubscription-order-1::orders-parked', false],
    ['$$order-1', false],
    ['order-1', false],
  ])('%s: %s', (stream, hidden) => expect(isHiddenFromAll(stream)).toBe(hidden));
});
