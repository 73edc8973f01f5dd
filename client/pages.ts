import * as E from 'fp-ts/lib/Either.js';
import type { Answered, Each } from './answer.ts';

/** A page of a list, and where the next one begins. */
export interface Page<A> {
  readonly items: ReadonlyArray<A>;
  readonly next: string | undefined;
}

/** Everything on all pages, each asked for when the one before it is used up. */
export async function* throughPages<A>(pageAt: (cursor: string | undefined) => Answered<Page<A>>): Each<A> {
  let cursor: string | undefined;
  do {
    const page = await pageAt(cursor);
    if (E.isLeft(page)) {
      yield page;
      return;
    }
    for (const item of page.right.items) yield E.right(item);
    cursor = page.right.next;
  } while (cursor !== undefined);
}
