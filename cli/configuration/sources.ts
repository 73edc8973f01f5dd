import { variables, type Variable } from './configuration.ts';

/** Values as text, by variable. */
export type Settings = Readonly<Partial<Record<Variable, string>>>;

export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the data folder holds: the secrets kept there, and the addresses of the system that runs on it. */
  readonly folder: Settings;
}

/** Where a value comes from. The environment goes before the data folder, that before the default. */
export type Source = 'environment' | 'data folder' | 'default';

export const sourceOf = (name: Variable, { environment, folder }: Sources): Source => {
  if (isSet(environment[name])) return 'environment';
  return isSet(folder[name]) && !isSuperseded(name, environment) ? 'data folder' : 'default';
};

/** The text of every variable that is set, from the source that counts. */
export const merge = (sources: Sources): Settings =>
  Object.fromEntries(variables.map((name) => [name, textOf(name, sources)]));

const textOf = (name: Variable, sources: Sources): string | undefined => {
  const source = sourceOf(name, sources);
  switch (source) {
    case 'environment':
      return sources.environment[name];
    case 'data folder':
      return sources.folder[name];
    case 'default':
      return undefined;
  }
};

const isSet = (value: string | undefined): value is string => value !== undefined && value !== '';

/** Whoever names a JWKS has no use for the secret that the folder keeps. */
const isSuperseded = (name: Variable, environment: Sources['environment']): boolean =>
  name === 'JWT_SECRET' && isSet(environment.JWKS_URL);
