/** Of the commands that tell a history. Stable: scripts depend on them. 1 and 2 are those of every command. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, notFound: 3, doesNotAddUp: 4 } as const;

/** Of `audit verify`: whoever asks whether something is wrong must not take for an answer that nobody could tell. */
export const verifyExitCodes = { clean: 0, breaches: 1, notRun: 2 } as const;
