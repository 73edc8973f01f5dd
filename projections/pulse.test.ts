import { describe, expect, it } from '@jest/globals';
import { history } from '../domain/examples.ts';
import type { Batch } from '../eventstore/catchUp.ts';
import { inLog } from '../tests/fixtures/slot.ts';
import { until } from '../tests/fixtures/until.ts';
import { createPulse } from './pulse.ts';

const [first, second] = history.map(inLog);
if (first === undefined || second === undefined) throw new Error('the example history holds too few events');
const minuteAgo = { ...first, created: new Date(Date.now() - 60_000) };
const batch = (state: Omit<Batch, 'events'>, ...events: Batch['events']): Batch => ({ events, ...state });

describe('the pulse of a slot', () => {
  it('says nothing before the first batch is in', () => {
    const pulse = createPulse(-1n, 10);
    expect(pulse.check()).toBeUndefined();
    pulse.begin(batch({ live: false }, minuteAgo));
    expect(pulse.check()).toBeUndefined();
  });

  it('says so when the first batch does not get in', async () => {
    const pulse = createPulse(-1n, 10);
    pulse.begin(batch({ live: false }, minuteAgo));
    await until('it is stuck', () => pulse.check()?.ok === false);
    expect(pulse.check()?.detail).toBe('has not moved for 0 s, 60 s behind; at position -1');
  });

  it('is well while it catches up, and says how far behind it is', () => {
    const pulse = createPulse(-1n, 1_000);
    const catchingUp = batch({ live: false }, minuteAgo);
    pulse.begin(catchingUp);
    pulse.end(catchingUp, 100n);
    expect(pulse.check()).toEqual({ ok: true, detail: 'catching up, at position 100, 60 s behind' });
    expect(pulse.report()).toMatchObject({ state: 'catching up' });
  });

  it('is well when everything is in, however long nothing comes', async () => {
    const pulse = createPulse(-1n, 1);
    const live = batch({ live: true }, minuteAgo);
    pulse.begin(live);
    pulse.end(live, 100n);
    const asked = performance.now();
    await until('a while has passed', () => performance.now() - asked > 20);
    expect(pulse.check()).toEqual({ ok: true, detail: 'live, at position 100' });
  });

  it('is not well when it is behind and does not move', async () => {
    const pulse = createPulse(-1n, 30);
    const live = batch({ live: true }, first);
    pulse.begin(live);
    pulse.end(live, 100n);
    pulse.begin(batch({ live: true }, minuteAgo));
    expect(pulse.check()?.ok).toBe(true);
    await until('it is stuck', () => pulse.check()?.ok === false);
    expect(pulse.check()?.detail).toBe('has not moved for 0 s, 60 s behind; at position 100');
    expect(pulse.report()).toMatchObject({ state: 'waiting', error: 'has not moved for 0 s, 60 s behind' });
  });

  it('is not well while no events can come, and says why', () => {
    const pulse = createPulse(-1n, 1_000);
    const fault = batch({ live: false, fault: 'event store is away' });
    pulse.begin(fault);
    pulse.end(fault, 100n);
    expect(pulse.check()).toEqual({ ok: false, detail: 'event store is away; at position 100' });
    pulse.end(batch({ live: true }, second), 200n);
    expect(pulse.check()?.ok).toBe(true);
  });
});
