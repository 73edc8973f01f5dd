import * as E from 'fp-ts/lib/Either.js';
import { Failure } from '../failure.ts';
import type { Fault } from './decode.ts';

/** What was decoded. @throws Failure that lists every fault. @param advice what to do about all of them */
export const orFail = <A>(result: E.Either<ReadonlyArray<Fault>, A>, advice?: string): A => {
  if (E.isRight(result)) return result.right;
  const lines = result.left.map(({ message }) => `  ${message}`);
  throw new Failure(
    [
      'The configuration has faults:',
      ...lines,
      ...(advice === undefined ? [] : [advice]),
      'docs/configuration.md explains each variable.',
    ].join('\n'),
  );
};
