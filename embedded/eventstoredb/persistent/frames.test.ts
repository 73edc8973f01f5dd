import persistent from '@eventstore/db-client/generated/persistent_pb.js';
import { expect, it } from '@jest/globals';
import { newMessage, replayedMessage } from './engine/message.ts';
import { storedEvent } from './engine/testing.ts';
import { deliveryFrame } from './frames.ts';

const decode = (frame: Buffer) => persistent.ReadResp.deserializeBinary(frame).getEvent();
const id = 'a0b1c2d3-e4f5-4678-9abc-def012345678';

it('carries event, position and retry count', () => {
  const message = newMessage(storedEvent(300, { id }), 300n);
  message.retryCount = 130;
  const event = decode(deliveryFrame(message, 'string'));
  expect(event?.getEvent()?.getId()?.getString()).toBe(id);
  expect(event?.getEvent()?.getStreamRevision()).toBe('300');
  expect(event?.getCommitPosition()).toBe('300');
  expect(event?.getRetryCount()).toBe(130);
  expect(event?.hasLink()).toBe(false);
});

it('says that a message was never retried', () => {
  const event = decode(deliveryFrame(newMessage(storedEvent(0), 0n), 'string'));
  expect([event?.hasRetryCount(), event?.getRetryCount()]).toEqual([true, 0]);
});

it('gives an event that comes through a link the position of the link', () => {
  const event = decode(deliveryFrame(replayedMessage(storedEvent(70_000), storedEvent(2)), 'string'));
  expect(event?.getEvent()?.getStreamRevision()).toBe('2');
  expect(event?.getEvent()?.getCommitPosition()).toBe('70000');
  expect(event?.getEvent()?.getPreparePosition()).toBe('70000');
  expect(event?.getCommitPosition()).toBe('70000');
  expect(event?.getLink()?.getStreamRevision()).toBe('70000');
});

it('carries only the link when it cannot be resolved', () => {
  const event = decode(deliveryFrame(newMessage(storedEvent(4), 4n, { target: undefined }), 'string'));
  expect(event?.hasEvent()).toBe(false);
  expect(event?.getLink()?.getStreamRevision()).toBe('4');
});

it('gives the id as two numbers to those who ask for that', () => {
  const event = decode(deliveryFrame(newMessage(storedEvent(4, { id }), 4n), 'structured'))?.getEvent();
  const halves = event?.getId()?.getStructured();
  const most = BigInt.asUintN(64, BigInt(halves?.getMostSignificantBits() ?? 0));
  const least = BigInt.asUintN(64, BigInt(halves?.getLeastSignificantBits() ?? 0));
  expect(most.toString(16) + least.toString(16)).toBe(id.replaceAll('-', ''));
  expect(event?.getStreamRevision()).toBe('4');
});
