import type { Logger } from 'pino';
import type { RunningService } from '../../eventstore/health.ts';
import { createApp } from '../http/app.ts';
import { startProbe } from '../http/probe.ts';
import { listen } from '../http/server.ts';
import { migrate } from './migrate.ts';
import { profileRoutes } from './routes.ts';
import { createProfileStore } from './store.ts';

export interface ProfilesDependencies {
  /** The profiles' own database, which no rebuild of a read model touches. */
  readonly databaseUrl: string;
  /** What other services must show; at least 32 characters. */
  readonly serviceToken: string;
  readonly host: string;
  /** 0: a free port. */
  readonly port: number;
  readonly log: Logger;
}

/**
 * Keeps names and e-mail addresses, the only personal data there are, for the gateway and notifications. Starts whether
 * or not the database is there, answers 503 until it is, and migrates it then.
 * @throws when the port is taken.
 */
export const start = async (dependencies: ProfilesDependencies): Promise<RunningService & { readonly url: string }> => {
  const { databaseUrl, serviceToken, host, port, log } = dependencies;
  const store = createProfileStore(databaseUrl, log);
  let migrated = false;
  const ask = async (): Promise<void> => {
    if (!migrated) await migrate(databaseUrl, log);
    migrated = true;
    await store.ping();
  };
  const probe = startProbe({ name: 'profiles database', ask, log });
  const health = () => ({ database: probe.check() });
  try {
    const app = createApp(profileRoutes(store, serviceToken, health), log);
    const server = await listen(app, { host, port });
    await probe.asked;
    const stop = async (): Promise<void> => {
      await Promise.all([server.stop(), probe.stop()]);
      await store.close();
    };
    let stopping: Promise<void> | undefined;
    return { url: server.url, health, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await probe.stop();
    await store.close();
    throw error;
  }
};
