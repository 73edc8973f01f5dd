import { userInfo } from 'node:os';
import { hasCode } from './errorCode.ts';

/** Who runs the command. A uid without an entry in the password file, as containers run with, has no name. */
export const userName = (): string => {
  try {
    return userInfo().username;
  } catch (error) {
    if (hasCode(error, 'ERR_SYSTEM_ERROR')) return `uid-${process.getuid?.()}`;
    throw error;
  }
};
