import * as t from 'io-ts';

/** A codec for the text of one environment variable. Its name completes "expected …" in messages and documentation. */
const text = (expected: string, accepts: (value: string) => boolean): t.Type<string, string, unknown> => {
  const is = (u: unknown): u is string => typeof u === 'string' && accepts(u);
  return new t.Type(expected, is, (u, context) => (is(u) ? t.success(u) : t.failure(u, context)), t.identity);
};

/** An absolute URL of one of the given schemes, with a host. */
export const url = (...schemes: readonly string[]) =>
  text(`a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`, (value) => {
    const scheme = schemes.find((each) => value.startsWith(`${each}://`));
    // Parsed as http, whose grammar Node checks in full: unknown schemes may hold anything.
    return scheme !== undefined && URL.canParse(value.replace(`${scheme}://`, 'http://'));
  });

/** An EventStoreDB connection string may name several hosts, which no URL can: the client checks the rest. */
export const eventStoreUrl = text(
  'a connection string that begins with esdb:// or esdb+discover://',
  (value) => /^esdb(\+discover)?:\/\/[^\s/?]+/.test(value) && !/\s/.test(value),
);

export const matching = (expected: string, pattern: RegExp) => text(expected, (value) => pattern.test(value));

/** A secret travels in headers, so it holds visible ASCII only. */
export const secret = (minimum: number) =>
  matching(`at least ${minimum} visible ASCII characters`, new RegExp(`^[!-~]{${minimum},}$`));

/** Text of one line. */
export const line = matching('one line of text', /^(?=.*\S)[^\p{Cc}\p{Zl}\p{Zp}]+$/u);

export const oneOf = <Word extends string>(...words: readonly [Word, ...Word[]]): t.Type<Word, Word, unknown> => {
  const is = (u: unknown): u is Word => words.some((word) => word === u);
  const expected = `one of ${words.join(', ')}`;
  return new t.Type(expected, is, (u, context) => (is(u) ? t.success(u) : t.failure(u, context)), t.identity);
};

/** A whole number in decimal digits. */
export const whole = (minimum: number, maximum: number): t.Type<number, string, unknown> => {
  const fits = (n: number): boolean => Number.isInteger(n) && n >= minimum && n <= maximum;
  return new t.Type(
    `a whole number from ${minimum} to ${maximum}`,
    (u): u is number => typeof u === 'number' && fits(u),
    (u, context) =>
      typeof u === 'string' && /^\d{1,15}$/.test(u) && fits(Number(u)) ? t.success(Number(u)) : t.failure(u, context),
    String,
  );
};

const isOrigin = (value: string): boolean => URL.canParse(value) && new URL(value).origin === value;

/** Origins as browsers name them, and only so: no path, no default port, lower case. */
export const origins: t.Type<ReadonlyArray<string>, string, unknown> = new t.Type(
  'origins such as https://shop.example with commas between, or * for any',
  (u): u is ReadonlyArray<string> => Array.isArray(u) && u.every((each) => typeof each === 'string'),
  (u, context) => {
    const listed = typeof u === 'string' ? u.split(',').map((each) => each.trim()) : [];
    const areOrigins = listed.length > 0 && (u === '*' || listed.every(isOrigin));
    return areOrigins ? t.success(listed) : t.failure(u, context);
  },
  (listed) => listed.join(','),
);

/** A variable that may be unset. Empty counts as unset: that is how compose files and shells pass on what is not there. */
export const optional = <A>(codec: t.Type<A, string, unknown>): t.Type<A | undefined, string | undefined, unknown> =>
  new t.Type<A | undefined, string | undefined, unknown>(
    codec.name,
    (u): u is A | undefined => u === undefined || codec.is(u),
    (u, context) => (u === undefined || u === '' ? t.success(undefined) : codec.validate(u, context)),
    (value) => (value === undefined ? undefined : codec.encode(value)),
  );

/** A variable that has a value when unset. */
export const withDefault = <A>(codec: t.Type<A, string, unknown>, value: A): t.Type<A, string, unknown> =>
  new t.Type<A, string, unknown>(
    codec.name,
    codec.is,
    (u, context) => (u === undefined || u === '' ? t.success(value) : codec.validate(u, context)),
    codec.encode,
  );
