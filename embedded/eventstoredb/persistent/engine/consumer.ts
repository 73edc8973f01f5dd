import { createLatencies, noLatencies, type Latencies } from './latencies.ts';
import type { Message } from './message.ts';

/** The far side of a consumer: whoever carries messages to it. */
export interface ConsumerPort {
  readonly connectionName: string;
  readonly username: string;
  readonly address: string;
  /** How many messages it takes before it must answer for one. */
  readonly slots: number;
  readonly send: (message: Message) => void;
  /** The group is updated, deleted or restarted: the consumer is told so and forgotten. */
  readonly drop: () => void;
}

/** A consumer of a group, with what the group counts for it. */
export interface Consumer {
  readonly port: ConsumerPort;
  inFlight: number;
  totalItems: number;
  readonly latencies: Latencies;
}

/** @param extraStatistics whether to measure how long it takes to answer. */
export const createConsumer = (port: ConsumerPort, extraStatistics: boolean): Consumer => ({
  port,
  inFlight: 0,
  totalItems: 0,
  latencies: extraStatistics ? createLatencies() : noLatencies,
});

export const freeSlots = (consumer: Consumer): number => consumer.port.slots - consumer.inFlight;
