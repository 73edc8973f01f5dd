import type { EventType, RecordedEvent } from '../domain/events.ts';

/** What a column takes: anything that JSON can carry, and times. A bigint cannot be: amounts are safe integers. */
export type Value = string | number | boolean | null | Date | object;

/** A table of a projection. Every table also gets `position`: that of the last event that changed the row. */
export interface Table<Column extends string = string, Sum extends string = string> {
  readonly name: string;
  /** Columns that identify a row. */
  readonly key: ReadonlyArray<NoInfer<Column>>;
  /** Column name → type, and NOT NULL or DEFAULT, in SQL: other constraints would depend on which events share a batch. */
  readonly columns: Readonly<Record<Column, string>>;
  /**
   * Further columns, which are only ever added to: whole numbers of any size, 0 in a new row. Beside them no other column may
   * be NOT NULL without a DEFAULT.
   */
  readonly sums?: ReadonlyArray<Sum>;
  /** Columns of each further index. */
  readonly indexes?: ReadonlyArray<ReadonlyArray<NoInfer<Column> | 'position'>>;
}

/** What one event does to one row: sets the columns given, adds to the sums given, and nothing else. */
export interface Change {
  readonly table: Table;
  /** Whether the row is made when it is missing; else a missing row stays missing. */
  readonly creates: boolean;
  readonly row: Readonly<Record<string, Value>>;
  readonly sums: Readonly<Record<string, bigint>>;
}

/** Which events change which rows. Pure, so that the same log always gives the same rows. */
export type Mapping = {
  readonly [Type in EventType]?: (event: RecordedEvent<Type>) => ReadonlyArray<Change>;
};

/** A read model: its tables, and how the log fills them. Its queries stand in the same file. */
export interface Projection {
  /** Part of schema names: lower case letters and underscores. */
  readonly name: string;
  /** Raised when tables or mapping change. */
  readonly version: number;
  readonly tables: ReadonlyArray<Table>;
  readonly on: Mapping;
  /**
   * The definition of the version before: fills and describes the slot that is read until this version has caught up.
   * Dropped from the file once no database holds it any more.
   */
  readonly previous?: Projection;
}

/** The definition and those before it, newest first. */
export const definitionsOf = (projection: Projection): ReadonlyArray<Projection> =>
  projection.previous === undefined ? [projection] : [projection, ...definitionsOf(projection.previous)];

/** The definition of a version, or undefined when this code does not know it. */
export const definitionOf = (projection: Projection, version: number): Projection | undefined =>
  definitionsOf(projection).find((definition) => definition.version === version);

/** Declares a table; exists to infer the names of its columns. */
export const table = <Column extends string, Sum extends string = never>(
  declared: Table<Column, Sum>,
): Table<Column, Sum> => declared;

/**
 * Sets columns of a row, which is made when it is missing: name the key and every column that must not be null, also where
 * the row is there already. An event that does not is a bad event.
 */
export const put = <Column extends string, Given extends Column>(
  of: Table<Column>,
  row: Readonly<Record<Given, Value>>,
): Change => ({
  table: of,
  creates: true,
  row,
  sums: {},
});

/** Sets columns of a row that an earlier event has made: name the key and what changes. */
export const patch = <Column extends string, Given extends Column>(
  of: Table<Column>,
  row: Readonly<Record<Given, Value>>,
): Change => ({
  table: of,
  creates: false,
  row,
  sums: {},
});

/** Adds whole numbers to sums of a row, which is made when it is missing: name the key. */
export const add = <Column extends string, Sum extends string, Given extends Sum>(
  to: Table<Column, Sum>,
  key: Readonly<Record<NoInfer<Column>, Value>>,
  numbers: Readonly<Record<Given, number>>,
): Change => ({
  table: to,
  creates: true,
  row: key,
  sums: Object.fromEntries(Object.entries<number>(numbers).map(([sum, number]) => [sum, BigInt(number)])),
});

type MappingOf<Type extends EventType> = {
  readonly [T in Type]?: (event: RecordedEvent<T>) => ReadonlyArray<Change>;
};

/** The row changes of one event; none for a type that the mapping does not name. */
export const changesOf = <Type extends EventType>(
  on: MappingOf<Type>,
  type: Type,
  event: RecordedEvent<Type>,
): ReadonlyArray<Change> => on[type]?.(event) ?? [];
