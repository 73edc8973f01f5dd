import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog, StoredEvent } from '../log.ts';
import { LINK_TYPE } from '../storedEvent.ts';
import { withUuid, type UuidFormat } from '../uuid.ts';
import { fieldSize, tag, uint64Size, writeBytes, writeHead, writeNumber } from '../wire.ts';

/** An event as it is read: a link with what it points to, when links are to be resolved. */
export interface ReadEvent {
  readonly event?: StoredEvent;
  readonly link?: StoredEvent;
}

export const resolve = (log: EventLog, event: StoredEvent, resolveLinks: boolean): ReadEvent =>
  resolveLinks && event.type === LINK_TYPE ? { event: log.resolveLink(event), link: event } : { event };

/** The serialized `ReadResp` for an event. Without link and with text ids it is what was stored, untouched. */
export const eventResponse = ({ event, link }: ReadEvent, uuids: UuidFormat): Buffer => {
  if (event && !link && uuids === 'string') return event.frame;
  const recorded = event && withUuid(event.message, uuids);
  const linked = link && withUuid(link.message, uuids);
  const position = (link ?? event)?.position ?? 0n;
  const size =
    (recorded ? fieldSize(recorded.length) : 0) + (linked ? fieldSize(linked.length) : 0) + 1 + uint64Size(position);
  const bytes = Buffer.allocUnsafe(fieldSize(size));
  let at = writeHead(bytes, 0, tag(1, 2), size);
  if (recorded) at = writeBytes(bytes, at, tag(1, 2), recorded);
  if (linked) at = writeBytes(bytes, at, tag(2, 2), linked);
  writeNumber(bytes, at, tag(3, 0), position);
  return bytes;
};

const serialize = (response: streams.ReadResp): Buffer => Buffer.from(response.serializeBinary());

export const confirmation = (subscriptionId: string): Buffer =>
  serialize(
    new streams.ReadResp().setConfirmation(
      new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(subscriptionId),
    ),
  );

export const caughtUp = (): Buffer => serialize(new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp()));

export const checkpoint = (position: bigint): Buffer =>
  serialize(
    new streams.ReadResp().setCheckpoint(
      new streams.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
    ),
  );

export const streamNotFound = (stream: string): Buffer =>
  serialize(
    new streams.ReadResp().setStreamNotFound(
      new streams.ReadResp.StreamNotFound().setStreamIdentifier(
        new shared.StreamIdentifier().setStreamName(Buffer.from(stream)),
      ),
    ),
  );
