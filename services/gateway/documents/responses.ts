import type * as t from 'io-ts';
import { Problem } from '../../../api/answers.ts';
import { problemTypes, type ProblemName } from '../../../api/problems.ts';
import type { JsonSchema, Schemas } from '../../../api/schema.ts';
import { headers, type Header, type HeaderName } from './headers.ts';
import type { Content, Documented, Operation } from './operation.ts';
import { parameterOf } from './parameters.ts';
import { exampleOf, generalOf, headersOf, problemsOf, slugOf } from './problems.ts';

interface HeaderObject {
  readonly description: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly example: string;
}

interface MediaType {
  readonly schema?: JsonSchema;
  /** What the data of each event are: no keyword of OpenAPI 3.1 is about the events of a stream. */
  readonly 'x-event-data'?: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** An answer, as OpenAPI has it. */
export interface ResponseObject {
  readonly description: string;
  readonly headers: Readonly<Record<string, HeaderObject>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

export interface Reference {
  readonly $ref: string;
}

export const schemaOf = (schemas: Schemas, value: t.Mixed | JsonSchema): JsonSchema =>
  'decode' in value ? schemas.of(value) : value;

const valuesOf = (examples: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

export const headerOf = (
  schemas: Schemas,
  { description, value, example }: Header,
  required: boolean,
): HeaderObject => ({ description, required, schema: schemaOf(schemas, value), example });

const headersAs = (schemas: Schemas, always: ReadonlyArray<HeaderName>, maybe: ReadonlyArray<HeaderName>) => ({
  headers: Object.fromEntries([
    ...always.map((name) => [name, headerOf(schemas, headers[name], true)] as const),
    ...maybe.map((name) => [name, headerOf(schemas, headers[name], false)] as const),
  ]),
});

export const contentOf = (
  schemas: Schemas,
  { type = 'application/json', codec, eventData, examples = {} }: Content,
): Readonly<Record<string, MediaType>> => ({
  [type]: {
    schema: codec === undefined ? {} : schemas.of(codec),
    ...(eventData !== undefined && { 'x-event-data': schemas.of(eventData) }),
    ...(Object.keys(examples).length > 0 && { examples: valuesOf(examples) }),
  },
});

/** Headers that any answer of the operation may have. */
const broughtTo = ({ parameters = [] }: Operation): ReadonlyArray<HeaderName> =>
  parameters.flatMap((name) => parameterOf(name).brings ?? []);

const answerOf = (
  schemas: Schemas,
  { description, headers: always = [], maybe = [], content, hasPage }: Documented,
  brought: ReadonlyArray<HeaderName>,
): ResponseObject => ({
  description,
  ...headersAs(
    schemas,
    always,
    [...maybe, ...brought].filter((name) => !always.includes(name)),
  ),
  ...(content !== undefined && {
    content: { ...contentOf(schemas, content), ...(hasPage === true && { 'text/html': {} }) },
  }),
});

/** One answer that tells one of these problems. */
export const refusalOf = (
  schemas: Schemas,
  names: ReadonlyArray<ProblemName>,
  brought: ReadonlyArray<HeaderName> = [],
): ResponseObject => {
  const types = names.map((name) => problemTypes[name].type);
  const possible = [...new Set([...names.flatMap((name) => headersOf[name] ?? []), ...brought])];
  const isCertain = (header: HeaderName) => names.every((name) => headersOf[name]?.includes(header));
  const one: JsonSchema = { type: 'object', properties: { type: { type: 'string', enum: types } } };
  const schema: JsonSchema = { allOf: [schemas.of(Problem), one] };
  return {
    description: names.map((name) => `[${problemTypes[name].title}](${problemTypes[name].type}).`).join(' '),
    ...headersAs(
      schemas,
      possible.filter(isCertain),
      possible.filter((header) => !isCertain(header)),
    ),
    content: {
      'application/problem+json': {
        schema,
        examples: valuesOf(Object.fromEntries(names.map((name) => [slugOf(name), exampleOf(name)]))),
      },
    },
  };
};

const statusOf = (name: ProblemName): number => problemTypes[name].status;

/** Answers that tell these problems, one for each status: a client may then build on the headers that it comes with. */
export const refusalsOf = (schemas: Schemas, prefix: string, names: ReadonlyArray<ProblemName>) =>
  Object.fromEntries(
    [...new Set(names.map(statusOf))].map((status) => [
      `${prefix}${status}`,
      refusalOf(
        schemas,
        names.filter((name) => statusOf(name) === status),
      ),
    ]),
  );

/** The answer of a status that an operation may refuse by: one of its own, or the one that all have. */
const refusedBy = (schemas: Schemas, operation: Operation, status: number): ResponseObject | Reference => {
  const isOfStatus = (name: ProblemName) => statusOf(name) === status;
  const own = problemsOf(operation).filter(isOfStatus);
  if (own.length === 0) return { $ref: `#/components/responses/Refused${status}` };
  return refusalOf(schemas, [...own, ...generalOf(operation).filter(isOfStatus)], broughtTo(operation));
};

/** All answers of an operation, by their status. */
export const responsesOf = (
  schemas: Schemas,
  operation: Operation,
): Readonly<Record<string, ResponseObject | Reference>> => {
  const statuses = [...new Set([...problemsOf(operation), ...generalOf(operation)].map(statusOf))];
  const refusals = statuses.map((status) => [status, refusedBy(schemas, operation, status)] as const);
  const answers = Object.entries(operation.answers).map(
    ([status, answer]) => [status, answerOf(schemas, answer, broughtTo(operation))] as const,
  );
  return { ...Object.fromEntries(refusals), ...Object.fromEntries(answers) };
};
