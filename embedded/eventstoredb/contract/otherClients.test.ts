import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared, { type UUID } from '@eventstore/db-client/generated/shared_pb.js';
import streams, { type AppendResp, type ReadReq, type ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { anEvent, idsIn, mark, newName, newWord } from './events.ts';
import { useServer } from './server.ts';
import { answerTo, streamNamed, target } from './wire.ts';

const server = useServer();
let wire: StreamsClient;
beforeAll(() => {
  wire = new StreamsClient(...target(server.url));
});
afterAll(() => wire.close());

/** A UUID as two signed 64-bit numbers, the form most clients of other languages use. */
const structured = (id: string): UUID => {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  const halves = new shared.UUID.Structured();
  halves.setMostSignificantBits(bytes.readBigInt64BE(0).toString());
  halves.setLeastSignificantBits(bytes.readBigInt64BE(8).toString());
  const uuid = new shared.UUID();
  uuid.setStructured(halves);
  return uuid;
};
const textOf = (uuid: UUID | undefined): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt(uuid?.getStructured()?.getMostSignificantBits() ?? 0), 0);
  bytes.writeBigInt64BE(BigInt(uuid?.getStructured()?.getLeastSignificantBits() ?? 0), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

const answersOf = async (request: ReadReq): Promise<ReadResp[]> => {
  const found: ReadResp[] = [];
  for await (const response of wire.read(request)) found.push(response as ReadResp);
  return found;
};

type Options = InstanceType<typeof streams.ReadReq.Options>;

const aRead = (change: (options: Options) => void): ReadReq => {
  const options = new streams.ReadReq.Options();
  const uuids = new streams.ReadReq.Options.UUIDOption();
  uuids.setStructured(new shared.Empty());
  options.setUuidOption(uuids);
  options.setCount('100');
  options.setNoFilter(new shared.Empty());
  change(options);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
};

describe('a client that writes UUIDs as numbers', () => {
  it('appends events that others read under the same ids', async () => {
    const name = newName('stream');
    const id = randomUUID();
    await answerTo<AppendResp>((done) => {
      const call = wire.append(done);
      const options = new streams.AppendReq.Options();
      options.setStreamIdentifier(streamNamed(name));
      options.setAny(new shared.Empty());
      const header = new streams.AppendReq();
      header.setOptions(options);
      call.write(header);
      const message = new streams.AppendReq.ProposedMessage();
      message.setId(structured(id));
      message.getMetadataMap().set('type', 'Tested').set('content-type', 'application/json');
      message.setData(Buffer.from('{}').toString('base64'));
      const entry = new streams.AppendReq();
      entry.setProposedMessage(message);
      call.write(entry);
      call.end();
    });
    expect(await idsIn(server.client, name)).toEqual([id]);
  });

  it('reads the ids of events as numbers', async () => {
    const name = newName('stream');
    const event = anEvent();
    await server.client.appendToStream(name, event);
    const answers = await answersOf(
      aRead((options) => {
        const stream = new streams.ReadReq.Options.StreamOptions();
        stream.setStreamIdentifier(streamNamed(name));
        stream.setStart(new shared.Empty());
        options.setStream(stream);
      }),
    );
    const ids = answers.filter((answer) => answer.hasEvent()).map((answer) => answer.getEvent()?.getEvent()?.getId());
    expect(ids.map(textOf)).toEqual([event.id]);
  });
});

describe('a client that filters its reads of $all', () => {
  /** The types that a read of `$all` filtered by type gives, among those appended for it. */
  const typesRead = async (direction: 0 | 1) => {
    const word = newWord();
    const { commit, prepare } = await mark(server.client);
    for (const type of [`${word}A`, `${word}B`, `${word}A`, `${word}C`]) {
      await server.client.appendToStream(newName('s'), anEvent(type));
    }
    const answers = await answersOf(
      aRead((options) => {
        const all = new streams.ReadReq.Options.AllOptions();
        if (direction === 1) all.setEnd(new shared.Empty());
        else {
          const position = new streams.ReadReq.Options.Position();
          position.setCommitPosition(commit.toString());
          position.setPreparePosition(prepare.toString());
          all.setPosition(position);
        }
        options.setAll(all);
        options.setReadDirection(direction);
        const expression = new streams.ReadReq.Options.FilterOptions.Expression();
        expression.setRegex(`^${word}[AC]$`);
        const filter = new streams.ReadReq.Options.FilterOptions();
        filter.setEventType(expression);
        filter.setMax(10);
        filter.setCheckpointintervalmultiplier(1);
        options.setFilter(filter);
      }),
    );
    const found = answers.filter((answer) => answer.hasEvent());
    return found.map((answer) => answer.getEvent()?.getEvent()?.getMetadataMap().get('type')?.slice(word.length));
  };

  it('gets what passes, forwards', async () => {
    expect(await typesRead(0)).toEqual(['A', 'A', 'C']);
  });

  it('gets what passes, backwards', async () => {
    expect(await typesRead(1)).toEqual(['C', 'A', 'A']);
  });
});
