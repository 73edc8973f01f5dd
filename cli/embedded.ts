import type { Logger } from 'pino';
import { decode } from './configuration/decode.ts';
import { orFail } from './configuration/faults.ts';
import { createLog, destination } from './log.ts';
import { host } from './supervisor/host.ts';
import type { Hosted } from './supervisor/hosted.ts';

/** Runs a part of the embedded infrastructure as the whole life of this process. */
export const runEmbedded = async (service: string, start: (log: Logger) => Promise<Hosted>): Promise<void> => {
  const { LOG_LEVEL: level, STOP_TIMEOUT_MS: stopTimeoutMs } = orFail(decode({ environment: process.env, folder: {} }));
  const log = createLog({ service, level, to: await destination(1) });
  await host({ log, healthOn: { host: '127.0.0.1', port: 0 }, stopTimeoutMs }, () => start(log));
};
