import { invalidArgument } from '../rpcErrors.ts';

/**
 * Refuses the two names that nothing may be written to: the real server answers an append to `""` twice, which ends the
 * client's process, and stops for good after one to `$$`.
 * @throws an INVALID_ARGUMENT error for the call.
 */
export const checkStreamName = (stream: string): void => {
  if (stream === '' || stream === '$$')
    throw invalidArgument(`'${stream}' is not a valid stream name: expected at least one character, after any '$$'`);
};
