import { pino, type DestinationStream, type LevelWithSilent, type Logger } from 'pino';

export interface LogOptions {
  /** On every line, so that the lines of several processes can be told apart. */
  readonly service: string;
  readonly level: LevelWithSilent;
  readonly to: DestinationStream;
}

/** JSON, a line an event. */
export const createLog = ({ service, level, to }: LogOptions): Logger =>
  pino({ level, base: { service }, timestamp: pino.stdTimeFunctions.isoTime }, to);

/** How pino-pretty makes lines readable for people. */
export const readable = { ignore: 'service', messageFormat: '{service}: {msg}', singleLine: true } as const;

/** Standard output (1) or standard error (2), whole lines at a time; on a terminal made readable for people. */
export const destination = async (fd: 1 | 2): Promise<DestinationStream> => {
  const { isTTY } = fd === 1 ? process.stdout : process.stderr;
  if (!isTTY) return pino.destination({ dest: fd, sync: true });
  const { default: pretty } = await import('pino-pretty');
  // In this process rather than in a worker thread: a line written just before the end is not lost.
  return pretty({ ...readable, destination: fd, sync: true });
};

/** Passes on a line that another process wrote: as it is when it is a log line, wrapped into one when it is anything else. */
export const passOn =
  (to: DestinationStream) =>
  (service: string, line: string): void => {
    const isLogLine = line.startsWith('{"level":');
    to.write(`${isLogLine ? line : JSON.stringify({ level: 50, time: new Date(), service, msg: line })}\n`);
  };
