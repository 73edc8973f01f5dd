import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { defaultLimits, type Limits } from './limits.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';
import { testProcess } from './testProcess.ts';
import { until } from '../../tests/fixtures/until.ts';

const limits: Limits = {
  ...defaultLimits,
  startTimeoutMs: 3_000,
  hangAfterMs: 500,
  stopTimeoutMs: 500,
  hurryMs: 100,
  backoffMs: 50,
  longestBackoffMs: 400,
};

/** A supervisor, with what it logged and what its processes wrote. */
const setUp = (changed: Partial<Limits> = {}) => {
  const logged: string[] = [];
  const written: string[] = [];
  const supervisor = createSupervisor({
    log: pino({ base: null }, { write: (line) => void logged.push((JSON.parse(line) as { msg: string }).msg) }),
    limits: { ...limits, ...changed },
    onLine: (name, line) => void written.push(`${name}: ${line}`),
    onChange: () => undefined,
  });
  supervisors.push(supervisor);
  return { supervisor, logged, written };
};

const supervisors: Supervisor[] = [];
afterEach(() => Promise.all(supervisors.splice(0).map((supervisor) => supervisor.stop([]))));

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const pidOf = (supervisor: Supervisor, name: string): number => {
  const pid = supervisor.pids()[name];
  if (pid === undefined) throw new Error(`Expected ${name} to run.`);
  return pid;
};

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );

const replaced = (supervisor: Supervisor, name: string, before: number) =>
  until(`another ${name}`, () => (supervisor.pids()[name] ?? before) !== before);

describe('the supervisor', () => {
  it('starts a process that died again, where it was, and says so', async () => {
    const { supervisor, logged } = setUp();
    const { health } = await supervisor.start(testProcess('billing'));
    const before = pidOf(supervisor, 'billing');
    process.kill(before, 'SIGKILL');
    await replaced(supervisor, 'billing', before);
    await until('an answer at the same address', () => answers(health));
    await until('the message', () => logged.length === 2);
    expect(logged).toEqual([
      'billing ended (signal SIGKILL); starting it again in 50 ms',
      `billing is ready again (process ${pidOf(supervisor, 'billing')})`,
    ]);
  });

  it('kills a process that hangs and starts it again', async () => {
    const { supervisor, logged } = setUp();
    const { health } = await supervisor.start(testProcess('billing'));
    const before = pidOf(supervisor, 'billing');
    fetch(`${health}/hang`).catch(() => undefined);
    await replaced(supervisor, 'billing', before);
    await until('an answer', () => answers(health));
    expect(isRunning(before)).toBe(false);
    expect(logged[0]).toBe(
      'billing hung (no answer on /health/live for 500 ms) and was killed; starting it again in 50 ms',
    );
  });

  it('waits longer each time a process dies soon again, up to the longest pause', async () => {
    const { supervisor, logged } = setUp();
    const { health } = await supervisor.start(testProcess('billing'));
    for (let times = 1; times <= 5; times += 1) {
      await until('an answer', () => answers(health));
      await fetch(`${health}/die`).catch(() => undefined);
      await until('the message', () => logged.filter((line) => line.includes('ended')).length === times);
    }
    const pauses = logged.flatMap((line) => /in (\d+) ms/.exec(line)?.[1] ?? []);
    expect(pauses).toEqual(['50', '100', '200', '400', '400']);
  });

  it('gives up a process that was never ready, and says how it ended', async () => {
    const { supervisor, written } = setUp();
    await expect(supervisor.start(testProcess('billing', 'never-starts'))).rejects.toThrow(
      'billing ended (exit code 3), 3 times.',
    );
    expect(written).toEqual(['billing: cannot start', 'billing: cannot start', 'billing: cannot start']);
  });

  it('kills a process that does not become ready', async () => {
    const { supervisor } = setUp({ startTimeoutMs: 300, firstTries: 1 });
    await expect(supervisor.start(testProcess('billing', 'never-ready'))).rejects.toThrow(
      'billing was not ready within 300 ms and was killed, 1 times.',
    );
    expect(supervisor.pids()).toEqual({});
  });

  it('stops stage by stage', async () => {
    const { supervisor, written } = setUp();
    await Promise.all(['store', 'orders', 'gateway'].map((name) => supervisor.start(testProcess(name))));
    await supervisor.stop([['gateway'], ['orders'], ['store']]);
    expect(written).toEqual([
      'gateway: stopping by SIGTERM',
      'orders: stopping by SIGTERM',
      'store: stopping by SIGTERM',
    ]);
    expect(supervisor.pids()).toEqual({});
  });

  it('kills what does not stop, and goes on with the next stage', async () => {
    const { supervisor, written } = setUp();
    await supervisor.start(testProcess('gateway', 'never-stops'));
    await supervisor.start(testProcess('store'));
    const pid = pidOf(supervisor, 'gateway');
    await supervisor.stop([['gateway'], ['store']]);
    expect(written).toEqual(['gateway: stopping by SIGTERM', 'store: stopping by SIGTERM']);
    expect(isRunning(pid)).toBe(false);
  });

  it('stops all at once for a user in a hurry', async () => {
    const { supervisor } = setUp({ stopTimeoutMs: 60_000 });
    await supervisor.start(testProcess('gateway', 'never-stops'));
    await supervisor.start(testProcess('store', 'never-stops'));
    const stopping = supervisor.stop([['gateway'], ['store']]);
    await supervisor.hurry();
    await stopping;
    expect(supervisor.pids()).toEqual({});
  });

  it('starts nothing again, and nothing new, once it stops', async () => {
    const { supervisor, logged } = setUp();
    await supervisor.start(testProcess('gateway'));
    await supervisor.stop([]);
    await expect(supervisor.start(testProcess('orders'))).rejects.toThrow('orders was not started');
    expect(logged).toEqual([]);
    expect(supervisor.pids()).toEqual({});
  });
});
