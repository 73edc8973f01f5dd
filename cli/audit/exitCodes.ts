/** Of the commands that tell a history. Stable: scripts depend on them. 1 and 2 are those of every command. */
export const exitCodes = { done: 0, failed: 1, wrongUsage: 2, notFound: 3 } as const;

export const exitCodesHelp = `
Exit codes: 0 told, 1 failed, 2 wrong usage, 3 the log knows nothing of it.`;
