import type { StoredEvent } from '../../log.ts';
import { LINK_TYPE, readDetails } from '../../storedEvent.ts';
import { subjectOf, type Message } from './message.ts';

/** The stream a message is pinned by: of a link, resolved or not, the stream it points to. */
export const sourceStreamOf = (message: Message): string => {
  const event = subjectOf(message);
  if (event.type !== LINK_TYPE) return event.stream;
  const target = readDetails(event).data.toString('utf8');
  const separator = target.indexOf('@');
  return separator === -1 ? target : target.slice(separator + 1);
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // Metadata is the writer's own; what is not JSON names no correlation.
    return undefined;
  }
};

/** The `$correlationId` in an event's metadata, if there is one. */
export const correlationOf = (event: StoredEvent): string | undefined => {
  const metadata = parseJson(readDetails(event).metadata.toString('utf8'));
  if (typeof metadata !== 'object' || metadata === null || !('$correlationId' in metadata)) return undefined;
  return typeof metadata.$correlationId === 'string' ? metadata.$correlationId : undefined;
};
