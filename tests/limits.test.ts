import { describe, expect, it } from '@jest/globals';
import { mostLines } from '../api/inputs.ts';
import { variables } from '../cli/configuration/configuration.ts';
import { defaultEventStreams } from '../services/gateway/eventStreams.ts';
import { longestKey } from '../services/gateway/idempotencyKey.ts';
import { defaultLimits } from '../services/gateway/limits.ts';
import { longestWait } from '../services/gateway/prefer.ts';
import { mostItems, usualItems } from '../services/gateway/query.ts';
import { usualWait } from '../services/gateway/reading.ts';
import { usualLifetime } from '../services/gateway/tickets.ts';
import { mostBytes } from '../services/http/body.ts';
import { usualWindow } from '../services/http/rateLimit.ts';
import { readGuide, section } from './fixtures/guide.ts';

const guide = (await readGuide('docs/clients.md')).replaceAll(/\s+/g, ' ');

/** Rows of the table of limits, each as its cells. */
const rows = section(await readGuide('docs/clients.md'), 'Limits')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  );

const secondsOf = (milliseconds: number): number => milliseconds / 1_000;

describe('the limits that the guide for clients tells', () => {
  it.each([
    ['body', `${mostBytes / 1_024} KiB, ${mostLines} order lines`],
    [`requests of a user in ${usualWindow} seconds, told in \`RateLimit\``, '`RATE_LIMIT_PER_USER`'],
    [
      `requests that have waited and read at once; others stand in line ${secondsOf(defaultLimits.turnTimeout)} s`,
      '`MAX_READS_AFTER_WAIT`',
    ],
    ['waiting', `${longestWait} seconds`],
    ['a ticket', `${usualLifetime} seconds`],
  ])('has %s as the code has it', (what, limit) => {
    expect(rows).toContainEqual([what, limit, expect.any(String)]);
  });

  it('names variables that there are, and every one that limits what a client may do', () => {
    const named = rows.flatMap(([, limit = '']) => Array.from(limit.matchAll(/`(\w+)`/g), ([, name = '']) => name));
    const limiting = variables.filter((name) => /^(MAX|RATE|CORS)_/.test(name));
    const ofGateways = ['RATE_LIMIT_PER_ADDRESS', 'MAX_EVENT_LOOP_DELAY_MS'];
    expect(named.sort()).toEqual(limiting.filter((name) => !ofGateways.includes(name)).sort());
  });

  it.each([
    `when that takes longer than 10 seconds; ${longestWait} are the most.`,
    `Such a read waits for ${usualWait} seconds,`,
    `(1 to ${longestKey} visible ASCII characters,`,
    `A comment every ${secondsOf(defaultEventStreams.heartbeat)} seconds`,
    `after ${secondsOf(defaultEventStreams.longest) / 60} minutes it is ended`,
    `retry: ${defaultEventStreams.retry} `,
    `good for ${usualLifetime} seconds,`,
    `${usualItems} at a time unless \`limit\` (1 to ${mostItems}) says otherwise`,
  ])('says "%s"', (told) => {
    expect(guide).toContain(told);
  });
});
