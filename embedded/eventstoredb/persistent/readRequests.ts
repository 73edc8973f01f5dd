import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { invalidArgument } from '../rpcErrors.ts';
import { readUuid } from '../uuid.ts';
import { cursor, readMessage, readText, readVarint, skipField, tag, type Cursor } from '../wire.ts';
import type { NackAction } from './engine/group.ts';

/** What a consumer sends: first what it wants, then an answer for each message. */
export type ReadRequest =
  | { readonly kind: 'options'; readonly options: persistent.ReadReq.Options }
  | { readonly kind: 'ack'; readonly ids: readonly string[] }
  | { readonly kind: 'nack'; readonly ids: readonly string[]; readonly action: NackAction; readonly reason: string };

const REQUEST_ACK = tag(2, 2);
const REQUEST_NACK = tag(3, 2);
const ANSWER_IDS = tag(2, 2);
const NACK_ACTION = tag(3, 0);
const NACK_REASON = tag(4, 2);

const actions: readonly NackAction[] = ['unknown', 'park', 'retry', 'skip', 'stop'];

const readAnswer = (c: Cursor) => {
  const ids: string[] = [];
  let action: NackAction = 'unknown';
  let reason = '';
  while (c.at < c.end) {
    const fieldTag = readVarint(c);
    if (fieldTag === ANSWER_IDS) readMessage(c, (inner) => void ids.push(readUuid(inner)));
    else if (fieldTag === NACK_ACTION) action = actions[readVarint(c)] ?? 'skip';
    else if (fieldTag === NACK_REASON) reason = readText(c);
    else skipField(c, fieldTag);
  }
  return { ids, action, reason };
};

const readOptions = (bytes: Buffer): ReadRequest => {
  const options = persistent.ReadReq.deserializeBinary(bytes).getOptions();
  if (options === undefined) throw invalidArgument('Expected options, an ack or a nack.');
  return { kind: 'options', options };
};

/** Parses a `ReadReq`. Answers are parsed by hand: one comes with every delivery. */
export const parseReadRequest = (bytes: Buffer): ReadRequest => {
  const c = cursor(bytes);
  const fieldTag = bytes.length === 0 ? 0 : readVarint(c);
  if (fieldTag !== REQUEST_ACK && fieldTag !== REQUEST_NACK) return readOptions(bytes);
  let request: ReadRequest = { kind: 'ack', ids: [] };
  readMessage(c, (inner) => {
    const answer = readAnswer(inner);
    request = fieldTag === REQUEST_ACK ? { kind: 'ack', ids: answer.ids } : { kind: 'nack', ...answer };
  });
  return request;
};
