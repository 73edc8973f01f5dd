import { InvalidArgumentError } from 'commander';
import { momentExpected, momentOf, timeExpected, timeOf } from '../../audit/moment.ts';

const reading =
  <A>(read: (text: string) => A | undefined, expected: string) =>
  (text: string): A => {
    const value = read(text);
    if (value !== undefined) return value;
    throw new InvalidArgumentError(`Expected ${expected}, found ${JSON.stringify(text)}.`);
  };

/** Reads the value of an option that takes a time. */
export const timeIn = reading(timeOf, timeExpected);

/** Reads the value of an option that takes a time or a commit position. */
export const momentIn = reading(momentOf, momentExpected);
