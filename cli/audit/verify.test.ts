import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { faultKit } from '../../tests/fixtures/audit/faultKit.ts';
import { sound } from '../../tests/fixtures/audit/soundLog.ts';
import { startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { runProgram, type Ran } from '../../tests/fixtures/program.ts';
import { writeRaw } from '../../tests/fixtures/rawEvents.ts';

let test: TestStore;
beforeEach(async () => {
  test = await startTestStore();
});
afterEach(() => test.stop());

const verify = (...args: ReadonlyArray<string>): Promise<Ran> =>
  runProgram(['audit', 'verify', ...args], {
    env: { ...process.env, EVENTSTORE_URL: test.url, LOG_LEVEL: 'error' },
  });

const wrongBalance = faultKit.find(({ name }) => name === 'a balance that is not the sum of its entries')?.log ?? [];

describe('audit verify', () => {
  it('ends with 0 when nothing is wrong', async () => {
    await writeRaw(test.store, sound);
    const { exitCode, stdout, stderr } = await verify('--log-only');
    expect({ exitCode, stdout: stdout.replace(/position \d+/, 'position …') }).toEqual({
      exitCode: 0,
      stdout: '13 events read, to position …: 2 orders, 1 deposit, 1 wallet\nnothing is wrong\n',
    });
    expect(stderr).toBe('verify  100 % of the log, 13 events read\n');
  });

  it('ends with 1 on a breach, and says which, whose, and where', async () => {
    await writeRaw(test.store, wrongBalance);
    const [text, json] = await Promise.all([verify('--log-only'), verify('--log-only', '--json')]);
    expect([text.exitCode, json.exitCode]).toEqual([1, 1]);
    expect(text.stdout).toContain(`wallet-balance  wallet alice.EUR
  a balance is the sum of the entries before it and of its own: expected a balance of 145.00 EUR, found 146.00 EUR
  wallet-alice.EUR@2, position `);
    expect(text.stdout).toMatch(/\n1 breach\n$/);
    const lines = json.stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      expect.objectContaining({ kind: 'breach', invariant: 'wallet-balance', stream: 'wallet-alice.EUR', revision: 2 }),
      expect.objectContaining({ kind: 'verification', events: 13, breaches: 1, readModels: [] }),
    ]);
  });

  it('ends with 2, and vouches for nothing, when the event store is away', async () => {
    await test.stop();
    const { exitCode, stdout, stderr } = await verify('--log-only');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('cannot be read');
  }, 60_000);

  it('ends with 2 at a grace that is no time', async () => {
    const { exitCode, stderr } = await verify('--grace', 'soon');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--grace');
  });
});
