import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { credentials, Server, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendOptions, fragment, inWords } from '../contract/wire.ts';
import { createEventLog, type DeletableEventLog } from '../eventLog/createEventLog.ts';
import type { NodeService } from '../nodeService.ts';
import { openTemporary } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { createStreamsService } from './service.ts';

/** A medium that stores at once and says so only when it is told to. */
const createSlowMedium = (storage: Storage) => {
  const commits = new EventEmitter<{ stored: [tell: () => void] }>();
  const told = () => new Promise<void>((resolve) => commits.emit('stored', resolve));
  return {
    storage: { ...storage, write: (events) => storage.write(events).then(told) } satisfies Storage,
    /** The next commit: tells, when called, that it is durable. */
    nextCommit: () => new Promise<() => void>((resolve) => commits.once('stored', resolve)),
  };
};

describe('a batch append call on a slow medium', () => {
  let log: DeletableEventLog;
  let medium: ReturnType<typeof createSlowMedium>;
  let service: NodeService;
  let server: Server;
  let client: StreamsClient;

  beforeEach(async () => {
    medium = createSlowMedium(openTemporary());
    log = createEventLog(medium.storage);
    service = createStreamsService(log);
    server = new Server();
    server.addService(service.definition, service.implementation);
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    client = new StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    server.forceShutdown();
    await medium.storage.close();
  });

  const append = (stream: string) =>
    fragment(randomUUID(), { options: appendOptions(stream), events: 1, isFinal: true });

  const stored = (stream: string) =>
    log.readStream({ stream, from: 0n, direction: 'forwards', limit: 10 }).events.length;

  it('answers an append once: in time or as timed out, not again when it turns durable', async () => {
    const call = client.batchAppend();
    const answers: ReturnType<typeof inWords>[] = [];
    call.on('data', (response: BatchAppendResp) => answers.push(inWords(response)));
    const [late, timedOut] = [medium.nextCommit(), once(call, 'data')];
    call.write(append('late'));
    const tellLate = await late;
    await timedOut;
    expect(stored('late')).toBe(0);
    const [inTime, answered] = [medium.nextCommit(), once(call, 'data')];
    tellLate();
    call.write(append('in-time'));
    (await inTime)();
    await answered;
    expect(stored('late')).toBe(1);
    call.end();
    await once(call, 'end');
    expect(answers).toEqual([
      expect.objectContaining({ stream: 'late', error: expect.objectContaining({ code: 4, message: 'Timeout' }) }),
      expect.objectContaining({ stream: 'in-time', revision: '0', error: undefined }),
    ]);
  });

  it('answers what it took before it ends as unavailable, when the node stops', async () => {
    const call = client.batchAppend();
    const ends: unknown[] = [];
    call.on('data', (response: BatchAppendResp) => ends.push(inWords(response).revision));
    const failed = once(call, 'error').then(([error]) => ends.push(error));
    const commit = medium.nextCommit();
    call.write(append('taken'));
    const tellDurable = await commit;
    const stopped = service.stop();
    tellDurable();
    await stopped;
    await failed;
    expect(ends).toEqual(['0', expect.objectContaining({ code: 14 })]);
  });

  it('stores an append whose client is gone before it turns durable', async () => {
    const call = client.batchAppend();
    const commit = medium.nextCommit();
    call.write(append('orphaned'));
    const tellDurable = await commit;
    const cancelled = once(call, 'error');
    call.cancel();
    await cancelled;
    tellDurable();
    await log.settled();
    expect(stored('orphaned')).toBe(1);
  });
});
