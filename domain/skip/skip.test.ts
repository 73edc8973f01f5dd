import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { history, recorded } from '../examples.ts';
import { skipStream } from '../streams.ts';
import { teapotsSkipped } from './examples.ts';
import type { EventSkipped } from './messages.ts';
import { skip, type SkipCommand } from './skip.ts';

const { data } = teapotsSkipped;
const skipped = recorded(14, teapotsSkipped, {
  id: '00000000-0000-5000-8000-000000000014',
  stream: skipStream(data.projection),
  cause: history[2],
  correlationId: data.projection,
});
const command: SkipCommand = { type: 'SkipEvent', skip: data };
const given = (...events: ReadonlyArray<typeof skipped>) => ({
  when: (asked: SkipCommand) => skip.decide(asked, events.reduce(skip.evolve, skip.initial)),
});

describe('skipping an event', () => {
  it('is recorded', () => {
    expect(given().when(command)).toEqual(E.right(O.some(teapotsSkipped)));
  });

  it('is recorded once', () => {
    expect(given(skipped).when({ ...command, skip: { ...data, by: 'otto', reason: 'again' } })).toEqual(
      E.right(O.none),
    );
  });

  it('says nothing about other events', () => {
    const other: EventSkipped = { ...teapotsSkipped, data: { ...data, position: '301' } };
    expect(given(skipped).when({ ...command, skip: other.data })).toEqual(E.right(O.some(other)));
  });
});
