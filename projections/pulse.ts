import type { Batch } from '../eventstore/catchUp.ts';
import type { Check } from '../eventstore/health.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Report } from './reports.ts';

/** How the filling of a slot goes, from what its filler sees. */
export interface Pulse {
  /** Work on a batch begins. */
  readonly begin: (batch: Batch) => void;
  /** All of the batch is in, and the slot stands at `position`. */
  readonly end: (batch: Batch, position: bigint) => void;
  /** Undefined before the first batch is in, unless that is long in coming. */
  readonly check: () => Check | undefined;
  readonly report: () => Report;
  readonly meter: Meter;
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 1_000)} s`;

/** @param stallAfter milliseconds without a step forwards after which a slot that is behind counts as stuck */
export const createPulse = (start: bigint, stallAfter: number): Pulse => {
  const meter = createMeter(start);
  let position = start;
  let movedAt = performance.now();
  let begun = false;
  let live = false;
  let fault: string | undefined;
  /** The oldest event not yet applied, or one before it, was written then; undefined: there is none, as far as is known. */
  let oldest: Date | undefined;

  /** Milliseconds. */
  const lag = (): number => (oldest === undefined ? 0 : Math.max(0, Date.now() - oldest.getTime()));

  const trouble = (): string | undefined => {
    if (fault !== undefined) return fault;
    const still = performance.now() - movedAt;
    return oldest !== undefined && still > stallAfter
      ? `has not moved for ${seconds(still)}, ${seconds(lag())} behind`
      : undefined;
  };

  return {
    meter,
    begin: ({ events }) => {
      // Idleness is no standstill.
      if (oldest === undefined) movedAt = performance.now();
      oldest = events[0]?.created ?? oldest;
    },
    end: (batch, reached) => {
      if (reached > position) movedAt = performance.now();
      begun = true;
      position = reached;
      ({ live, fault } = batch);
      oldest = live ? undefined : (batch.events.at(-1)?.created ?? oldest);
      meter.count(batch.events.length, reached);
    },
    check: () => {
      const error = trouble();
      if (error !== undefined) return { ok: false, detail: `${error}; at position ${position}` };
      if (!begun) return undefined;
      if (live && oldest === undefined) return { ok: true, detail: `live, at position ${position}` };
      return { ok: true, detail: `catching up, at position ${position}, ${seconds(lag())} behind` };
    },
    report: () => {
      const error = trouble();
      const state = error !== undefined ? 'waiting' : live ? 'live' : 'catching up';
      return { state, error, rate: meter.rate() };
    },
  };
};
