import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../domain/events.ts';
import { createImaginedLog, orderSteps } from '../../tests/fixtures/imaginedLog.ts';

const users = 1_000;
const steps = orderSteps.filter((step) => step !== 'redriven');

/** What an order system writes without end: orders from request to letter, and a deposit to every ten of them. */
export function* imagine(): Generator<RecordedEvent, never, undefined> {
  const log = createImaginedLog();
  for (let n = 0; ; n++) {
    const [orderId, userId] = [randomUUID(), `user-${n % users}`];
    for (const step of steps) yield log.ofOrder(step, orderId, userId);
    if (n % 10 === 0) yield* log.deposit(randomUUID(), userId);
  }
}
