/** Whether one thing that a service needs is there; `detail` says what is wrong, or what is normal. */
export interface Check {
  readonly ok: boolean;
  readonly detail: string;
}

/** What a service says of itself: ready when every check is. */
export type Health = Readonly<Record<string, Check>>;

/** A started service, whichever process it runs in. */
export interface RunningService {
  /** The state of everything this service needs; answers at once, from what it already knows. */
  readonly health: () => Health;
  /** Finishes what is in hand and lets go of everything. Safe to call twice. */
  readonly stop: () => Promise<void>;
}
