export type ShutdownStep = { signal: NodeJS.Signals; waitMs: number };

/** How long PostgreSQL lets sessions hang after SIGQUIT before it kills them (SIGKILL_CHILDREN_AFTER_SECS). */
const killsSessionsAfterMs = 5_000;

/**
 * The ways to stop a server, each tried when the one before did not do within its time. Fast: sessions are ended, all is
 * written. Immediate: the next start recovers from the log. Killing the server itself comes last, for it leaves behind
 * sessions that hang, and they keep the next server from the folder.
 * (https://www.postgresql.org/docs/18/server-shutdown.html)
 */
export const shutdownSteps = (timeoutMs: number): ShutdownStep[] => [
  { signal: 'SIGINT', waitMs: timeoutMs },
  { signal: 'SIGQUIT', waitMs: killsSessionsAfterMs + timeoutMs },
  { signal: 'SIGKILL', waitMs: timeoutMs },
];
