import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { events, isEventType, read } from './events.ts';
import { exampleOf, history } from './examples.ts';
import { Metadata } from './metadata.ts';
import { filterOf, topicNames, topics } from './topics.ts';

describe('events', () => {
  it.each(Object.values(exampleOf))('$type: the example is what its codec writes and reads', ({ type, data }) => {
    const stored: unknown = JSON.parse(JSON.stringify(data));
    expect(read(type, stored)).toMatchObject(E.right({ event: { type, data } }));
  });

  it.each(Object.values(exampleOf))('$type: fields of a later payload are dropped', ({ type, data }) => {
    expect(read(type, { ...data, addedLater: 1 })).toMatchObject(E.right({ event: { type, data } }));
    const decoded = read(type, { ...data, addedLater: 1 });
    expect(E.isRight(decoded) && 'addedLater' in decoded.right.event.data).toBe(false);
  });

  it.each(history)('$type stands in the stream that its data name', (event) => {
    expect(read(event.type, event.data)).toMatchObject(E.right({ stream: event.stream }));
    expect(E.isRight(Metadata.decode(event.metadata))).toBe(true);
  });

  it('has one example of each', () => {
    expect(Object.keys(exampleOf).sort()).toEqual(Object.keys(events).sort());
  });
});

describe('topics', () => {
  it('carry events of ours', () => {
    expect(topicNames.flatMap((name) => [...topics[name].events]).every(isEventType)).toBe(true);
  });

  it.each(topicNames)('%s lets its events and redrives through, and nothing that only begins like them', (name) => {
    const filter = new RegExp(filterOf(name));
    for (const type of topics[name].events) {
      expect(filter.test(type)).toBe(true);
      expect(filter.test(`${type}Twice`)).toBe(false);
      expect(filter.test(`Not${type}`)).toBe(false);
    }
    expect(filter.test('RedriveRequested')).toBe(true);
  });
});
