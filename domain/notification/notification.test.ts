import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { ofType, type RecordedEvent } from '../events.ts';
import { history } from '../examples.ts';
import { happinessSent, sorrowNotSent } from './examples.ts';
import { notification, type NotificationCommand } from './notification.ts';

const sent = history.filter(ofType('LetterSent'));
const notSent = history.filter(ofType('LetterNotSent'));
const given = (events: ReadonlyArray<RecordedEvent<'LetterSent' | 'LetterNotSent'>>) => ({
  when: (command: NotificationCommand) =>
    notification.decide(command, events.reduce(notification.evolve, notification.initial)),
});
const recordSent: NotificationCommand = { type: 'RecordSent', ...happinessSent.data };
const recordNotSent: NotificationCommand = { type: 'RecordNotSent', ...sorrowNotSent.data };

describe('notification', () => {
  it('records that its letter was sent, with its Message-ID', () => {
    expect(given([]).when(recordSent)).toEqual(E.right(O.some(happinessSent)));
  });

  it('records that there will be no letter, and why', () => {
    expect(given([]).when(recordNotSent)).toEqual(E.right(O.some(sorrowNotSent)));
  });

  it.each([
    ['sent', 'that it was sent', sent, recordSent],
    ['sent', 'that it was not sent', sent, recordNotSent],
    ['given up', 'that it was sent', notSent, recordSent],
    ['given up', 'that it was not sent', notSent, recordNotSent],
  ])('records nothing more about a letter already %s when told %s', (_, __, events, command) => {
    expect(events).toHaveLength(1);
    expect(given(events).when(command)).toEqual(E.right(O.none));
  });
});
