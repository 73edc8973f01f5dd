import { defaultCatchUp } from '../eventstore/catchUp.ts';
import type { FeedSettings } from './feed.ts';
import type { LeaseSettings } from './hold.ts';

/** How slots are filled. Every time is in milliseconds, and has a default. */
export interface FillingOptions {
  readonly lease?: LeaseSettings;
  readonly feed?: FeedSettings;
  /** Time without a step forwards after which a slot that is behind counts as stuck. */
  readonly stallAfter?: number;
  /** Time for which a live slot may be held still while another one comes to stand beside it. */
  readonly holdAtMost?: number;
  /** Time for which a comparison may ask nothing: should its process freeze, the database takes snapshot and locks from it. */
  readonly comparingIdleAtMost?: number;
  /** Time until a statement is given up. */
  readonly statementTimeout?: number;
}

export type FillingSettings = Readonly<Required<FillingOptions>>;

const defaults: FillingSettings = {
  lease: { duration: 4_000, retry: 1_000 },
  feed: { catchUp: defaultCatchUp, gathering: 100, grace: 1_000 },
  stallAfter: 15_000,
  holdAtMost: 2_000,
  comparingIdleAtMost: 30_000,
  statementTimeout: 10_000,
};

export const fillingSettings = (options: FillingOptions): FillingSettings => ({
  lease: options.lease ?? defaults.lease,
  feed: options.feed ?? defaults.feed,
  stallAfter: options.stallAfter ?? defaults.stallAfter,
  holdAtMost: options.holdAtMost ?? defaults.holdAtMost,
  comparingIdleAtMost: options.comparingIdleAtMost ?? defaults.comparingIdleAtMost,
  statementTimeout: options.statementTimeout ?? defaults.statementTimeout,
});

/**
 * Connections for one projection at most: for the live slot one for a batch, one for the lease and one for reports, the same
 * for one that is to replace it, and one to hold the live one still.
 */
export const connectionsEach = 7;
