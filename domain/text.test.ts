import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { Email, PersonName, Sku, UserId } from './text.ts';

const accepted = (codec: typeof Sku, value: unknown): boolean => E.isRight(codec.decode(value));

describe('text', () => {
  it.each(['teapot', 'Zoë', '茶', '👩‍🚀', 'a b', "d'Arc <b>"])('takes %p as an article', (value) => {
    expect(accepted(Sku, value)).toBe(true);
  });

  it.each(['', ' a', 'a ', 'a\0', 'a\nb', '\u2028', '\ud800', 'a\u202eb', '\uffff', 'x'.repeat(65), 7, null])(
    'does not take %p as an article',
    (value) => expect(accepted(Sku, value)).toBe(false),
  );

  it.each(['=?utf-8?q?=0A?=', ' a', ''])('does not take %p as a name', (value) => {
    expect(accepted(PersonName, value)).toBe(false);
  });

  it.each(['alice@example.com', 'a.b+c@x-y.example', "o'neil@example.co"])('takes %p as an address', (value) => {
    expect(accepted(Email, value)).toBe(true);
  });

  it.each([
    'alice',
    'alice@example',
    'a..b@example.com',
    '.a@example.com',
    'a@-x.com',
    'a b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    '"a"@example.com',
    'a@b@example.com',
    'ä@example.com',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.com`,
  ])('does not take %p as an address', (value) => expect(accepted(Email, value)).toBe(false));

  it.each(['a.b', 'a b', '', 'a/b', 'ä', 'x'.repeat(65)])('does not take %p as a user id', (value) => {
    expect(accepted(UserId, value)).toBe(false);
  });

  it('holds nothing that UTF-8, Postgres or a header would change or refuse', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (value) => {
        if (!accepted(PersonName, value)) return;
        expect(value).toMatch(/^[^\p{Cc}\p{Cs}]{1,100}$/u);
        expect(Buffer.from(value, 'utf8').toString('utf8')).toBe(value);
        expect(value.trim()).toBe(value);
      }),
    );
  });
});
