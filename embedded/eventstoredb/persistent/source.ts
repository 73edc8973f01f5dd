import type { StoredEvent } from '../log.ts';
import type { EventFilter } from '../filter.ts';

/** What a group reads: a stream, or `$all`. A place in a stream is a revision, one in `$all` a commit position. */
export type Source =
  | { readonly kind: 'stream'; readonly stream: string }
  | { readonly kind: 'all'; readonly filter: EventFilter | undefined };

/** The source's name in the protocol and in the names of the group's own streams. */
export const nameOf = (source: Source): string => (source.kind === 'stream' ? source.stream : '$all');

export const placeIn = (source: Source, event: StoredEvent): bigint =>
  source.kind === 'stream' ? event.revision : event.position;

/** A place as infos and checkpoints write it: `5`, or `C:1/P:1`. */
export const formatPlace = (source: Source, place: bigint): string =>
  source.kind === 'stream' ? `${place}` : `C:${place}/P:${place}`;

const positionPattern = /^C:(-?\d+)\/P:(-?\d+)$/;

/** The commit and prepare position of a text `C:1/P:1`. */
export const parsePosition = (text: string): { readonly commit: bigint; readonly prepare: bigint } => {
  const [, commit, prepare] = positionPattern.exec(text) ?? [];
  if (commit === undefined || prepare === undefined) {
    throw new SyntaxError(`Expected a position such as C:1/P:1, found ${JSON.stringify(text)}.`);
  }
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};

/** Reads what `formatPlace` wrote. -1 is the end. */
export const parsePlace = (source: Source, text: string): bigint =>
  source.kind === 'stream' ? BigInt(text) : parsePosition(text).commit;
