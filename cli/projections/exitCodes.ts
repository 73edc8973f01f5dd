/** Stable: scripts depend on them. 1 and 2 are those of every command; interrupted is 128 and the number of the signal. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, differs: 3, SIGINT: 130, SIGTERM: 143 } as const;
