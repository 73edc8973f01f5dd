import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { createJudge } from '../../../tests/fixtures/jsonSchema.ts';
import { asyncApiDocument } from './asyncapi.ts';

describe('the AsyncAPI document', () => {
  const document = asyncApiDocument();

  it('is valid AsyncAPI 3.0', async () => {
    const found = await new Parser().validate(JSON.stringify(document));
    expect(found.filter(({ code }) => code !== 'asyncapi-latest-version')).toEqual([]);
  });

  it('has examples of every message, as its schemas have it', () => {
    const judge = createJudge(document.components.schemas);
    for (const { headers, payload, examples } of Object.values(document.components.messages)) {
      expect(examples).not.toEqual([]);
      for (const example of examples) {
        expect(judge(headers, example.headers)).toEqual([]);
        expect(judge(payload, example.payload)).toEqual([]);
      }
    }
  });
});
