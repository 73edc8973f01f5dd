/**
 * Something this process needs is away: the event store, profiles, mail. Not the message's fault: whoever consumes stops,
 * waits and resumes, and nothing counts as a failed try.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly dependency: string;

  constructor(dependency: string, cause: unknown) {
    super(`${dependency} is away: ${messageOf(cause)}`, { cause });
    this.dependency = dependency;
  }
}

/** This message cannot be handled yet, others can: it is kept and tried again later, and counts as no failed try. */
export class Deferred extends Error {
  override readonly name = 'Deferred';
}

/** An event written by newer code than this. Not poison: the consumer stops its topic until it is upgraded. */
export class NewerVersion extends Error {
  override readonly name = 'NewerVersion';
}

/** An event that its codec refuses, or one that stands where it cannot stand. */
export class Undecodable extends Error {
  override readonly name = 'Undecodable';
}

/** The text of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
