import type { StoredEvent } from '../../log.ts';

/** An event on its way to a consumer of a group. It is acknowledged by `id`. */
export interface Message {
  /** Id of `original`. */
  readonly id: string;
  /** The event as it stands in the source: the link, when it is delivered through one. */
  readonly original: StoredEvent;
  /** The event a resolved link points to; undefined for what is no link, and for a link that cannot be resolved. */
  readonly target: StoredEvent | undefined;
  /** True when `original` is a link and the group resolves links, whether or not there is a target. */
  readonly isLink: boolean;
  /** Where it stands in the source, revision or position; undefined for a parked message that is replayed. */
  readonly place: bigint | undefined;
  /** How often it was given back: by a nack, a time-out or a disconnect. */
  retryCount: number;
}

/** A message of the group's source, not yet tried. */
export const newMessage = (
  original: StoredEvent,
  place: bigint,
  link?: { target: StoredEvent | undefined },
): Message => ({
  id: original.id,
  original,
  target: link?.target,
  isLink: link !== undefined,
  place,
  retryCount: 0,
});

/** A parked message that is replayed: delivered as its link in the parked stream, with the retries counted anew. */
export const replayedMessage = (link: StoredEvent, target: StoredEvent): Message => ({
  id: link.id,
  original: link,
  target,
  isLink: true,
  place: undefined,
  retryCount: 0,
});

/** The event a consumer means when it thinks of the message: the link's target, or else the original. */
export const subjectOf = (message: Message): StoredEvent => message.target ?? message.original;
