import type * as t from 'io-ts';
import { Problem } from '../../../api/answers.ts';
import { problemTypes, type ProblemName } from '../../../api/problems.ts';
import type { JsonSchema, Schemas } from '../../../api/schema.ts';
import { headers, type HeaderName } from './headers.ts';
import type { Content, Documented, Operation } from './operation.ts';
import { parameterOf } from './parameters.ts';
import { exampleOf, general, headersOf, problemsOf, slugOf } from './problems.ts';

export const schemaOf = (schemas: Schemas, value: t.Mixed | JsonSchema): JsonSchema =>
  'decode' in value ? schemas.of(value) : value;

const valuesOf = (examples: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));

export const headerOf = (schemas: Schemas, name: HeaderName, required: boolean) => {
  const { description, value, example } = headers[name];
  return { description, required, schema: schemaOf(schemas, value), example };
};

const headersAs = (schemas: Schemas, always: ReadonlyArray<HeaderName>, maybe: ReadonlyArray<HeaderName>) => ({
  headers: Object.fromEntries([
    ...always.map((name) => [name, headerOf(schemas, name, true)]),
    ...maybe.map((name) => [name, headerOf(schemas, name, false)]),
  ]) as Readonly<Record<string, ReturnType<typeof headerOf>>>,
});

export const contentOf = (
  schemas: Schemas,
  { type = 'application/json', codec, eventData, examples = {} }: Content,
) => ({
  [type]: {
    schema: codec === undefined ? {} : schemas.of(codec),
    // No keyword of OpenAPI 3.1 is about the events of a stream.
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
) => ({
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
) => {
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

/** An answer for each status of the operation's own problems; the general ones of the same status are among them. */
const refusalsOf = (schemas: Schemas, operation: Operation) => {
  const own = problemsOf(operation);
  const statuses = [...new Set(own.map((name) => problemTypes[name].status))];
  const ofStatus = (status: number) => [...own, ...general].filter((name) => problemTypes[name].status === status);
  const brought = broughtTo(operation);
  return statuses.map((status) => [status, refusalOf(schemas, ofStatus(status), brought)] as const);
};

/** All answers of an operation, by their status. */
export const responsesOf = (schemas: Schemas, operation: Operation) => {
  const answers = Object.entries(operation.answers).map(
    ([status, answer]) => [status, answerOf(schemas, answer, broughtTo(operation))] as const,
  );
  return {
    ...Object.fromEntries(refusalsOf(schemas, operation)),
    ...Object.fromEntries(answers),
    default: { $ref: '#/components/responses/Refused' },
  };
};
