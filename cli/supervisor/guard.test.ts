import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { startGuard } from './guard.ts';

/** A process that does not react to anything but SIGKILL. */
const hangingProcess = () => spawn(process.execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' });

const never = (error: Error): never => {
  throw error;
};

const pidOf = ({ pid }: { readonly pid?: number }): number => {
  if (pid === undefined) throw new Error('Expected a process.');
  return pid;
};

// All that a guard sees of its supervisor's death is that the pipe ends, as it does here.
describe('the guard', () => {
  it('kills what is left on its list some time after the pipe has ended', async () => {
    const hanging = hangingProcess();
    const guard = startGuard(200, never);
    guard.add(pidOf(hanging));
    const exit = once(hanging, 'exit');
    guard.close();
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('leaves alone what was taken off its list', async () => {
    const [kept, removed] = [hangingProcess(), hangingProcess()];
    const guard = startGuard(50, never);
    for (const each of [kept, removed]) guard.add(pidOf(each));
    guard.remove(pidOf(removed));
    const exit = once(kept, 'exit');
    guard.close();
    await exit;
    expect(removed.exitCode ?? removed.signalCode).toBeNull();
    removed.kill('SIGKILL');
    await once(removed, 'exit');
  });
});
