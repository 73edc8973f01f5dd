import { encodeEvent } from '../../storedEvent.ts';
import type { StoredEvent } from '../../log.ts';
import type { GroupSettings } from '../settings.ts';
import type { ConsumerPort } from './consumer.ts';
import { createGroup, type Group, type GroupStart } from './group.ts';
import { newMessage, type Message } from './message.ts';
import type { SourcePage } from './intake.ts';

/** What the official client asks for when told nothing else, but for where to begin. */
export const settings: GroupSettings = {
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 30_000,
  maxRetryCount: 10,
  checkpointAfterMs: 2_000,
  minCheckpointCount: 10,
  maxCheckpointCount: 1_000,
  maxSubscriberCount: 0,
  liveBufferSize: 500,
  historyBufferSize: 500,
  readBatchSize: 20,
  strategy: 'RoundRobin',
};

const idOf = (revision: number) => `00000000-0000-4000-8000-${String(revision).padStart(12, '0')}`;

/** The event with that number in its stream. */
export const storedEvent = (
  revision: number,
  fields: Partial<{ stream: string; id: string; metadata: unknown }> = {},
): StoredEvent =>
  encodeEvent(
    {
      id: fields.id ?? idOf(revision),
      type: 'Happened',
      contentType: 'application/json',
      metadata: Buffer.from(fields.metadata === undefined ? '' : JSON.stringify(fields.metadata)),
      data: Buffer.from('{}'),
    },
    { stream: fields.stream ?? 'source', revision: BigInt(revision), position: BigInt(revision), created: '0' },
  );

export const message = (revision: number, fields?: Parameters<typeof storedEvent>[1]): Message =>
  newMessage(storedEvent(revision, fields), BigInt(revision));

/** A consumer that remembers what it was sent: revisions, with the retry count behind an `x` when there is one. */
export interface RecordingConsumer extends ConsumerPort {
  readonly received: string[];
  readonly messages: Message[];
  dropped: boolean;
}

export const consumer = (slots = 10): RecordingConsumer => {
  const port: RecordingConsumer = {
    connectionName: 'test',
    username: 'anonymous',
    address: '',
    slots,
    received: [],
    messages: [],
    dropped: false,
    send: (sent) => {
      port.messages.push(sent);
      port.received.push(`${sent.original.revision}${sent.retryCount === 0 ? '' : `x${sent.retryCount}`}`);
    },
    drop: () => {
      port.dropped = true;
    },
  };
  return port;
};

/** A group over a source of numbered events, with a clock that stands until it is moved. */
export interface Bench {
  readonly group: Group;
  readonly parked: { readonly message: Message; readonly reason: string }[];
  readonly checkpoints: bigint[];
  /** Appends events to the source and lets the group read or receive them. */
  readonly append: (...revisions: number[]) => void;
  readonly advance: (milliseconds: number) => void;
  /** Reads pages as long as the group wants any. */
  readonly fill: () => void;
  readonly join: (port: ConsumerPort) => void;
  readonly ack: (...revisions: number[]) => void;
}

export const bench = (
  changes: Partial<GroupSettings> = {},
  start: GroupStart = { checkpoint: undefined, from: 0n },
  existing: readonly number[] = [],
): Bench => {
  const all = { ...settings, ...changes };
  const source = [...existing];
  const parked: Bench['parked'] = [];
  const checkpoints: bigint[] = [];
  let time = 0;

  const group = createGroup(all, start, {
    now: () => time,
    park: (parkedMessage, reason) => void parked.push({ message: parkedMessage, reason }),
    writeCheckpoint: (place) => void checkpoints.push(place),
  });

  const pageFrom = (from: bigint): SourcePage => {
    const rest = source.filter((revision) => BigInt(revision) >= from);
    const messages = rest.slice(0, all.readBatchSize).map((revision) => message(revision));
    const last = messages.at(-1)?.place;
    const end = messages.length === rest.length;
    return { messages, considered: messages.length, last, next: (last ?? from - 1n) + 1n, end };
  };

  const fill = () => {
    for (let from = group.wantedPage(); from !== undefined; from = group.wantedPage()) group.takePage(pageFrom(from));
  };

  fill();
  return {
    group,
    parked,
    checkpoints,
    append: (...revisions) => {
      source.push(...revisions);
      group.takeLive(revisions.map((revision) => ({ place: BigInt(revision), message: message(revision), count: 1 })));
      fill();
    },
    advance: (milliseconds) => {
      time += milliseconds;
      group.tick();
      fill();
    },
    fill,
    join: (port) => {
      group.connect(port);
      group.push();
    },
    ack: (...revisions) => {
      group.ack(revisions.map(idOf));
      fill();
    },
  };
};

/** The id of the event with that number. */
export const eventId = idOf;
