import { messageOf } from '../../eventstore/faults.ts';

/** A request whose outcome nobody told us: it may have been taken. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
  /** Path at which it is shown if it was taken. */
  readonly location: string;
  /** Its id, under the name that answers give it. */
  readonly about: Readonly<Record<string, string>>;
  /** Whether it has a key by which it is taken once, however often it is sent; else whoever sends it again may get it twice. */
  readonly hasKey: boolean;

  constructor(location: string, about: Readonly<Record<string, string>>, hasKey: boolean, cause: unknown) {
    super(`nobody knows whether ${location} was taken: ${messageOf(cause)}`, { cause });
    this.location = location;
    this.about = about;
    this.hasKey = hasKey;
  }
}
