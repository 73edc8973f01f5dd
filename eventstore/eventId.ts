import { v5 } from 'uuid';

/** Root of all ids derived here. Never changed: a different one would give known causes new ids. */
const namespace = 'b1f4a1de-3c0c-5a55-9d0e-5f2c1f0a7a11';

/**
 * The id of the event that a step of kind `kind` appends to `stream` because of the event `cause`. The same for every
 * retry of the step, in whichever process, so that a lost answer can be asked for again without a second event.
 */
export const eventId = (kind: string, stream: string, cause: string): string =>
  v5(JSON.stringify([kind, stream, cause]), namespace);
