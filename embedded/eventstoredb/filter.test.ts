import { describe, expect, it } from '@jest/globals';
import { storedEvent } from './persistent/engine/testing.ts';
import { compileFilter, type EventFilter } from './filter.ts';

const event = storedEvent(0, { stream: 'order-1' });
const passes = (filter: EventFilter | undefined) => compileFilter(filter)(event);

describe('a filter', () => {
  it('lets everything through when there is none', () => {
    expect(passes(undefined)).toBe(true);
  });

  it.each<[EventFilter, boolean]>([
    [{ on: 'eventType', prefixes: ['Hap'] }, true],
    [{ on: 'eventType', prefixes: ['Un', 'Happened'] }, true],
    [{ on: 'eventType', prefixes: ['happ'] }, false],
    [{ on: 'eventType', prefixes: [] }, false],
    [{ on: 'eventType', regex: 'pen' }, true],
    [{ on: 'eventType', regex: '^pen' }, false],
    [{ on: 'streamName', prefixes: ['order-'] }, true],
    [{ on: 'streamName', prefixes: ['Happened'] }, false],
    [{ on: 'streamName', regex: '^order-\\d$' }, true],
    [{ on: 'streamName', regex: '^order\\-\\d$' }, true],
  ])('%j says %s', (filter, expected) => {
    expect(passes(filter)).toBe(expected);
  });

  it('refuses what is no regular expression', () => {
    expect(() => passes({ on: 'eventType', regex: '(' })).toThrow(SyntaxError);
  });
});
