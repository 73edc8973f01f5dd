import type { EventLog, StoredEvent } from '../log.ts';
import { readDetails } from '../storedEvent.ts';
import { replayedMessage, subjectOf, type Message } from './engine/message.ts';
import { appendSystemEvent, linkEvent, writeStreamMetadata } from './systemEvents.ts';

/** The messages a group has put aside, as links in a stream of the log. */
export interface ParkedStream {
  /** @throws StorageFailure (rejects) when the log refuses. */
  readonly park: (message: Message, reason: string, now: number) => Promise<void>;
  readonly count: () => bigint;
  /** The parked messages in pages, oldest first, up to `stopAt` (a revision of the parked stream, exclusive). */
  readonly messages: (stopAt: bigint | undefined) => Iterable<readonly Message[]>;
  /** Takes everything below the revision out of the stream. */
  readonly truncate: (revision: bigint) => Promise<void>;
  /** The revision after the last parked message. */
  readonly end: () => bigint;
}

const pageSize = 100;

/** @param key the group's key, `stream::group`. */
export const parkedStreamName = (key: string): string => `$persistentsubscription-${key}-parked`;

/** What a link to the message's event says: its number and stream, or for an unresolvable link what that said. */
const linkTo = (message: Message): string => {
  if (message.isLink && message.target === undefined) return readDetails(message.original).data.toString('utf8');
  const event = subjectOf(message);
  return `${event.revision}@${event.stream}`;
};

export const createParkedStream = (log: EventLog, key: string): ParkedStream => {
  const stream = parkedStreamName(key);
  const read = (from: bigint, limit: number) => log.readStream({ stream, from, direction: 'forwards', limit });
  const end = () => read(0n, 1).last + 1n;

  const resolve = (link: StoredEvent): Message[] => {
    const target = log.resolveLink(link);
    return target === undefined ? [] : [replayedMessage(link, target)];
  };

  return {
    park: async (message, reason, now) => {
      const metadata = {
        added: new Date(now).toISOString(),
        reason,
        subscriptionEventNumber: Number(message.original.revision),
      };
      await appendSystemEvent(log, stream, linkEvent(linkTo(message), metadata));
    },
    count: () => {
      const [oldest] = read(0n, 1).events;
      return oldest === undefined ? 0n : end() - oldest.revision;
    },
    messages: function* (stopAt) {
      let from = 0n;
      for (;;) {
        const page = read(from, pageSize);
        yield page.events.filter((link) => stopAt === undefined || link.revision < stopAt).flatMap(resolve);
        if (page.end || (stopAt !== undefined && page.next >= stopAt)) return;
        from = page.next;
      }
    },
    truncate: (revision) => writeStreamMetadata(log, stream, { $tb: Number(revision) }),
    end,
  };
};
