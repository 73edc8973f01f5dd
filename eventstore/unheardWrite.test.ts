import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startEventStoreDB } from '../embedded/eventstoredb/node.ts';
import { isUnheardWrite } from './unheardWrite.ts';

/** Lets go of a client while appends stand in line; prints what nobody handled. Jest would take it for its own. */
const program = `
  import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
  const unheard = [];
  process.on('unhandledRejection', ({ code, details, stack }) => unheard.push({ code, details, stack }));
  const client = EventStoreDBClient.connectionString(process.argv[1]);
  const append = () => client.appendToStream('s', jsonEvent({ type: 'Happened', data: { note: 'x'.repeat(9_999) } }));
  await append();
  for (let n = 0; n < 500; n++) append().catch(() => undefined);
  await new Promise((resolve) => setImmediate(resolve));
  await client.dispose();
  await new Promise((resolve) => setImmediate(resolve));
  process.stdout.write(JSON.stringify(unheard), () => process.exit());`;

it('is known from a defect of our own by what the client makes of it', async () => {
  const node = await startEventStoreDB({ memory: true });
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, node.url], {
    maxBuffer: 2 ** 26,
  });
  await node.stop();
  const unheard = (JSON.parse(stdout) as ReadonlyArray<object>).map((found) => Object.assign(new Error(), found));
  expect(unheard.length).toBeGreaterThan(0);
  expect(unheard.filter((error) => !isUnheardWrite(error))).toEqual([]);
  expect(isUnheardWrite(new Error('ours'))).toBe(false);
});
