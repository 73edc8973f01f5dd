import { ofType } from '../../domain/events.ts';
import { notification, type Notification, type NotificationCommand } from '../../domain/notification/notification.ts';
import type { OrderUpdateMessage } from '../../domain/order/messages.ts';
import { notificationStream } from '../../domain/streams.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { ConsumerSettings } from '../../eventstore/consumer.ts';
import type { Delivery } from '../../eventstore/delivery.ts';
import { eventId } from '../../eventstore/eventId.ts';
import { already } from '../../eventstore/outcome.ts';
import { readForwards } from '../../eventstore/read.ts';
import { createRepository, type Repository } from '../../eventstore/repository.ts';
import { createTurns } from '../../eventstore/turns.ts';
import { createProfilesClient, type ProfilesClient } from '../http/profilesClient.ts';
import { serve, type Handlers } from '../service.ts';
import { letterFor, write } from './letter.ts';
import { createPost, type Post } from './post.ts';

type Notifications = Repository<NotificationCommand, Notification>;

export const createNotifications = (store: EventStore): Notifications =>
  createRepository({
    store,
    decider: notification,
    owns: ofType('LetterSent', 'LetterNotSent'),
    load: (log, stream) => readForwards(log, stream),
  });

/** Milliseconds kept free before a message's deadline, to record that its letter went out. */
const recordingTime = 15_000;

/** Mails the letter, or finds out that there will be none: what is to be recorded. */
const deliver = async (
  message: OrderUpdateMessage,
  { deadline, ending }: Delivery,
  { profiles, post }: Means,
): Promise<NotificationCommand> => {
  const { orderId, userId } = message.data;
  const letter = letterFor(message);
  const profile = await profiles.find(userId);
  if (profile === undefined) return { type: 'RecordNotSent', orderId, letter, reason: 'NoAddress' };
  const messageId = `<${orderId}.${letter}@orderflow>`;
  const to = { name: profile.name, address: profile.email };
  const headers = { 'X-Order-Id': orderId, 'X-Order-Status': message.type === 'OrderPaid' ? 'Paid' : 'Cancelled' };
  const envelope = { to, messageId, headers };
  const posted = await post.send(write(message, profile.name), envelope, deadline - recordingTime, ending);
  return posted.kind === 'sent'
    ? { type: 'RecordSent', orderId, letter, messageId }
    : { type: 'RecordNotSent', orderId, letter, reason: 'Refused' };
};

/** What a letter needs beside the event store. */
export interface Means {
  readonly notifications: Notifications;
  readonly profiles: Pick<ProfilesClient, 'find'>;
  readonly post: Pick<Post, 'send'>;
}

/**
 * Notifications owes every settled order one letter. Mailing and recording cannot be one act: a crash between them mails
 * the letter once more, with the same Message-ID. Within a process, one order is mailed by one handler at a time.
 */
export const handlers = (means: Means): Handlers<'notifications.orders'> => {
  const inTurn = createTurns();
  return {
    'notifications.orders': (message, delivery) => {
      const stream = notificationStream(message.data.orderId);
      return inTurn(stream, async () => {
        const { status } = await means.notifications.stateOf(stream, message.position);
        if (status === 'Closed') return already;
        const command = await deliver(message, delivery, means);
        const id = eventId('letter', stream, message.id);
        return means.notifications.handle({ stream, command, id, cause: message });
      });
    },
  };
};

export interface NotificationsDependencies {
  readonly eventStore: EventStore;
  readonly profilesUrl: string;
  readonly serviceToken: string;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly settings?: Partial<ConsumerSettings>;
}

export const start = (dependencies: NotificationsDependencies) => {
  const { eventStore: store, profilesUrl, serviceToken, smtpUrl, mailFrom, settings } = dependencies;
  const profiles = createProfilesClient({ url: profilesUrl, serviceToken, log: store.log });
  const post = createPost({ smtpUrl, from: mailFrom });
  const probe = async (): Promise<void> => {
    await Promise.all([profiles.ready(), post.probe()]);
  };
  const service = serve(handlers({ notifications: createNotifications(store), profiles, post }), {
    store,
    probe,
    settings,
  });
  return Promise.resolve({
    ...service,
    stop: async () => {
      await service.stop();
      post.close();
    },
  });
};
