import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { isGone, startProcess, until } from '../postgres/testing.ts';
import type { LetterSummary } from './letter.ts';
import { startMailbox } from './mailbox.ts';
import type { Counts } from './store.ts';

describe('the mailbox and sudden death', () => {
  let data = '';
  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'orderflow-mailbox-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  const launch = async () => {
    const launcher = startProcess(`
      import { startMailbox } from './mailbox/mailbox.ts';
      console.log((await startMailbox({ data: ${JSON.stringify(data)} })).smtpUrl);`);
    return { launcher, smtpUrl: await launcher.nextLine() };
  };

  /** Sends until the mailbox dies, which it does after a number of letters, and returns the Message-IDs it acknowledged. */
  async function sendUntilKilled(killAfter: number): Promise<string[]> {
    const { launcher, smtpUrl } = await launch();
    const transport = createTransport({ url: smtpUrl, pool: true, maxConnections: 5, maxMessages: Infinity });
    const acknowledged: string[] = [];
    const sender = async (): Promise<void> => {
      for (;;) {
        const { messageId } = await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' });
        acknowledged.push(messageId);
        if (acknowledged.length === killAfter) launcher.kill('SIGKILL');
      }
    };
    await Promise.allSettled(Array.from({ length: 5 }, sender));
    transport.close();
    await until(() => isGone(launcher.pid));
    return acknowledged;
  }

  it('loses no letter that it acknowledged, and starts again at once', async () => {
    const acknowledged = [
      ...(await sendUntilKilled(20)),
      ...(await sendUntilKilled(33)),
      ...(await sendUntilKilled(1)),
    ];
    const mailbox = await startMailbox({ data });
    const kept = (await (await fetch(`${mailbox.url}/letters?limit=500`)).json()) as LetterSummary[];
    const counts = (await (await fetch(`${mailbox.url}/count`)).json()) as Counts;
    await mailbox.stop();
    expect(acknowledged.length).toBeGreaterThanOrEqual(54);
    expect(kept.map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(acknowledged));
    expect(counts.received).toBe(kept.length);
  });

  it('keeps a second process out of its folder', async () => {
    const { launcher } = await launch();
    await expect(startMailbox({ data })).rejects.toThrow(`${data} is in use by process ${launcher.pid}`);
    launcher.kill('SIGKILL');
    await until(() => isGone(launcher.pid));
  });
});
