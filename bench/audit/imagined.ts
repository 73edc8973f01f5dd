import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '../../domain/events.ts';
import { teapots } from '../../domain/orderRequest/examples.ts';
import { createHistory } from '../../tests/fixtures/audit/history.ts';

const users = 1_000;

/** What services decide without end: orders from request to letter, of which about half can be paid for. */
export function* imagine(): Generator<RecordedEvent, never, undefined> {
  const history = createHistory();
  for (let n = 0; ; n++) {
    const userId = `user-${n % users}`;
    if (Math.floor(n / users) % 2 === 0) yield* history.deposit(userId, 'EUR', teapots.total);
    yield* Object.values(history.place({ ...teapots, orderId: randomUUID(), userId }));
  }
}
