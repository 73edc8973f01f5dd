import type { Configuration } from '../configuration/configuration.ts';
import { maskUrl } from '../configuration/mask.ts';
import type { Settings } from '../configuration/sources.ts';
import type { DataFolder } from '../data/folder.ts';
import type { ServiceName } from '../services.ts';
import type { Addresses, Ready } from '../supervisor/ready.ts';
import { startInfrastructure } from './infrastructure.ts';
import { addressOf, portOf, type Launch } from './launch.ts';
import { untilReady } from './readiness.ts';

/** A whole system that is ready. */
export interface System {
  /** Where people and programs reach it; fit to be printed. */
  readonly addresses: Addresses;
  /** The variables that tell further processes where it is; their URLs hold passwords. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The order of stopping: first what takes requests, last what the others stand on. */
export const stages: ReadonlyArray<ReadonlyArray<string>> = [
  ['gateway'],
  ['orders', 'billing', 'notifications', 'profiles'],
  ['projections'],
  ['eventstoredb', 'postgres', 'mailbox'],
];

/** Where the gateway listens unless told otherwise. */
export const defaultPort = 8080;

/** Milliseconds: everything is started already, so this is for migrations and first connections. */
const patience = { needed: 60_000, readModels: 15_000 };

/**
 * Starts everything, each process as soon as what it needs is there. Fulfilled once every one of them is ready; only read
 * models may be unready for long: one that stopped at an event keeps nobody from ordering, and is mended while all runs.
 * @param warn hears that read models are not ready
 */
export const startSystem = async (
  configuration: Configuration,
  folder: DataFolder,
  launch: Launch,
  warn: (message: string) => void,
): Promise<System> => {
  const { eventStore, databases, mailbox } = startInfrastructure(configuration, folder, launch);
  const mail = mailbox.then(({ SMTP_URL }) => ({ SMTP_URL }));
  const start = createStart(launch);
  const profiles = configuration.PROFILES_URL ?? start('profiles', [databases]);
  const directory = profilesAddress(profiles);
  const [gateway, projections, ...others] = await Promise.all([
    start('gateway', [eventStore, databases, directory], configuration),
    start('projections', [eventStore, databases]),
    start('orders', [eventStore]),
    start('billing', [eventStore]),
    start('notifications', [eventStore, directory, mail]),
  ]);
  const own = typeof profiles === 'string' ? [] : [await profiles];
  await Promise.all([gateway, ...others, ...own].map(({ name, health }) => untilReady(name, health, patience.needed)));
  await untilReady(projections.name, projections.health, patience.readModels).catch((error: unknown) =>
    warn(`${String(error)}. All else runs; \`orderflow projections list\` says what to do.`),
  );
  const found = { ...(await eventStore), ...(await databases), ...(await directory), ...(await mail) };
  const environment = { ...tokenSettings(configuration), ...found };
  const reached = { gateway: addressOf(gateway, 'url'), mailbox: (await mailbox).page };
  return { environment, addresses: { ...onlySet(reached), ...shown(configuration, environment) } };
};

interface Started extends Ready {
  readonly name: ServiceName;
}

type Start = (
  name: ServiceName,
  needs: ReadonlyArray<Promise<Settings>>,
  on?: Pick<Configuration, 'HOST' | 'PORT'>,
) => Promise<Started>;

/** Services listen where nobody else can reach them, except the one that is told where. */
const createStart =
  (launch: Launch): Start =>
  async (name, needs, on) => {
    const found = await Promise.all(needs);
    const settings = found.reduce<Settings>((all, each) => ({ ...all, ...each }), { HOST: on?.HOST ?? '127.0.0.1' });
    const firstPort = on === undefined ? '0' : String(on.PORT ?? defaultPort);
    const args = ({ url }: Addresses) => ['start', name, '--port', url === undefined ? firstPort : portOf(url)];
    return { name, ...(await launch({ name, args, settings })) };
  };

/** What else a token must have, beside the right signature. */
const tokenSettings = ({ JWKS_URL, JWT_ISSUER, JWT_AUDIENCE }: Configuration): Readonly<Record<string, string>> =>
  onlySet({ JWKS_URL, JWT_ISSUER, JWT_AUDIENCE });

const onlySet = (all: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const profilesAddress = async (profiles: string | Promise<Ready>): Promise<{ readonly PROFILES_URL: string }> => ({
  PROFILES_URL: typeof profiles === 'string' ? profiles : addressOf(await profiles, 'url'),
});

/** Without the passwords that the operator's own URLs hold. That of the embedded Postgres is there to be used. */
const shown = (
  { EVENTSTORE_URL, DATABASE_URL, PROFILES_DATABASE_URL, PROFILES_URL, SMTP_URL }: Configuration,
  environment: System['environment'],
): Addresses => {
  const show = (name: string, given: string | undefined): string | undefined => {
    const url = environment[name];
    return url === undefined || given === undefined ? url : maskUrl(url);
  };
  return onlySet({
    database: show('DATABASE_URL', DATABASE_URL),
    profilesDatabase: show('PROFILES_DATABASE_URL', PROFILES_DATABASE_URL ?? DATABASE_URL),
    eventStore: show('EVENTSTORE_URL', EVENTSTORE_URL),
    profiles: show('PROFILES_URL', PROFILES_URL),
    smtp: show('SMTP_URL', SMTP_URL),
  });
};
