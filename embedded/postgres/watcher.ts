import { spawn } from 'node:child_process';

/**
 * Reads a pid, then waits. A second line means that the process ended as it should; the end of the pipe means that the
 * launcher died: stop the process as `shutdownSteps` says, with 2 s for the fast way.
 */
const script = `
gone_within() {
  tries=$1
  while kill -0 "$pid" 2>/dev/null; do
    tries=$((tries - 1)); [ "$tries" -gt 0 ] || return 1
    sleep 0.05
  done
}
read -r pid || exit 0
read -r ended && exit 0
kill -INT "$pid" 2>/dev/null; gone_within 40 && exit 0
kill -QUIT "$pid" 2>/dev/null; gone_within 140 && exit 0
kill -KILL "$pid" 2>/dev/null
`;

export type Watcher = {
  /** Names the process that must not outlive this one. */
  watch: (pid: number) => void;
  /** To be called once that process has ended. */
  release: () => void;
};

/**
 * Starts a shell, in a session of its own, that blocks on a pipe whose other end only this process holds. The kernel
 * closes that end however this process dies, SIGKILL included, which no handler of ours could promise.
 * @param lost hears when the shell cannot be started or has died, so that nothing watches any more.
 */
export function startWatcher(lost: (error: Error) => void): Watcher {
  const shell = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.once('error', lost);
  shell.stdin.once('error', lost);
  shell.unref();
  return {
    watch: (pid) => void shell.stdin.write(`${pid}\n`),
    release: () => void shell.stdin.end('ended\n'),
  };
}
