import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { isEventType } from '../domain/events.ts';
import { faultsOf } from '../domain/faults.ts';
import { ProjectionName } from '../domain/skip/messages.ts';
import { text } from '../domain/text.ts';
import type { Projection, Table } from './projection.ts';

/** Whoever wrote a definition may not have had its types checked. */
const checked = <A>(name: string, is: (u: unknown) => u is A, expected: string): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(
    name,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context, `must be ${expected}`)),
    t.identity,
  );

/** Names that queries need not quote, and that the database does not cut off. */
const aName = '1 to 63 lower case letters, digits or "_", no digit first';
const Name = text('Name', /^[a-z_][a-z0-9_]{0,62}$/, aName);

const isName = (name: string): boolean => Name.is(name);

const Version = checked(
  'Version',
  (u): u is number => typeof u === 'number' && Number.isSafeInteger(u) && u > 0,
  'a whole number from 1 on',
);

const isFunction = (u: unknown): boolean => typeof u === 'function';
const Mapping = checked(
  'Mapping',
  (u): u is object => typeof u === 'object' && u !== null && Object.values(u).every(isFunction),
  'an object with a function for each type of event that changes rows',
);

const Shape = t.intersection([
  t.type({
    name: ProjectionName,
    version: Version,
    tables: t.array(
      t.intersection([
        t.type({ name: Name, key: t.array(t.string), columns: t.record(t.string, t.string) }),
        t.partial({ sums: t.array(Name), indexes: t.array(t.array(t.string)) }),
      ]),
    ),
    on: Mapping,
  }),
  t.partial({ previous: t.unknown }),
]);

const isShaped = (u: unknown): u is Projection => Shape.is(u);

const firstFault = (faults: ReadonlyArray<string | undefined>): string | undefined =>
  faults.find((fault) => fault !== undefined);

const repeated = (names: ReadonlyArray<string>): string | undefined =>
  names.find((name, n) => names.indexOf(name) !== n);

const columnsFault = ({ name, key, columns, sums = [], indexes = [] }: Table): string | undefined => {
  const declared = ['position', ...Object.keys(columns), ...sums];
  const misnamed = declared.find((column) => !isName(column));
  if (misnamed !== undefined) return `column ${misnamed} of ${name} must be named by ${aName}`;
  const twice = repeated(declared);
  if (twice !== undefined) return `${name} has two columns ${twice} (every table gets a position of its own)`;
  if (key.length === 0) return `${name} has no key, by which its rows are told apart`;
  const noColumn = [...key.filter((column) => !(column in columns)), ...indexes.flat()].find(
    (column) => !declared.includes(column) || sums.includes(column),
  );
  return noColumn && `key or index of ${name} names ${noColumn}, which is none of its columns`;
};

const namesFault = ({ tables, on }: Projection): string | undefined => {
  const twice = repeated(tables.map(({ name }) => name));
  if (twice !== undefined) return `there are two tables ${twice}`;
  const unknown = Object.keys(on).find((type) => !isEventType(type));
  return unknown && `there are no events ${unknown}: see domain/events.ts`;
};

/** The checkpoint, the skips and the slots of a projection are found by its name, and its definitions by their versions. */
const previousFault = ({ name, version, previous }: Projection): string | undefined => {
  if (previous === undefined) return undefined;
  if (previous.name !== name) return `previous is named ${previous.name}, and is to be of the same projection`;
  return previous.version < version ? undefined : `previous has version ${previous.version}, which is to be lower`;
};

const shapeFault = (u: unknown): string | undefined => {
  const shape = Shape.decode(u);
  return E.isLeft(shape)
    ? faultsOf(shape.left)
        .map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`.trimStart())
        .join('; ')
    : undefined;
};

/** What is wrong with something as a definition, `previous` included, and where; undefined when it is a projection. */
export const definitionFault = (u: unknown): string | undefined => {
  if (!isShaped(u)) return shapeFault(u);
  const fault = firstFault([namesFault(u), ...u.tables.map(columnsFault)]);
  if (fault !== undefined || u.previous === undefined) return fault;
  const earlier = definitionFault(u.previous);
  return earlier === undefined ? previousFault(u) : `previous: ${earlier}`;
};

export const isProjection = (u: unknown): u is Projection => definitionFault(u) === undefined;
