import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { until } from '../../tests/fixtures/until.ts';
import { startProbe } from './probe.ts';

describe('a probe', () => {
  it('writes into the log why something is away, once for each reason, and that it is back', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => lines.push((JSON.parse(line) as { msg: string }).msg) });
    const reasons = ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED 10.0.0.7:5432', 'no such user nobody'];
    const ask = (): Promise<void> => {
      const reason = reasons.shift();
      return reason === undefined ? Promise.resolve() : Promise.reject(new Error(reason));
    };
    const probe = startProbe({ name: 'read model', ask, every: 1, log });
    await until('it is back', () => probe.check().ok);
    await probe.stop();
    expect(lines).toEqual(['connect ECONNREFUSED 10.0.0.7:5432', 'no such user nobody', 'read model answers']);
  });
});
