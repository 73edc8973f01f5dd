import type { GroupSettings } from '../settings.ts';
import { createCheckpointing } from './checkpointing.ts';
import type { Consumer, ConsumerPort } from './consumer.ts';
import { createDelivery } from './delivery.ts';
import { createIntake, type Arrival, type SourcePage } from './intake.ts';
import type { Message } from './message.ts';
import { createParkingLot, type Park } from './parkingLot.ts';
import { createProgress } from './progress.ts';
import { createRetryQueue } from './retryQueue.ts';

/** What a consumer can say of a message it does not acknowledge. */
export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop';

/** Where a group begins: after its checkpoint, if it has one; else where its settings say. */
export interface GroupStart {
  readonly checkpoint: bigint | undefined;
  /** Inclusive; `end` for only what is still to come. */
  readonly from: bigint | 'end';
}

/** What the engine needs done. It calls these synchronously; answers come back as calls of the group. */
export interface GroupPorts {
  /** Milliseconds. */
  readonly now: () => number;
  /** Answered by `parked` or `notParked`. */
  readonly park: Park;
  readonly writeCheckpoint: (place: bigint) => void;
}

/** A snapshot for the group's info. */
export interface GroupCounts {
  readonly live: boolean;
  readonly buffered: number;
  readonly liveBuffered: number;
  readonly retrying: number;
  readonly outstanding: number;
  readonly totalItems: number;
  readonly lastCheckpoint: bigint | undefined;
  readonly lastKnown: bigint | undefined;
}

/** One consumer group. Ids are event ids; a message is named by the id of its link when it came through one. */
export interface Group {
  /** @returns false when the group has as many consumers as it may have. Nothing is sent before the next `push`. */
  readonly connect: (port: ConsumerPort) => boolean;
  readonly disconnect: (port: ConsumerPort) => void;
  /** Drops every consumer; the group is not used any more. */
  readonly dropAll: () => void;
  /** Delivers whatever can be delivered. */
  readonly push: () => void;
  readonly ack: (ids: readonly string[]) => void;
  readonly nack: (ids: readonly string[], action: NackAction, reason: string) => void;
  /** Where to read the next page of the source, when there is a need and room for one. */
  readonly wantedPage: () => bigint | undefined;
  readonly takePage: (page: SourcePage) => void;
  /** Events were committed to the source. */
  readonly takeLive: (arrivals: readonly Arrival[]) => void;
  /** Parked messages are to be delivered again. */
  readonly replay: (messages: readonly Message[]) => void;
  readonly parked: (message: Message) => void;
  /** The log refused the message: it is parked anew at the next tick. */
  readonly notParked: (message: Message, reason: string) => void;
  /** To be called every second: finds time-outs and writes checkpoints. */
  readonly tick: () => void;
  readonly consumers: () => readonly Consumer[];
  readonly counts: () => GroupCounts;
}

/**
 * The state machine of a group, without a log, a clock or a connection: what happens goes in as calls, what is to be
 * done comes out by the ports. It follows `PersistentSubscription.cs` of EventStoreDB 23.10 save for three losses that
 * one allows itself: here no checkpoint passes a message that waits for its pinned consumer, or one whose parking is
 * not durable yet, and of two messages with the same event id the second waits for the first.
 */
export const createGroup = (settings: GroupSettings, start: GroupStart, ports: GroupPorts): Group => {
  const intake = createIntake(settings, start.checkpoint === undefined ? start.from : start.checkpoint + 1n);
  const progress = createProgress(start.checkpoint);
  const checkpointing = createCheckpointing(settings, start.checkpoint);
  const delivery = createDelivery(settings, ports.now);
  const retries = createRetryQueue();
  const parking = createParkingLot(ports.park);

  const push = () => {
    if (delivery.hasConsumers() && retries.offer(delivery.offer)) intake.offer(delivery.offer);
  };

  const checkpoint = (isTick: boolean) => {
    const place = checkpointing.due(progress.completed(), ports.now(), isTick);
    if (place !== undefined) ports.writeCheckpoint(place);
  };

  const proceed = () => {
    checkpoint(false);
    push();
  };

  const giveBack = (message: Message) => {
    message.retryCount += 1;
    retries.add(message);
  };

  const retryOrPark = (message: Message) => {
    if (message.retryCount < settings.maxRetryCount) giveBack(message);
    else parking.park(message, `Reached retry count of ${settings.maxRetryCount}`);
  };

  const refuse = (message: Message, action: NackAction, reason: string) => {
    switch (action) {
      case 'unknown':
      case 'retry':
        return retryOrPark(message);
      case 'park':
        return parking.park(message, `Client explicitly NAK'ed message.\n${reason}`);
      case 'skip':
      case 'stop':
        return progress.finish(message);
    }
  };

  const settle = (ids: readonly string[], how: (message: Message) => void) => {
    for (const id of ids) {
      const message = delivery.takeBack(id);
      if (message !== undefined) how(message);
    }
    proceed();
  };

  return {
    connect: delivery.connect,
    disconnect: (port) => {
      delivery.disconnect(port).forEach(giveBack);
      push();
    },
    dropAll: delivery.dropAll,
    push,
    ack: (ids) => settle(ids, progress.finish),
    nack: (ids, action, reason) => settle(ids, (message) => refuse(message, action, reason)),
    wantedPage: () => intake.wantedPage(retries.size()),
    takePage: (page) => {
      page.messages.forEach(progress.begin);
      if (page.last !== undefined) progress.pass(page.last, page.considered - page.messages.length);
      intake.takePage(page);
      proceed();
    },
    takeLive: (arrivals) => {
      for (const arrival of arrivals) {
        if (!intake.takeLive(arrival)) continue;
        if (arrival.message === undefined) progress.pass(arrival.place, arrival.count);
        else progress.begin(arrival.message);
      }
      proceed();
    },
    replay: (messages) => {
      messages.forEach(retries.add);
      push();
    },
    parked: (message) => {
      progress.finish(message);
      checkpoint(false);
    },
    notParked: parking.refused,
    tick: () => {
      parking.tryAgain();
      delivery.takeBackExpired().forEach(retryOrPark);
      push();
      checkpoint(true);
    },
    consumers: delivery.consumers,
    counts: () => ({
      live: intake.isLive(),
      buffered: intake.buffered(),
      liveBuffered: intake.liveCount(),
      retrying: retries.size(),
      outstanding: delivery.outstanding(),
      totalItems: delivery.totalItems(),
      lastCheckpoint: checkpointing.last(),
      lastKnown: intake.lastKnown(),
    }),
  };
};
