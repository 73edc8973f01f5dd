/**
 * How a handler ended.
 * - `appended`: the step's event stands in the log, written now.
 * - `already`: the message had been handled before.
 * - `ignored`: the message is not for us.
 * - `parked`: the message can never be handled, for the reason given.
 */
export type Outcome =
  | { readonly kind: 'appended' }
  | { readonly kind: 'already' }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'parked'; readonly reason: string };

export const appended: Outcome = { kind: 'appended' };
export const already: Outcome = { kind: 'already' };
export const ignored = (reason: string): Outcome => ({ kind: 'ignored', reason });
export const parked = (reason: string): Outcome => ({ kind: 'parked', reason });
