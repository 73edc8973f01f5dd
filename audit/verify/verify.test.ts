import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { appendRaw, writeRaw } from '../../tests/fixtures/rawEvents.ts';
import { faultKit, harmless } from '../../tests/fixtures/audit/faultKit.ts';
import { sound } from '../../tests/fixtures/audit/soundLog.ts';
import { writeOrders } from '../../tests/fixtures/audit/manyOrders.ts';
import { invariants, type Breach } from './invariants.ts';
import { verify, type VerifyOptions } from './verify.ts';

const minute = 60_000;

let test: TestStore;
beforeEach(async () => {
  test = await startTestStore();
});
afterEach(() => test.stop());

const verified = async (options: Partial<VerifyOptions> = {}) => {
  const found: Breach[] = [];
  const onBreach = (breach: Breach): void => void found.push(breach);
  const verification = await verify({ store: test.store, now: Date.now(), grace: minute, onBreach, ...options });
  expect(verification.breaches).toBe(found.length);
  return { verification, found };
};

const named = ({ invariant, stream, revision }: Breach) => [invariant, `${stream}@${revision}`];

describe('a verification', () => {
  it.each(faultKit)('finds $name', async ({ log, found, late = false }) => {
    await writeRaw(test.store, log);
    const now = Date.now() + (late ? 60 * minute : 0);
    expect((await verified({ now })).found.map(named)).toEqual(found);
  });

  it.each(harmless)('finds no fault with $name', async ({ log }) => {
    await writeRaw(test.store, log);
    expect((await verified()).found).toEqual([]);
  });

  it('has a way of damage for each invariant that a store lets be broken', () => {
    const broken = new Set<string>(faultKit.flatMap(({ found }) => found.map(([invariant]) => invariant)));
    expect(Object.keys(invariants).filter((name) => !broken.has(name))).toEqual([
      'wallet-complete',
      'read-model-equal',
    ]);
  });

  it('tells whose an invariant is, where it broke, and what there should be', async () => {
    const { log } = faultKit.find(({ name }) => name === 'a balance that is not the sum of its entries') ?? { log: [] };
    const positions: bigint[] = [];
    for (const event of log) positions.push(await appendRaw(test.store, event.stream, [event]));
    const at = log.findLastIndex(({ type }) => type === 'PaymentProcessed');
    expect((await verified()).found).toEqual([
      {
        invariant: 'wallet-balance',
        subject: { wallet: 'alice.EUR' },
        stream: 'wallet-alice.EUR',
        revision: 2,
        position: positions[at],
        expected: 'a balance of 145.00 EUR',
        found: '146.00 EUR',
      },
    ]);
  });

  it('lets things take the time of grace', async () => {
    const { log } = faultKit.find(({ name }) => name === 'an order that stays unsettled') ?? { log: [] };
    await writeRaw(test.store, log);
    expect((await verified()).found).toEqual([]);
  });

  it('counts what it has read, of an empty log, too', async () => {
    const none = { position: -1n, events: 0, orders: 0, deposits: 0, wallets: 0, breaches: 0, readModels: [] };
    expect((await verified()).verification).toEqual(none);
    await writeRaw(test.store, sound);
    const { position, ...counted } = (await verified()).verification;
    expect(position).toBeGreaterThan(0n);
    expect(counted).toEqual({ events: 13, orders: 2, deposits: 1, wallets: 1, breaches: 0, readModels: [] });
  });

  it('ends where the log ended when it began, though more is written meanwhile', async () => {
    await writeRaw(test.store, sound);
    const drained = () => writeRaw(test.store, sound.slice(0, 1));
    expect((await verified({ drained })).verification.events).toBe(13);
  });

  it('finds no fault with 2,000 orders, and tells how it comes along', async () => {
    const events = await writeOrders(test.store, 2_000);
    const shares: number[] = [];
    const { verification, found } = await verified({
      onProgress: (progress) => void (progress.phase === 'reading' && shares.push(progress.share)),
    });
    expect(found).toEqual([]);
    expect(verification).toMatchObject({ events, orders: 2_000, deposits: 100, wallets: 100 });
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.length).toBeGreaterThan(5);
    expect(shares.at(-1)).toBe(1);
  }, 15_000);

  describe('in a folder for temporary files', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'orderflow-'));
    afterAll(() => rmSync(scratch, { recursive: true }));

    it('leaves nothing there, neither done nor interrupted', async () => {
      await writeRaw(test.store, sound);
      const stopping = new AbortController();
      const during: string[] = [];
      const drained = () => {
        during.push(...readdirSync(scratch));
        stopping.abort(new Error('interrupted'));
        return Promise.resolve();
      };
      await verified({ scratch, drained });
      await expect(verified({ scratch, signal: stopping.signal })).rejects.toThrow('interrupted');
      expect(readdirSync(scratch)).toEqual([]);
      if (process.platform !== 'win32') expect(during).toEqual([]);
    });
  });
});
