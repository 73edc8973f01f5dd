import { freeSlots, type Consumer } from './consumer.ts';
import type { Message } from './message.ts';
import type { Strategy } from './strategies.ts';

/** As many as the real server has (`PinnedConsumerState.MaxBucketCount`). */
const bucketCount = 1024;

interface Bucket {
  owner: Consumer | undefined;
  inFlight: number;
}

/** FNV-1a, 32 bits: only an even and lasting spread is needed, and nobody outside sees which bucket a key has. */
const bucketOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % bucketCount;
};

/** Messages with the same key go to the same consumer as long as it stays and no other joins. */
export const createPinning = (keyOf: (message: Message) => string): Strategy => {
  const consumers = new Set<Consumer>();
  const buckets: Bucket[] = Array.from({ length: bucketCount }, () => ({ owner: undefined, inFlight: 0 }));
  const ownedBy = (owner: Consumer) => buckets.filter((bucket) => bucket.owner === owner);
  // A waiting message is offered again and again, and its key may have to be parsed out of its metadata.
  const known = new WeakMap<Message, Bucket>();

  const bucketFor = (message: Message): Bucket => {
    const bucket = known.get(message) ?? buckets[bucketOf(keyOf(message))];
    if (bucket === undefined) throw new RangeError(`A bucket index must be below ${bucketCount}.`);
    known.set(message, bucket);
    return bucket;
  };

  const leastLoaded = (): Consumer | undefined => {
    const loads = [...consumers].map((consumer) => ({ consumer, load: ownedBy(consumer).length }));
    return loads.sort((one, other) => one.load - other.load)[0]?.consumer;
  };

  /** Takes from each consumer what is above an even share for the newcomer, buckets with nothing in flight first. */
  const rebalance = (newcomer: Consumer) => {
    const assigned = buckets.filter((bucket) => bucket.owner !== undefined).length;
    const share = Math.ceil(assigned / consumers.size);
    for (const consumer of consumers) {
      const owned = ownedBy(consumer).sort((one, other) => one.inFlight - other.inFlight);
      for (const bucket of owned.slice(0, Math.max(0, owned.length - share))) {
        bucket.owner = newcomer;
        bucket.inFlight = 0;
      }
    }
  };

  return {
    added: (consumer) => {
      consumers.add(consumer);
      rebalance(consumer);
    },
    removed: (consumer) => {
      consumers.delete(consumer);
      for (const bucket of ownedBy(consumer)) {
        bucket.owner = undefined;
        bucket.inFlight = 0;
      }
    },
    choose: (message) => {
      if (![...consumers].some((consumer) => freeSlots(consumer) > 0)) return 'full';
      const bucket = bucketFor(message);
      bucket.owner ??= leastLoaded();
      if (bucket.owner === undefined || freeSlots(bucket.owner) <= 0) return 'skipped';
      bucket.inFlight += 1;
      return bucket.owner;
    },
    released: (consumer, message) => {
      const bucket = bucketFor(message);
      if (bucket.owner === consumer && bucket.inFlight > 0) bucket.inFlight -= 1;
    },
  };
};
