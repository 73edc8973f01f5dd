import { describe, expect, it } from '@jest/globals';
import { validate } from '@readme/openapi-parser';
import { problemTypes } from '../../../api/problems.ts';
import type { JsonSchema } from '../../../api/schema.ts';
import { createJudge } from '../../../tests/fixtures/jsonSchema.ts';
import { openApiDocument } from './openapi.ts';

const document = openApiDocument();
const judge = createJudge(document.components.schemas);

interface Exampled {
  readonly schema: JsonSchema;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

const isExampled = (node: object): node is Exampled => 'schema' in node;

/** Everything in the document that has a schema, with where it stands. */
const schemed = (node: unknown, at: string): ReadonlyArray<readonly [at: string, found: Exampled]> => {
  if (typeof node !== 'object' || node === null) return [];
  const below = Object.entries(node).flatMap(([name, child]) =>
    name === 'schema' ? [] : schemed(child, `${at}/${name}`),
  );
  return isExampled(node) ? [[at, node], ...below] : below;
};

const examplesOf = ({ example, examples = {} }: Exampled): ReadonlyArray<unknown> => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const copy = JSON.parse(JSON.stringify(document)) as Parameters<typeof validate>[0];
    expect(await validate(copy)).toMatchObject({ valid: true, warnings: [] });
  });

  it('has examples that are as their schemas have it, of every body', () => {
    const found = schemed(document.paths, '').filter(([, { schema }]) => Object.keys(schema).length > 0);
    expect(found.length).toBeGreaterThan(100);
    for (const [at, exampled] of found) {
      expect([at, examplesOf(exampled)]).not.toEqual([at, []]);
      for (const example of examplesOf(exampled)) expect([at, judge(exampled.schema, example)]).toEqual([at, []]);
    }
  });

  it('says of a read with Prefer that it waits for nothing without `after`', () => {
    const { parameters } = document.paths['/orders']?.['get'] ?? {};
    const refs = parameters?.map(({ $ref }) => $ref.replace('#/components/parameters/', ''));
    const found = refs?.map((name) => document.components.parameters[name]).filter((each) => each?.name === 'Prefer');
    expect(found).toMatchObject([{ in: 'header', description: expect.stringContaining('without it, no wait') }]);
  });

  it('names every type of problem that there is', () => {
    const text = JSON.stringify(document);
    for (const { type } of Object.values(problemTypes)) expect(text).toContain(`"${type}"`);
  });
});
