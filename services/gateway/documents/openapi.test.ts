import { describe, expect, it } from '@jest/globals';
import { validate } from '@readme/openapi-parser';
import { openApiDocument } from './openapi.ts';

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = JSON.parse(JSON.stringify(openApiDocument()));
    expect(await validate(document)).toMatchObject({ valid: true, warnings: [] });
  });
});
