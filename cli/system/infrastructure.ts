import type { Configuration } from '../configuration/configuration.ts';
import type { DataFolder } from '../data/folder.ts';
import { Failure } from '../failure.ts';
import { addressOf, portOf, type Launch } from './launch.ts';

/** Where the infrastructure is, as the variables that say so. */
export interface Infrastructure {
  readonly eventStore: Promise<{ readonly EVENTSTORE_URL: string }>;
  readonly databases: Promise<{ readonly DATABASE_URL: string; readonly PROFILES_DATABASE_URL: string }>;
  /** `page` is where letters can be looked at: nowhere of ours when the mailbox is not. */
  readonly mailbox: Promise<{ readonly SMTP_URL: string; readonly page: string | undefined }>;
}

/** Starts each part of the embedded infrastructure that the configuration does not replace, all at the same time. */
export const startInfrastructure = (
  configuration: Configuration,
  folder: DataFolder,
  launch: Launch,
): Infrastructure => ({
  eventStore: startEventStore(configuration, folder, launch),
  databases: startDatabases(configuration, folder, launch),
  mailbox: startMailbox(configuration, folder, launch),
});

const startEventStore = async ({ EVENTSTORE_URL }: Configuration, folder: DataFolder, launch: Launch) => {
  if (EVENTSTORE_URL !== undefined) return { EVENTSTORE_URL };
  const ready = await launch({
    name: 'eventstoredb',
    args: ({ esdb }) => ['eventstoredb', '--data', folder.eventStore, '--port', portOf(esdb)],
  });
  return { EVENTSTORE_URL: addressOf(ready, 'esdb') };
};

const startDatabases = async (configuration: Configuration, folder: DataFolder, launch: Launch) => {
  const { DATABASE_URL, PROFILES_DATABASE_URL } = configuration;
  if (DATABASE_URL !== undefined) {
    return { DATABASE_URL, PROFILES_DATABASE_URL: PROFILES_DATABASE_URL ?? (await databaseBeside(DATABASE_URL)) };
  }
  const ready = await launch({
    name: 'postgres',
    args: ({ orderflow }) => ['postgres', '--data', folder.postgres, '--port', portOf(orderflow)],
  });
  return {
    DATABASE_URL: addressOf(ready, 'orderflow'),
    PROFILES_DATABASE_URL: PROFILES_DATABASE_URL ?? addressOf(ready, 'profiles'),
  };
};

/** The database for profiles on the server of another one; made when it is missing. */
const databaseBeside = async (database: string): Promise<string> => {
  const url = new URL(database);
  const name = `${decodeURIComponent(url.pathname.slice(1)) || url.username}_profiles`;
  const { createDatabases } = await import('../../embedded/postgres/databases.ts');
  await createDatabases(database, [name]).catch((cause: unknown) => {
    throw new Failure(
      `Cannot make the database ${name} beside that of DATABASE_URL: ${String(cause)}. ` +
        'Create it yourself, or set PROFILES_DATABASE_URL to another.',
      { cause },
    );
  });
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
};

const startMailbox = async ({ SMTP_URL }: Configuration, folder: DataFolder, launch: Launch) => {
  if (SMTP_URL !== undefined) return { SMTP_URL, page: undefined };
  const ready = await launch({
    name: 'mailbox',
    args: ({ smtp, page }) => [
      ...['mailbox', '--data', folder.mailbox],
      ...['--smtp-port', portOf(smtp), '--http-port', portOf(page)],
    ],
  });
  return { SMTP_URL: addressOf(ready, 'smtp'), page: addressOf(ready, 'page') };
};
