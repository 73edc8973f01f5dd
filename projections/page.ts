/** Some of a longer list. */
export interface Page<Item, Cursor> {
  readonly items: ReadonlyArray<Item>;
  /** What to give as `before` for the items that follow; undefined when there are none. */
  readonly next?: Cursor;
}

/** The first `limit` of `rows`, which were asked for with one more than that, so as to know whether there are more. */
export const pageOf = <Row, Item, Cursor>(
  rows: ReadonlyArray<Row>,
  limit: number,
  view: (row: Row) => Item,
  cursorOf: (row: Row) => Cursor,
): Page<Item, Cursor> => {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(view), ...(last !== undefined && { next: cursorOf(last) }) };
};
