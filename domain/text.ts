import * as t from 'io-ts';
import { described } from './schema.ts';

/**
 * A string codec: accepted only when the whole text matches `pattern`. `expected` completes "must be …" in messages.
 * Every text that enters the system goes through one of these, so that whatever is accepted can be held by a stream
 * name, a Postgres column, an SMTP envelope and a header alike.
 */
export const text = (name: string, pattern: RegExp, expected: string) =>
  described(
    new t.Type<string, string, unknown>(
      name,
      (u): u is string => typeof u === 'string' && pattern.test(u),
      (u, context) =>
        typeof u === 'string' && pattern.test(u) ? t.success(u) : t.failure(u, context, `must be ${expected}`),
      t.identity,
    ),
    { type: 'string', pattern: pattern.source, description: expected },
  );

/** The `sub` of a token where it is opaque; part of stream names, so it holds neither dots nor blanks. */
export const UserId = text('UserId', /^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, "_" or "-"');

/** Lower case only, so that one id has one spelling and therefore one stream. */
export const Uuid = text('Uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'a UUID in lower case');

// Control characters, lone surrogates, line and paragraph separators, bidirectional overrides and non-characters: what
// Postgres, SMTP or a reader's eye would refuse or misread.
const unprintable = '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Noncharacter_Code_Point}\\u202A-\\u202E\\u2066-\\u2069';

const printable = (maximum: number, also = ''): RegExp =>
  new RegExp(`^${also}(?=[^\\p{Z}])[^${unprintable}]{1,${maximum}}(?<![\\p{Z}])$`, 'u');

/** A stock keeping unit: what the client calls the thing ordered. */
export const Sku = text('Sku', printable(64), '1 to 64 printable characters without blanks at the ends');

/** A person's name as they write it. Not `=?…`, which mail programs read as encoded text (RFC 2047), even between quotes. */
export const PersonName = text(
  'PersonName',
  printable(100, '(?!.*=\\?)'),
  '1 to 100 printable characters without "=?" and without blanks at the ends',
);

/** Mailbox of RFC 5321 in its plain form: dot-atom of ASCII, a domain with at least two labels, 254 characters at most. */
export const Email = text(
  'Email',
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])$/,
  'an e-mail address such as "alice@example.com"',
);
