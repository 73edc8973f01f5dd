import * as E from 'fp-ts/lib/Either.js';
import type { Errors } from 'io-ts';
import { Configuration, isSecret, variables, type Variable } from './configuration.ts';
import { mask } from './mask.ts';
import { merge, type Settings, type Sources } from './sources.ts';

/** One thing wrong with the configuration, as a sentence about one variable. */
export interface Fault {
  readonly variable: Variable;
  readonly message: string;
}

/** Decodes what the sources hold, every fault at once. Whether all that is needed is there: see `configure`. */
export const decode = (sources: Sources): E.Either<ReadonlyArray<Fault>, Configuration> => {
  const found = merge(sources);
  const decoded = Configuration.decode(found);
  return E.isLeft(decoded) ? E.left(decoded.left.map((error) => faultOf(error, found))) : decoded;
};

const faultOf = (error: Errors[number], found: Settings): Fault => {
  const entry = error.context[1];
  const variable = variables.find((name) => name === entry?.key);
  if (entry === undefined || variable === undefined) throw new Error('Expected a fault of a variable, found another.');
  const message = `${variable}: expected ${entry.type.name}, found ${shown(variable, found[variable] ?? '')}`;
  return { variable, message };
};

const shown = (name: Variable, value: string): string =>
  isSecret(name) ? `${value.length} characters (not shown)` : JSON.stringify(mask(name, value));
