import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { expect, it } from '@jest/globals';
import { parseReadRequest } from './readRequests.ts';

const ids = ['a0b1c2d3-e4f5-4678-9abc-def012345678', '00000000-0000-4000-8000-000000000001'];
const asString = (id: string) => new shared.UUID().setString(id);
const asNumbers = (id: string) => {
  const hex = id.replaceAll('-', '');
  const half = (from: number) => BigInt.asIntN(64, BigInt(`0x${hex.slice(from, from + 16)}`)).toString();
  return new shared.UUID().setStructured(
    new shared.UUID.Structured().setMostSignificantBits(half(0)).setLeastSignificantBits(half(16)),
  );
};

const parse = (request: persistent.ReadReq) => parseReadRequest(Buffer.from(request.serializeBinary()));

it.each([
  ['strings', asString],
  ['numbers', asNumbers],
])('reads the ids of an ack given as %s', (_, form) => {
  const ack = new persistent.ReadReq.Ack().setIdsList(ids.map(form));
  expect(parse(new persistent.ReadReq().setAck(ack))).toEqual({ kind: 'ack', ids });
});

it('reads upper-case ids as what they are', () => {
  const ack = new persistent.ReadReq.Ack().setIdsList(ids.map((id) => asString(id.toUpperCase())));
  expect(parse(new persistent.ReadReq().setAck(ack))).toEqual({ kind: 'ack', ids });
});

it.each([
  ['unknown', persistent.ReadReq.Nack.Action.UNKNOWN],
  ['park', persistent.ReadReq.Nack.Action.PARK],
  ['retry', persistent.ReadReq.Nack.Action.RETRY],
  ['skip', persistent.ReadReq.Nack.Action.SKIP],
  ['stop', persistent.ReadReq.Nack.Action.STOP],
])('reads a nack to %s', (action, number) => {
  const nack = new persistent.ReadReq.Nack().setIdsList(ids.map(asString)).setAction(number).setReason('schlecht');
  expect(parse(new persistent.ReadReq().setNack(nack))).toEqual({ kind: 'nack', ids, action, reason: 'schlecht' });
});

it('reads options', () => {
  const options = new persistent.ReadReq.Options().setGroupName('billing').setBufferSize(7);
  const request = parse(new persistent.ReadReq().setOptions(options));
  if (request.kind !== 'options') throw new Error(`Expected options, found ${request.kind}.`);
  expect([request.options.getGroupName(), request.options.getBufferSize()]).toEqual(['billing', 7]);
});

it('refuses a message that is none of these', () => {
  expect(() => parseReadRequest(Buffer.alloc(0))).toThrow('Expected options, an ack or a nack');
});
