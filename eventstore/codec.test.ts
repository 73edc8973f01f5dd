import { describe, expect, it } from '@jest/globals';
import { history } from '../domain/examples.ts';
import type { RecordedEvent } from '../domain/events.ts';
import { decode, encode, isForeign } from './codec.ts';
import { NewerVersion, Undecodable } from './faults.ts';

/** The event as the client hands it over after a way through the store. */
const stored = (event: RecordedEvent) => {
  const { id, type, data, metadata } = encode(event);
  return {
    id,
    type,
    data: JSON.parse(JSON.stringify(data)) as Record<string, unknown>,
    metadata: JSON.parse(JSON.stringify(metadata)) as Record<string, unknown>,
    isJson: true as const,
    streamId: event.stream,
    revision: BigInt(event.revision),
    created: event.created,
    position: { commit: event.position, prepare: event.position },
  };
};
const [deposit] = history.map(stored);
if (deposit === undefined) throw new Error('the history is empty');

describe('codec', () => {
  it.each(history)('reads $type as it was written', (event) => {
    expect(decode(stored(event))).toEqual(event);
  });

  it('takes an event of another application for foreign', () => {
    expect(isForeign(decode({ ...deposit, type: 'InvoicePrinted' }))).toBe(true);
    expect(isForeign(decode({ ...deposit, type: 'toString' }))).toBe(true);
  });

  it('takes an event of ours in a stream that its data do not name for foreign', () => {
    expect(decode({ ...deposit, streamId: `deposit-${deposit.id}` })).toEqual({
      foreign: expect.stringContaining(`belongs into ${deposit.streamId}`),
    });
  });

  it('does not judge the contents of an event in a stream of another application', () => {
    for (const streamId of ['bank-1', 'deposit-1', `deposit-${deposit.id}-2`]) {
      const other = { ...deposit, streamId, data: { iban: 'x' }, metadata: { version: 9 } };
      expect(decode(other)).toEqual({ foreign: expect.stringContaining('stands in no deposit stream') });
    }
  });

  it('names every fault and where it is', () => {
    const broken = { ...deposit, data: { ...deposit.data, amount: -1, currency: 'gold' } };
    expect(() => decode(broken)).toThrow(Undecodable);
    expect(() => decode(broken)).toThrow(
      /data of DepositRequested at deposit-.*@0: .*\/currency must be.*\/amount must be/,
    );
  });

  it('refuses an event without our metadata', () => {
    expect(() => decode({ ...deposit, metadata: {} })).toThrow(/\/traceparent/);
  });

  it('knows an event that newer code wrote before it looks at its data', () => {
    const newer = { ...deposit, data: {}, metadata: { ...deposit.metadata, version: 2 } };
    expect(() => decode(newer)).toThrow(NewerVersion);
  });
});
