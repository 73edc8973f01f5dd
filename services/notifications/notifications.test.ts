import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { notificationStream } from '../../domain/streams.ts';
import { startMailbox, type Mailbox } from '../../embedded/mailbox/mailbox.ts';
import { connect } from '../../eventstore/connection.ts';
import { Unavailable } from '../../eventstore/faults.ts';
import { already, appended } from '../../eventstore/outcome.ts';
import { readForwards } from '../../eventstore/read.ts';
import { newDatabase } from '../../tests/fixtures/database.ts';
import { put, someOrder, startTestStore, type TestStore } from '../../tests/fixtures/eventStore.ts';
import { log } from '../../tests/fixtures/logger.ts';
import { lettersAbout } from '../../tests/fixtures/letters.ts';
import { startProxy } from '../../tests/fixtures/proxy.ts';
import { createProfilesClient, type ProfilesClient } from '../http/profilesClient.ts';
import { start as startProfiles } from '../profiles/profiles.ts';
import { createNotifications, handlers, type Means } from './notifications.ts';
import { createPost, type Post } from './post.ts';

const serviceToken = 'the token that services show each other';
let test: TestStore;
let mailbox: Mailbox;
let data: string;
let profilesService: Awaited<ReturnType<typeof startProfiles>>;
let profiles: ProfilesClient;
let post: Post;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orderflow-'));
  [test, mailbox] = await Promise.all([startTestStore(), startMailbox({ data })]);
  const databaseUrl = await newDatabase();
  profilesService = await startProfiles({ databaseUrl, serviceToken, host: '127.0.0.1', port: 0, log });
  profiles = createProfilesClient({ url: profilesService.url, serviceToken, log });
  post = createPost({ smtpUrl: mailbox.smtpUrl, from: 'orders@example.com' });
}, 60_000);

afterAll(async () => {
  post.close();
  await profilesService.stop();
  await Promise.all([mailbox.stop(), test.stop()]);
  await rm(data, { recursive: true });
});

const ending = new AbortController().signal;
const inTime = () => ({ deadline: Date.now() + 120_000, ending });
const handlerWith = (means: Partial<Means> = {}) =>
  handlers({ notifications: createNotifications(test.store), profiles, post, ...means })['notifications.orders'];

const givenPaid = async () => {
  const order = someOrder();
  const operationId = order.orderId;
  return put(test.store, { type: 'OrderPaid', data: { ...order, operationId } });
};
const withAddress = async () => {
  const message = await givenPaid();
  await profiles.save(message.data.userId, { name: 'Alice', email: 'alice@example.com' });
  return message;
};
const recorded = async (orderId: string) => {
  const events = await readForwards(test.store, notificationStream(orderId));
  return events.map(({ type, data }) => ({ type, data }));
};

describe('notifications', () => {
  it('mails one letter, however often and however simultaneously the message comes', async () => {
    const message = await withAddress();
    const { orderId } = message.data;
    const handle = handlerWith();
    const outcomes = await Promise.all([handle(message, inTime()), handle(message, inTime())]);
    expect(outcomes).toEqual([appended, already]);
    expect(await handlerWith()(message, inTime())).toEqual(already);
    const messageId = `<${orderId}.happiness@orderflow>`;
    expect(await recorded(orderId)).toEqual([
      { type: 'LetterSent', data: { orderId, letter: 'happiness', messageId } },
    ]);
    expect((await lettersAbout(mailbox.url, orderId)).map((letter) => letter.messageId)).toEqual([messageId]);
  });

  it('mails a letter of sorrow for a cancelled order, once', async () => {
    const order = someOrder();
    const message = await put(test.store, { type: 'OrderCancelled', data: { ...order, reason: 'InsufficientFunds' } });
    await profiles.save(order.userId, { name: 'Alice', email: 'alice@example.com' });
    const handle = handlerWith();
    expect([await handle(message, inTime()), await handle(message, inTime())]).toEqual([appended, already]);
    expect(await lettersAbout(mailbox.url, order.orderId)).toMatchObject([
      { headers: { 'X-Order-Id': order.orderId, 'X-Order-Status': 'Cancelled' } },
    ]);
  });

  it('records once that nobody can be written to without an address', async () => {
    const message = await givenPaid();
    const handle = handlerWith();
    expect([await handle(message, inTime()), await handle(message, inTime())]).toEqual([appended, already]);
    const { orderId } = message.data;
    expect(await recorded(orderId)).toEqual([
      { type: 'LetterNotSent', data: { orderId, letter: 'happiness', reason: 'NoAddress' } },
    ]);
  });

  it('records once that the mail server refused the letter for good', async () => {
    const refusing = new SMTPServer({
      disabledCommands: ['STARTTLS', 'AUTH'],
      onRcptTo: (_, __, done) => done(Object.assign(new Error('no such mailbox'), { responseCode: 550 })),
    });
    refusing.listen(0, '127.0.0.1');
    await once(refusing.server, 'listening');
    const { port } = refusing.server.address() as AddressInfo;
    const refused = createPost({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'orders@example.com' });
    const message = await withAddress();
    const handle = handlerWith({ post: refused });
    expect([await handle(message, inTime()), await handle(message, inTime())]).toEqual([appended, already]);
    const { orderId } = message.data;
    expect(await recorded(orderId)).toEqual([
      { type: 'LetterNotSent', data: { orderId, letter: 'happiness', reason: 'Refused' } },
    ]);
    refused.close();
    await new Promise<void>((resolve) => refusing.close(resolve));
  });

  it('gives a letter that is mailed again, because recording it was cut off, the same Message-ID', async () => {
    const message = await withAddress();
    const { orderId } = message.data;
    const wire = await startProxy(test.port);
    const store = connect({ url: `esdb://127.0.0.1:${wire.port}?tls=false`, name: 'cut off', log });
    const cutAfterMailing: Pick<Post, 'send'> = {
      send: async (...letter) => {
        const posted = await post.send(...letter);
        wire.cut();
        return posted;
      },
    };
    const cutOff = handlerWith({ notifications: createNotifications(store), post: cutAfterMailing });
    await expect(cutOff(message, inTime())).rejects.toBeInstanceOf(Unavailable);
    expect(await recorded(orderId)).toEqual([]);
    expect(await handlerWith()(message, inTime())).toEqual(appended);
    const letters = await lettersAbout(mailbox.url, orderId);
    expect(letters).toHaveLength(2);
    expect(new Set(letters.map(({ messageId }) => messageId)).size).toBe(1);
    await store.close();
    await wire.close();
  });

  it('does not mail a message past its deadline', async () => {
    const message = await withAddress();
    await expect(handlerWith()(message, { deadline: Date.now(), ending })).rejects.toThrow('mail is away: too slow');
    expect(await lettersAbout(mailbox.url, message.data.orderId)).toEqual([]);
  });
});
