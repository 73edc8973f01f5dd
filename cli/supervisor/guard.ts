import { spawn } from 'node:child_process';

/**
 * Keeps a list of pids ("+ pid", "- pid"). The end of the pipe means that the supervisor died: its children see that too
 * and stop by themselves; what is left of them after the grace (in twentieths of a second) cannot, and is killed.
 */
const script = `
pids=""
without() { for each in $pids; do [ "$each" = "$1" ] || printf '%s ' "$each"; done; }
alive() { for each in $pids; do kill -0 "$each" 2>/dev/null && printf '%s ' "$each"; done; }
while read -r change pid; do
  if [ "$change" = + ]; then pids="$pids $pid"; else pids=$(without "$pid"); fi
done
tries=$1
while pids=$(alive); [ -n "$pids" ] && [ "$tries" -gt 0 ]; do tries=$((tries - 1)); sleep 0.05; done
[ -z "$pids" ] || kill -KILL $pids
`;

export interface Guard {
  readonly add: (pid: number) => void;
  readonly remove: (pid: number) => void;
  /** To be called once every process on the list has ended. */
  readonly close: () => void;
}

/**
 * Sees to it that no process outlives a supervisor that was killed, not even one that hangs.
 * A shell in a session of its own blocks on a pipe whose other end only this process holds: the kernel closes that end
 * however this process dies.
 */
export const startGuard = (graceMs: number, lost: (error: Error) => void): Guard => {
  const shell = spawn('/bin/sh', ['-c', script, 'orderflow-guard', String(Math.ceil(graceMs / 50))], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.once('error', lost);
  shell.stdin.once('error', lost);
  shell.unref();
  return {
    add: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    remove: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => void shell.stdin.end(),
  };
};
