import * as t from 'io-ts';
import { text, Uuid } from '../text.ts';

/** Happiness for a paid order, sorrow for a cancelled one. */
export const Letter = t.keyof({ happiness: null, sorrow: null }, 'Letter');
export type Letter = t.TypeOf<typeof Letter>;

/** Derived from the order, so that a letter doubled by a crash is recognisable. */
export const MessageId = text('MessageId', /^<[A-Za-z0-9.@_-]{3,200}>$/, 'a Message-ID in angle brackets');

/**
 * Why no letter went out: the user has no address, asked to be forgotten, the mail server refused it for good, or an
 * operator gave it up.
 */
export const LetterFault = t.keyof({ NoAddress: null, Erased: null, Refused: null, Discarded: null }, 'LetterFault');
export type LetterFault = t.TypeOf<typeof LetterFault>;

/** The mail server has taken the letter. */
export const LetterSent = t.strict({ orderId: Uuid, letter: Letter, messageId: MessageId }, 'LetterSent');

/** There will be no letter. Holds no address: personal data never enters the log. */
export const LetterNotSent = t.strict({ orderId: Uuid, letter: Letter, reason: LetterFault }, 'LetterNotSent');

export type LetterSent = { readonly type: 'LetterSent'; readonly data: t.TypeOf<typeof LetterSent> };
export type LetterNotSent = { readonly type: 'LetterNotSent'; readonly data: t.TypeOf<typeof LetterNotSent> };
export type NotificationEvent = LetterSent | LetterNotSent;
