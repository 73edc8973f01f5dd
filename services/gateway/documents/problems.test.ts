import { describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problemTypes, type ProblemName } from '../../../api/problems.ts';
import { elsewhere, general, problemsOf } from './problems.ts';
import { operations } from './operations/operations.ts';

const services = join(import.meta.dirname, '..', '..');

/** Names of problem types that the code of the services answers with. */
const answered = async (): Promise<ReadonlySet<string>> => {
  const files = (await readdir(services, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('documents'),
  );
  const sources = await Promise.all(files.map((file) => readFile(join(services, file), 'utf8')));
  return new Set(
    sources.flatMap((source) => [...source.matchAll(/problemTypes\.(\w+)/g)].map(([, name = '']) => name)),
  );
};

describe('problem types', () => {
  const documented = new Set<ProblemName>([...general, ...elsewhere, ...operations.flatMap(problemsOf)]);

  it('are documented all that the code can answer with, and no others', async () => {
    expect([...documented].sort()).toEqual([...(await answered())].sort());
    expect([...documented].sort()).toEqual(Object.keys(problemTypes).sort());
  });
});
