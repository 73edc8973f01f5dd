import { createSchemas, type Schemas } from '../../../api/schema.ts';
import { headers } from './headers.ts';
import { introduction, tags } from './introduction.ts';
import type { Access, Operation } from './operation.ts';
import { operations } from './operations/operations.ts';
import { parameters, type Parameter } from './parameters.ts';
import { elsewhere, general } from './problems.ts';
import { contentOf, headerOf, refusalsOf, responsesOf, schemaOf } from './responses.ts';

const securityOf = (access: Access): ReadonlyArray<Readonly<Record<string, ReadonlyArray<string>>>> => {
  if (typeof access !== 'string') return access.map((role) => ({ token: [role] }));
  switch (access) {
    case 'anybody':
      return [];
    case 'token':
      return [{ token: [] }];
    case 'ticket':
      return [{ token: [] }, { ticket: [] }];
  }
};

const pathParameters = (path: string): ReadonlyArray<string> =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

const operationOf = (schemas: Schemas, operation: Operation) => {
  const { id, tag, summary, description, access, body } = operation;
  const names = [...pathParameters(operation.path), ...(operation.parameters ?? [])];
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    security: securityOf(access),
    parameters: names.map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ...(body !== undefined && { requestBody: { required: true, content: contentOf(schemas, body) } }),
    responses: responsesOf(schemas, operation),
  };
};

const pathsOf = (schemas: Schemas) => {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(schemas, operation) };
  return paths;
};

const describe = (schemas: Schemas, key: string, parameter: Parameter) => {
  const { name = key, in: place, required = place === 'path', description, value } = parameter;
  return { name, in: place, description, required, schema: schemaOf(schemas, value) };
};

const mapped = <A, B>(table: Readonly<Record<string, A>>, change: (value: A, name: string) => B) =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, change(value, name)]));

/** The OpenAPI 3.1 document of the gateway, made of the codecs that validate. https://spec.openapis.org/oas/v3.1.1.html */
export const openApiDocument = () => {
  const schemas = createSchemas();
  const paths = pathsOf(schemas);
  const components = {
    parameters: mapped(parameters, (parameter: Parameter, name) => describe(schemas, name, parameter)),
    headers: mapped(headers, (header) => headerOf(schemas, header, false)),
    responses: { ...refusalsOf(schemas, 'Refused', general), ...refusalsOf(schemas, 'Elsewhere', elsewhere) },
    securitySchemes: {
      token: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT',
        description:
          'A JWT of your issuer: `sub` is the user, `exp` must be there, `roles` is an array. For a system on your own ' +
          'machine: `npx orderflow token --user alice --role client`.',
      },
      ticket: { type: 'apiKey', in: 'query', name: 'ticket', description: 'As `POST /tickets` gave it.' },
    },
    schemas: schemas.named(),
  };
  return { openapi: '3.1.1', ...introduction, servers: [{ url: '/' }], tags, paths, components };
};
