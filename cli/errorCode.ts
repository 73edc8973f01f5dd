/**
 * Whether an error of Node's carries this code (ENOENT, EADDRINUSE, …). Not by `instanceof Error`, which fails for errors
 * from another realm, as every error of Node's is inside a test.
 */
export const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
