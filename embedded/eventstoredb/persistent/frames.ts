import { withUuid, type UuidFormat } from '../uuid.ts';
import { fieldSize, tag, uint64Size, varintSize, writeBytes, writeHead, writeNumber, writeVarint } from '../wire.ts';
import type { Message } from './engine/message.ts';

/**
 * Deliveries as bytes: `ReadResp { event: ReadEvent { event, link, commit_position, retry_count } }` of
 * `persistent.proto`, around the stored events' own bytes.
 */

const RESPONSE_EVENT = tag(1, 2);
const EVENT_RECORDED = tag(1, 2);
const EVENT_LINK = tag(2, 2);
const EVENT_COMMIT_POSITION = tag(3, 0);
const EVENT_RETRY_COUNT = tag(5, 0);
const RECORDED_PREPARE = tag(4, 0);
const RECORDED_COMMIT = tag(5, 0);

/**
 * The event as if it stood at another position: of a field that comes twice the last one counts, so the position is
 * added behind. The real server gives an event that comes through a link the link's position.
 */
const atPosition = (recorded: Buffer, position: bigint): Buffer => {
  const size = 1 + uint64Size(position);
  const moved = Buffer.allocUnsafe(recorded.length + 2 * size);
  let at = recorded.copy(moved);
  for (const fieldTag of [RECORDED_PREPARE, RECORDED_COMMIT]) at = writeNumber(moved, at, fieldTag, position);
  return moved;
};

const eventAndLink = (message: Message, uuids: UuidFormat) => {
  const original = withUuid(message.original.message, uuids);
  if (!message.isLink) return { event: original, link: undefined };
  const target = message.target && withUuid(message.target.message, uuids);
  return { event: target && atPosition(target, message.original.position), link: original };
};

/** The delivery of a message as the bytes of a response. */
export const deliveryFrame = (message: Message, uuids: UuidFormat): Buffer => {
  const { event, link } = eventAndLink(message, uuids);
  const { position } = message.original;
  const size =
    (event === undefined ? 0 : fieldSize(event.length)) +
    (link === undefined ? 0 : fieldSize(link.length)) +
    (1 + uint64Size(position)) +
    (1 + varintSize(message.retryCount));
  const frame = Buffer.allocUnsafe(fieldSize(size));
  let at = writeHead(frame, 0, RESPONSE_EVENT, size);
  if (event !== undefined) at = writeBytes(frame, at, EVENT_RECORDED, event);
  if (link !== undefined) at = writeBytes(frame, at, EVENT_LINK, link);
  at = writeNumber(frame, at, EVENT_COMMIT_POSITION, position);
  frame[at] = EVENT_RETRY_COUNT;
  writeVarint(frame, at + 1, message.retryCount);
  return frame;
};
