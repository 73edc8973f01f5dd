import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../domain/events.ts';
import { startTestPostgres, type TestPostgres } from '../tests/fixtures/database.ts';
import { log } from '../tests/fixtures/eventStore.ts';
import { startProxy, type Proxy } from '../tests/fixtures/proxy.ts';
import { fillLive, inLog, openTestDatabase } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { apply } from './apply.ts';
import { createChanges, type OpenChanges } from './changes.ts';
import type { Database } from './database.ts';
import { registry } from './registry.ts';
import { createImaginedLog, type ImaginedLog } from './testing.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const never = new AbortController().signal;
/** Milliseconds; what is told within them was not found by waiting for a heartbeat. */
const settings = { heartbeat: 300, statementTimeout: 1_000, backoff: { first: 20, most: 100 } };

describe('changes', () => {
  let databaseUrl: string;
  let database: Database;
  let changes: OpenChanges;
  let imagined: ImaginedLog;
  let show: (...events: RecordedEvent[]) => Promise<void>;
  const cleanUps: Array<() => Promise<unknown>> = [];
  const cleanUp = <A extends { readonly close: () => Promise<unknown> }>(resource: A): A => {
    cleanUps.unshift(resource.close);
    return resource;
  };

  const openChanges = async (url: string): Promise<OpenChanges> => {
    const opened = cleanUp(createChanges({ databaseUrl: url, log, ...settings }));
    await until('it listens', () => opened.check().ok);
    return opened;
  };
  const proxied = async (): Promise<Proxy & { readonly url: string }> => {
    const proxy = cleanUp(await startProxy(postgres.port));
    return { ...proxy, url: databaseUrl.replace(`:${postgres.port}/`, `:${proxy.port}/`) };
  };

  beforeEach(async () => {
    databaseUrl = await postgres.newDatabase();
    database = cleanUp(openTestDatabase(databaseUrl));
    const slots = await Promise.all(registry.map((projection) => fillLive(database, projection)));
    show = async (...events) => {
      await Promise.all(
        slots.map(async (slot) => (slot.position = await apply(slot.filling, slot.position, events.map(inLog)))),
      );
    };
    changes = await openChanges(databaseUrl);
    imagined = createImaginedLog();
  });
  afterEach(async () => {
    for (const end of cleanUps.splice(0)) await end();
  });

  const place = async (): Promise<{ readonly orderId: string; readonly pay: () => Promise<bigint> }> => {
    const orderId = randomUUID();
    await show(imagined.ofOrder('requested', orderId, 'alice'), imagined.ofOrder('pending', orderId, 'alice'));
    const pay = async (): Promise<bigint> => {
      const paid = imagined.ofOrder('paid', orderId, 'alice');
      await show(paid);
      return paid.position;
    };
    return { orderId, pay };
  };

  describe('of an order', () => {
    it('tell when it is settled, and as what', async () => {
      const { orderId, pay } = await place();
      const settling = changes.settledOrder(orderId, never);
      const position = await pay();
      expect(await settling).toMatchObject({ position, found: { orderId, status: 'Paid' } });
    });
  });
});
