/**
 * Whether a rejection that nobody handled is one that the client of EventStoreDB leaves alone: of appends that stand in line to
 * be written when their connection ends, it rejects the writes where nothing listens (`batchAppend.js` awaits them within the
 * executor of a promise). What becomes of such an append is told by its own time-out, which sends it again.
 */
export const isUnheardWrite = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'number' &&
  'details' in error &&
  (error.stack?.includes('.batchAppend ') ?? false);
