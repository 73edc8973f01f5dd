import type { RecordedEvent } from '../domain/events.ts';
import type { DepositView } from './deposits.ts';
import type { Shown } from './liveQuery.ts';
import type { OrderView } from './orders.ts';

/** Whose events somebody watches. */
export type Watched =
  { readonly kind: 'order'; readonly orderId: string } | { readonly kind: 'user'; readonly userId: string };

/**
 * Tells what the read models show as soon as they show it. Nobody polls: each commit of a projection notifies, one query
 * for all who wait finds what changed.
 */
export interface Changes {
  /** Resolves with true as soon as the projection shows everything up to `position`, with false when `signal` aborts first. */
  readonly reached: (projection: string, position: bigint, signal: AbortSignal) => Promise<boolean>;
  /**
   * The order once it is paid or cancelled, or undefined when `signal` aborts first. Registers at once, so that a caller
   * who asks before the append misses nothing.
   */
  readonly settledOrder: (orderId: string, signal: AbortSignal) => Promise<Shown<OrderView> | undefined>;
  /** The deposit once it is in the wallet or refused, or undefined when `signal` aborts first. Registers at once. */
  readonly settledDeposit: (depositId: string, signal: AbortSignal) => Promise<Shown<DepositView> | undefined>;
  /** Events after the position `after`, each once and in log order: what the timelines hold, then what comes, until `signal` aborts. */
  readonly follow: (
    watched: Watched,
    after: bigint,
    signal: AbortSignal,
  ) => AsyncGenerator<RecordedEvent, void, undefined>;
}
