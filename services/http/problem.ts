import type { Problem, ProblemType } from '../../api/problems.ts';
import type { Fault } from '../../domain/faults.ts';
import type { Answer } from './answer.ts';

interface Particulars {
  readonly errors?: ReadonlyArray<Fault>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ids of what it is about: members of the problem beside the standard ones, and fields of the log line. */
  readonly about?: Readonly<Record<string, string>>;
}

/** An answer that says what is wrong. `detail` is for people; it must not tell what only we should know. */
export const problem = (
  type: ProblemType,
  detail: string,
  { errors, headers, about = {} }: Particulars = {},
): Answer => {
  const body: Problem = { ...about, ...type, detail, ...(errors === undefined ? {} : { errors }) };
  return { status: type.status, headers: { ...headers, 'Content-Type': 'application/problem+json' }, body, about };
};
