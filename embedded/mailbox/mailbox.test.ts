import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { startMailbox } from './mailbox.ts';

describe('the mailbox', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orderflow-mailbox-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('keeps a letter and shows it', async () => {
    const mailbox = await startMailbox({ data: folder });
    const transport = createTransport(mailbox.smtpUrl);
    await transport.sendMail({
      from: 'Shop <shop@example.com>',
      to: 'Zoë <zoe@example.com>',
      subject: 'Paid ✓',
      text: 'Thanks',
      html: '<b>Thanks</b>',
      headers: { 'X-Order-Id': 'o-1', 'X-Order-Status': 'Paid' },
    });
    transport.close();
    expect(await (await fetch(`${mailbox.url}/letters?order=o-1`)).json()).toMatchObject([
      { id: 1, to: ['zoe@example.com'], subject: 'Paid ✓' },
    ]);
    await mailbox.stop();
  });
});
