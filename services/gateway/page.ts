import type { Answer } from '../http/answer.ts';

/** Parameters of a list's query, as they go into a URL. */
export type Parameters = Readonly<Record<string, string | undefined>>;

const link = (path: string, parameters: Parameters): string => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value);
  return `<${path}?${query.toString()}>; rel="next"`;
};

/**
 * A page of a list, with where the next one is: in the body as the cursor alone, in the header whole (RFC 8288).
 * @param parameters of this page's query; those of the next one differ in the cursor only
 */
export const pageAnswer = (
  path: string,
  parameters: Parameters,
  items: Readonly<Record<string, ReadonlyArray<object>>>,
  next: string | undefined,
): Answer =>
  next === undefined
    ? { status: 200, body: items }
    : { status: 200, headers: { Link: link(path, { ...parameters, cursor: next }) }, body: { ...items, next } };
