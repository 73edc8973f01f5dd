import { pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';
import type { PrettyStream } from 'pino-pretty';

export interface LogOptions {
  /** On every line, so that the lines of several processes can be told apart. */
  readonly service: string;
  readonly level: LevelWithSilent;
  /** File descriptor: 1 for standard output, 2 for standard error. */
  readonly to: 1 | 2;
}

/** JSON, a line an event; on a terminal the same lines for people. */
export const createLog = async ({ service, level, to }: LogOptions): Promise<Logger> =>
  pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime }, await destination(to));

/** Where lines go: also for lines that another process has written. */
export const destination = async (to: 1 | 2): Promise<DestinationStream> =>
  isTerminal(to) ? pretty(to) : pino.destination({ dest: to, sync: true });

const isTerminal = (to: 1 | 2): boolean => (to === 1 ? process.stdout.isTTY : process.stderr.isTTY) === true;

/** In this process rather than in a worker thread: a line written just before the end is not lost. */
const pretty = async (to: 1 | 2): Promise<PrettyStream> => {
  const { default: create } = await import('pino-pretty');
  return create({
    destination: to,
    sync: true,
    ignore: 'service',
    messageFormat: '{service}: {msg}',
    singleLine: true,
  });
};
