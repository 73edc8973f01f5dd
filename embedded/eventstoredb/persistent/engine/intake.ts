import type { GroupSettings } from '../settings.ts';
import type { Message } from './message.ts';
import { offerInOrder, type Offer } from './queue.ts';

/** A page of the source as the group sees it. */
export interface SourcePage {
  /** What passed the filter. */
  readonly messages: readonly Message[];
  /** How many events were considered, and where the last of them stands; undefined when there was none. */
  readonly considered: number;
  readonly last: bigint | undefined;
  /** Where the next page begins. */
  readonly next: bigint;
  /** True when there is nothing beyond this page, as of now. */
  readonly end: boolean;
}

/** A committed event of the source; or, without a message, so many in a row that did not pass the filter, up to `place`. */
export interface Arrival {
  readonly place: bigint;
  readonly message: Message | undefined;
  readonly count: number;
}

/** What comes in from the source: read in pages as long as the group is behind, handed over as it commits when live. */
export interface Intake {
  /** True when the group has everything there is, and takes live events. */
  readonly isLive: () => boolean;
  /** Where the next page begins, when the group is behind and has room for one; else undefined. */
  readonly wantedPage: (retrying: number) => bigint | undefined;
  readonly takePage: (page: SourcePage) => void;
  /** @returns false when the event is not taken: it will be read later, or lies before the start. */
  readonly takeLive: (arrival: Pick<Arrival, 'place' | 'message'>) => boolean;
  /** @returns false when nobody has room. */
  readonly offer: (offer: Offer) => boolean;
  readonly buffered: () => number;
  /** What the real server counts as its live buffer: copies of the last live events, delivered or not. */
  readonly liveCount: () => number;
  /** The highest place of a message that was seen, buffered or not. */
  readonly lastKnown: () => bigint | undefined;
}

export type IntakeSettings = Pick<GroupSettings, 'historyBufferSize' | 'liveBufferSize' | 'readBatchSize'>;

/** @param from where to begin, inclusive; `end` leaves out everything that is already there. */
export const createIntake = (settings: IntakeSettings, from: bigint | 'end'): Intake => {
  const buffer: Message[] = [];
  const first = from === 'end' ? 0n : from;
  let live = from === 'end';
  let cursor = first;
  let liveCount = 0;
  let lastKnown: bigint | undefined;

  const know = (place: bigint | undefined) => {
    if (place !== undefined && (lastKnown === undefined || place > lastKnown)) lastKnown = place;
  };

  const fallBehind = (place: bigint) => {
    live = false;
    cursor = place;
  };

  const addLive = (message: Message, place: bigint) => {
    know(place);
    liveCount = Math.min(liveCount + 1, settings.liveBufferSize);
    if (live && buffer.length >= settings.historyBufferSize) fallBehind(place);
    if (live) buffer.push(message);
  };

  return {
    isLive: () => live,
    wantedPage: (retrying) =>
      !live && settings.historyBufferSize - buffer.length - retrying > settings.readBatchSize ? cursor : undefined,
    takePage: (page) => {
      buffer.push(...page.messages);
      know(page.messages.at(-1)?.place);
      cursor = page.next;
      live = page.end;
      if (live) liveCount = 0;
    },
    takeLive: ({ place, message }) => {
      if (place < first) return false;
      if (message !== undefined) addLive(message, place);
      return live;
    },
    offer: (offer) => offerInOrder(buffer, offer),
    buffered: () => buffer.length,
    liveCount: () => liveCount,
    lastKnown: () => lastKnown,
  };
};
