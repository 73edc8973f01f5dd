/** Of the commands that tell a history. Stable: scripts depend on them. 1 and 2 are those of every command. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, notFound: 3, doesNotAddUp: 4 } as const;
