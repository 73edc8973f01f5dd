import type { Logger } from 'pino';
import { pause } from '../../eventstore/backoff.ts';
import { messageOf } from '../../eventstore/faults.ts';
import type { Check } from '../../eventstore/health.ts';
import { nextSlot } from '../beside.ts';
import { dropLeftOver } from '../drop.ts';
import { TakenOver } from '../hold.ts';
import type { Projection } from '../projection.ts';
import type { Pulse } from '../pulse.ts';
import { slotsOf, type Slots } from '../slots.ts';
import { replace, type Means } from './replace.ts';
import type { Replacement } from './replacement.ts';

export interface UpgradeOptions extends Means {
  readonly projection: Projection;
  readonly log: Logger;
}

const starting: Check = { ok: true, detail: 'starting' };
const standingBy: Check = { ok: true, detail: 'standing by: another instance fills it' };

export interface Upgrade {
  /** How it goes; undefined when there is nothing to do. */
  readonly check: () => Check | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Brings a projection whose live slot is of an older version to the version of this code: fills a new slot beside the live
 * one and has it take its place. Of several instances one does. A version that somebody has rolled back from is
 * left alone. Drops left-over slots, as far as that is possible.
 */
export const startUpgrade = ({ projection, log, ...means }: UpgradeOptions): Upgrade => {
  const { name, version } = projection;
  const stopping = new AbortController();
  const { signal } = stopping;
  let said: Check | undefined;
  let pulse: Pulse | undefined;

  const isNeeded = ({ live, refused }: Slots): boolean => {
    if (live.version >= version) return false;
    if (refused === undefined || refused < version) return true;
    const advice = `projections rebuild ${name} brings it back`;
    log.warn(
      { projection: name, version, live: live.name },
      `not made: somebody rolled back version ${refused}; ${advice}`,
    );
    return false;
  };

  /** A slot that somebody reads is dropped by whoever comes next. */
  const tidy = async (): Promise<void> => {
    for (const why of await dropLeftOver(means.database, name)) log.warn({ projection: name }, why);
  };

  const takePlace = (replacement: Replacement): Promise<bigint> => {
    ({ pulse } = replacement);
    return replacement.takePlace();
  };

  /** Whether there is nothing more to do. */
  const attempt = async (): Promise<boolean> => {
    const slots = await slotsOf(means.database, projection);
    if (!isNeeded(slots)) {
      await tidy();
      return true;
    }
    said ??= starting;
    const fresh = await nextSlot(means.database, projection, slots.live);
    const attempt = { projection, live: slots.live, signal };
    const swapped = fresh && (await replace(means, { ...attempt, fresh }, takePlace));
    said = standingBy;
    if (swapped === undefined) return false;
    log.info({ projection: name, version, slot: fresh?.name, position: String(swapped.done) }, 'read from now on');
    await tidy();
    return true;
  };

  const note = (error: unknown): void => {
    // As long as nobody knows whether there is anything to do, whoever fills the live slot says what is wrong.
    if (said === undefined) return;
    const detail = messageOf(error);
    if (detail !== said.detail) log.error({ projection: name, version }, detail);
    said = { ok: false, detail };
  };

  const run = async (): Promise<void> => {
    for (let isDone = false; !isDone && !signal.aborted;) {
      isDone = await attempt().catch((error: unknown) => {
        // Should somebody else have taken over, then the slots tell what there is to do.
        if (!signal.aborted && !(error instanceof TakenOver)) note(error);
        return false;
      });
      pulse = undefined;
      if (!isDone) await pause(means.settings.lease.retry, signal);
    }
    said = undefined;
  };

  const running = run();
  return {
    check: () => pulse?.check() ?? said,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
};
