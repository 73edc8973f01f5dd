import { InvalidArgumentError, Option } from 'commander';
import * as O from 'fp-ts/lib/Option.js';
import type { Type } from 'io-ts';
import { whole } from './configuration/codecs.ts';
import { defaultFolder } from './data/folder.ts';

/** Reads the value of an option; undefined is what cannot be read. */
export const reading =
  <A>(read: (text: string) => A | undefined, expected: string) =>
  (text: string): A => {
    const value = read(text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Expected ${expected}, found ${JSON.stringify(text)}.`);
  };

/** Reads the value of an option by a codec; its name says what is expected, unless told otherwise. */
export const by = <A>(codec: Type<A, string, unknown>, expected = codec.name): ((text: string) => A) =>
  reading((text) => O.toUndefined(O.fromEither(codec.decode(text))), expected);

export const dataOption = (what: string): Option => new Option('--data <folder>', what).default(defaultFolder);

/** An option that takes a time in milliseconds, a day at most. */
export const milliseconds = (flags: string, what: string): Option =>
  new Option(flags, what).argParser(by(whole(1, 86_400_000)));

export const portOption = (flags: string, what: string): Option =>
  new Option(flags, what).argParser(by(whole(0, 65_535)));
