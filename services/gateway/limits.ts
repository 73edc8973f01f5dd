/** How much is done at once and for whom; whatever goes beyond is turned away early. Counted by each gateway for itself. */
export interface Limits {
  /** Requests that are being answered, waits and event streams apart. */
  readonly requests: number;
  /** Requests that only wait. */
  readonly waits: number;
  /** Of those that have waited, how many ask the read model at once. */
  readonly turns: number;
  /** Milliseconds that each of them stands in line for that, at most. */
  readonly turnTimeout: number;
  /** Requests of one user that are being answered or wait, however slowly they arrive. */
  readonly requestsPerUser: number;
  /** Open event streams, of all users and of one. */
  readonly streams: number;
  readonly streamsPerUser: number;
  /** Milliseconds by which whatever is due comes late when there is too much to do. */
  readonly eventLoopDelay: number;
  /** Requests in 10 seconds: of one user, and of everybody at one address whose requests name no user. */
  readonly ratePerUser: number;
  readonly ratePerAddress: number;
}

export const defaultLimits: Limits = {
  requests: 3_000,
  waits: 20_000,
  turns: 50,
  turnTimeout: 5_000,
  requestsPerUser: 2_500,
  streams: 10_000,
  streamsPerUser: 100,
  eventLoopDelay: 500,
  ratePerUser: 20_000,
  ratePerAddress: 1_000,
};
