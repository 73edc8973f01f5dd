import * as t from 'io-ts';

/** What a supervised process sends to its supervisor once it is ready. */
export const Ready = t.type({
  /** Where its `/health/live` is answered, without that path. */
  health: t.string,
  /** Where else it is reached, by a name. */
  addresses: t.record(t.string, t.string),
});

export type Ready = t.TypeOf<typeof Ready>;
export type Addresses = Ready['addresses'];
