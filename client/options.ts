import type { OrderStatus } from '../domain/order/messages.ts';
import type { Backoff } from './retrying.ts';

export interface ClientOptions {
  /** Where the gateway is, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Sent as the bearer token; a function is asked before each attempt, so that it can give a fresh one. */
  readonly token: string | (() => string | Promise<string>);
  /** Whether reads show at least what this client has seen and done so far; true unless told otherwise. */
  readonly readsOwnWrites?: boolean;
  /** Milliseconds that one attempt may take, beside what the gateway is asked to wait; 30,000 unless told otherwise. */
  readonly timeout?: number;
  /** Attempts after the first; 5 unless told otherwise. */
  readonly retries?: number;
  /** Waiting times between attempts; 200 to 5,000 milliseconds unless told otherwise. */
  readonly backoff?: Backoff;
  /**
   * Milliseconds without a byte after which a stream counts as broken; 60,000 unless told otherwise. More than the
   * gateway's heartbeats are apart.
   */
  readonly silence?: number;
  /** Milliseconds until a stream that ended is asked for again; 1,000 unless the gateway says otherwise. */
  readonly reconnectAfter?: number;
}

export interface PlaceOptions {
  /** Whole seconds to wait until it is settled, 30 at most; none unless told otherwise. */
  readonly wait?: number;
  /**
   * 1 to 255 visible ASCII characters that name this order or deposit among all of the caller: whoever sends it again
   * under the same key, from whichever process, gets it once. One is made up unless given.
   */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface ReadOptions {
  /** The answer shows everything up to this position; up to what this client has seen unless told otherwise. */
  readonly after?: string;
  /** Whole seconds to wait until it can, 30 at most; 5 unless told otherwise. Then the answer is a problem. */
  readonly wait?: number;
  readonly signal?: AbortSignal;
}

export interface ListOptions extends ReadOptions {
  /** How many to ask for at once, 1 to 100. */
  readonly pageSize?: number;
}

export interface OrdersOptions extends ListOptions {
  readonly status?: OrderStatus;
}

export interface WatchOptions {
  /** Position after which to begin, such as that of the last event that was seen before. */
  readonly after?: string;
  readonly signal?: AbortSignal;
}
