import { InvalidArgumentError, Option } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import type { Type } from 'io-ts';
import { whole } from './configuration/codecs.ts';
import { defaultFolder } from './data/folder.ts';

/** Reads the value of an option by a codec; its name says what is expected, unless told otherwise. */
export const by =
  <A>(codec: Type<A, string, unknown>, expected = codec.name) =>
  (text: string): A => {
    const decoded = codec.decode(text);
    if (E.isRight(decoded)) return decoded.right;
    throw new InvalidArgumentError(`Expected ${expected}, found ${JSON.stringify(text)}.`);
  };

export const dataOption = (what: string): Option => new Option('--data <folder>', what).default(defaultFolder);

/** An option that takes a time in milliseconds, a day at most. */
export const milliseconds = (flags: string, what: string): Option =>
  new Option(flags, what).argParser(by(whole(1, 86_400_000)));

export const portOption = (flags: string, what: string): Option =>
  new Option(flags, what).argParser(by(whole(0, 65_535)));
