import * as E from 'fp-ts/lib/Either.js';
import { exampleSecrets, type Configuration, type Variable, type WithoutDefault, type With } from './configuration.ts';
import { decode, type Fault } from './decode.ts';
import { sourceOf, type Sources } from './sources.ts';

/** What a process needs of its configuration. */
export interface Needs<Name extends WithoutDefault> {
  readonly variables: ReadonlyArray<Name>;
  /** Whether it checks the tokens of users. */
  readonly tokens: boolean;
}

/** Decodes the sources and checks that all that is needed is there: the faults of both kinds at once. */
export const configure = <Name extends WithoutDefault>(
  needs: Needs<Name>,
  sources: Sources,
): E.Either<ReadonlyArray<Fault>, With<Name>> => {
  const decoded = decode(sources);
  const faults = [
    ...(E.isLeft(decoded) ? decoded.left : []),
    ...needs.variables.filter((name) => isMissing(name, sources)).map(missing),
    ...(needs.tokens ? tokenFaults(sources) : []),
    ...(sources.environment.NODE_ENV === 'production' ? productionFaults(needs, sources) : []),
  ];
  if (E.isLeft(decoded) || faults.length > 0) return E.left(faults);
  if (hasAll(needs.variables, decoded.right)) return E.right(decoded.right);
  throw new Error('Expected every variable that is not missing to be set.');
};

const isMissing = (name: Variable, sources: Sources): boolean => sourceOf(name, sources) === 'default';

const missing = (variable: Variable): Fault => ({ variable, message: `${variable}: missing, and needed here` });

const hasAll = <Name extends WithoutDefault>(names: ReadonlyArray<Name>, found: Configuration): found is With<Name> =>
  names.every((name) => found[name] !== undefined);

const tokenFaults = (sources: Sources): ReadonlyArray<Fault> => {
  const [noSecret, noKeys] = [isMissing('JWT_SECRET', sources), isMissing('JWKS_URL', sources)];
  if (noSecret && noKeys) return [{ variable: 'JWT_SECRET', message: 'JWT_SECRET: missing; set it, or JWKS_URL' }];
  if (noSecret || noKeys) return [];
  return [{ variable: 'JWKS_URL', message: 'JWKS_URL: set together with JWT_SECRET; set the one that signs tokens' }];
};

/** Production trusts nothing that is generated, written in the documentation, or left open. */
const productionFaults = (needs: Needs<WithoutDefault>, sources: Sources): ReadonlyArray<Fault> => [
  ...(needs.tokens && isMissing('JWKS_URL', sources) ? secretFaults('JWT_SECRET', sources) : []),
  ...(needs.tokens ? (['JWT_ISSUER', 'JWT_AUDIENCE'] as const).filter((name) => isMissing(name, sources)) : []).map(
    (variable) => ({ variable, message: `${variable}: missing, and needed with NODE_ENV=production` }),
  ),
  ...(needs.variables.includes('SERVICE_TOKEN') ? secretFaults('SERVICE_TOKEN', sources) : []),
];

const secretFaults = (variable: 'JWT_SECRET' | 'SERVICE_TOKEN', sources: Sources): ReadonlyArray<Fault> => {
  const source = sourceOf(variable, sources);
  switch (source) {
    case 'default':
      return [];
    case 'data folder':
      return [{ variable, message: `${variable}: missing; NODE_ENV=production takes it from the environment only` }];
    case 'environment':
      return exampleSecrets.has(sources.environment[variable] ?? '')
        ? [
            {
              variable,
              message: `${variable}: is the documentation's example; NODE_ENV=production needs one of your own`,
            },
          ]
        : [];
  }
};
