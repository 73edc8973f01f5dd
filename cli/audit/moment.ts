import { momentExpected, momentOf, timeExpected, timeOf } from '../../audit/moment.ts';
import { reading } from '../options.ts';

/** Reads the value of an option that takes a time. */
export const timeIn = reading(timeOf, timeExpected);

/** Reads the value of an option that takes a time or a commit position. */
export const momentIn = reading(momentOf, momentExpected);
