import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as t from 'io-ts';
import { SignJWT } from 'jose';
import { privateMemoryOf } from '../processes.ts';

const Ready = t.type({
  gateway: t.string,
  eventStore: t.string,
  pid: t.number,
  processes: t.record(t.string, t.number),
});

const secret = 'a-secret-for-benchmarks-of-at-least-32-characters';

/** A whole system, durable, every service a process of its own, on a folder that goes with it. */
export interface System {
  readonly gateway: string;
  readonly eventStore: string;
  readonly pidOf: (service: string) => number;
  /** Starts one more gateway beside it; its URL. */
  readonly secondGateway: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** `npm run` starts us in the project's root. */
const orderflow = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
  spawn(process.execPath, ['bin/orderflow.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });

const firstMatching = async <A>(lines: AsyncIterable<string>, find: (line: string) => A | undefined): Promise<A> => {
  for await (const line of lines) {
    const found = find(line);
    if (found !== undefined) return found;
  }
  throw new Error('The process ended before it was ready');
};

export const startSystem = async (settings: NodeJS.ProcessEnv): Promise<System> => {
  const data = mkdtempSync(join(tmpdir(), 'orderflow-bench-'));
  const environment = { ...settings, JWT_SECRET: secret, LOG_LEVEL: 'error' };
  const main = orderflow(environment, 'up', '--port', '0', '--json', '--data', data);
  const children = [main];
  const ready = await firstMatching(createInterface(main.stdout), (line) => {
    const decoded: unknown = JSON.parse(line);
    return Ready.is(decoded) ? decoded : undefined;
  });
  return {
    gateway: ready.gateway,
    eventStore: ready.eventStore,
    pidOf: (service) => {
      const pid = ready.processes[service];
      if (pid === undefined)
        throw new Error(`Expected a process ${service}, found ${Object.keys(ready.processes).join(', ')}`);
      return pid;
    },
    secondGateway: async () => {
      const second = orderflow({ ...environment, LOG_LEVEL: 'info' }, 'start', 'gateway', '--data', data);
      children.unshift(second);
      const url = await firstMatching(createInterface(second.stdout), (line) => /http:\/\/[\d.]+:\d+/.exec(line)?.[0]);
      // It would stand still once nobody reads what it logs.
      second.stdout.resume();
      return url;
    },
    stop: async () => {
      for (const child of children) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(data, { recursive: true, force: true });
    },
  };
};

export const tokenFor = (user: string, ...roles: string[]): Promise<string> =>
  new SignJWT({ sub: user, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

/** Seconds of CPU that a process has used, and its private memory in MB, where the operating system tells. */
export const usageOf = (pid: number) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticksPerSecond = 100;
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, memory: privateMemoryOf(pid) };
};
