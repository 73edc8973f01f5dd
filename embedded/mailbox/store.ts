import { open, type Database, type RangeOptions } from 'lmdb';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { header, headOf } from './headers.ts';
import { claim } from './owner.ts';

/** A letter as it is kept, but for its source. */
export type StoredLetter = {
  /** Counts from 1, in the order of arrival, over the whole life of the folder. */
  id: number;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** The recipients of the SMTP envelope, in lower case. */
  recipients: string[];
  messageId?: string;
  orderId?: string;
  orderStatus?: string;
  /** The header section as it came. */
  head: Buffer;
};

export type Filter = { order?: string; to?: string; before?: number; limit: number };

export type Counts = {
  /** All letters ever received, dropped and deleted ones included. */
  received: number;
  kept: number;
  /** Different Message-IDs among the kept letters. */
  distinctMessageIds: number;
  /** Kept letters whose Message-ID an older kept letter has too. */
  duplicates: number;
};

export type Store = ReturnType<typeof openStore>;

/**
 * Letters on disk, in lmdb: whatever moment the process is killed at, a letter is there whole or not at all, and
 * letters that arrive together share one fsync.
 * @param keep how many letters are kept; the oldest are dropped first.
 * @throws when another process uses the folder.
 */
export function openStore(data: string, keep: number) {
  mkdirSync(data, { recursive: true });
  const root = open({ path: join(data, 'letters.mdb'), maxDbs: 8 });
  const letters: Database<StoredLetter, number> = root.openDB({ name: 'letters', keyEncoding: 'uint32' });
  const sources: Database<Buffer, number> = root.openDB({ name: 'sources', keyEncoding: 'uint32', encoding: 'binary' });
  const totals: Database<number, string> = root.openDB({ name: 'totals' });
  const openIndex = (name: string): Database<number, string> =>
    root.openDB({ name, dupSort: true, encoding: 'ordered-binary' });
  const indexes = { order: openIndex('order'), to: openIndex('to'), messageId: openIndex('messageId') };
  const release = claim(root, data);

  const index = (letter: StoredLetter, change: 'put' | 'remove'): void => {
    if (letter.orderId !== undefined) void indexes.order[change](indexKey(letter.orderId), letter.id);
    if (letter.messageId !== undefined) void indexes.messageId[change](indexKey(letter.messageId), letter.id);
    for (const address of letter.recipients) void indexes.to[change](indexKey(address), letter.id);
  };
  const drop = (upTo: number): void => {
    for (const { key, value } of [...letters.getRange({ end: upTo + 1 })]) {
      index(value, 'remove');
      void letters.remove(key);
      void sources.remove(key);
    }
  };
  const idsOf = (order: string | undefined, to: string | undefined, range: RangeOptions): Iterable<number> => {
    if (order !== undefined) return indexes.order.getValues(indexKey(order), range);
    if (to !== undefined) return indexes.to.getValues(indexKey(to), range);
    return letters.getKeys(range);
  };
  const received = (): number => totals.get('received') ?? 0;

  return {
    /** Fulfilled with the letter's id once it is on disk. */
    append: (source: Buffer, recipients: readonly string[]): Promise<number> =>
      root.transaction(() => {
        const id = received() + 1;
        const letter = toLetter(id, source, recipients);
        void letters.put(id, letter);
        void sources.put(id, source);
        index(letter, 'put');
        void totals.put('received', id);
        if (id > keep) drop(id - keep);
        return id;
      }),

    /** The letters that match, newest first. */
    list({ order, to, before, limit }: Filter): StoredLetter[] {
      const range = { reverse: true, ...(before !== undefined && { start: before - 1 }) };
      const found: StoredLetter[] = [];
      for (const id of idsOf(order, to, range)) {
        if (found.length === limit) break;
        const letter = letters.get(id);
        if (letter !== undefined && (to === undefined || letter.recipients.includes(to))) found.push(letter);
      }
      return found;
    },

    get: (id: number): StoredLetter | undefined => letters.get(id),
    source: (id: number): Buffer | undefined => sources.get(id),

    counts(): Counts {
      const distinctMessageIds = indexes.messageId.getKeysCount();
      const duplicates = indexes.messageId.getCount() - distinctMessageIds;
      return { received: received(), kept: letters.getCount(), distinctMessageIds, duplicates };
    },

    clear: (): Promise<void> => root.transaction(() => drop(received())),

    async close(): Promise<void> {
      release();
      await root.close();
    },
  };
}

function toLetter(id: number, source: Buffer, recipients: readonly string[]): StoredLetter {
  const head = headOf(source);
  return {
    id,
    receivedAt: Date.now(),
    recipients: recipients.map((address) => address.toLowerCase()),
    messageId: header(head, 'Message-ID'),
    orderId: header(head, 'X-Order-Id'),
    orderStatus: header(head, 'X-Order-Status'),
    head,
  };
}

/** lmdb's keys are at most 1,978 bytes; what letters are looked up by is far shorter. */
const indexKey = (value: string): string => value.slice(0, 400);
