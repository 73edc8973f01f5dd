import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { table } from './about.ts';
import { exampleSecrets, secretNames, variables } from './configuration.ts';
import { decode } from './decode.ts';

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

describe('the documentation of the configuration', () => {
  it('holds the table that `orderflow config --table` prints', () => {
    expect(file('docs/configuration.md').replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-')).toContain(
      table().replaceAll(/ +/g, ' ').replaceAll(/-+/g, '-'),
    );
  });

  it('names every variable in .env.example, and no other but the one for Compose', () => {
    const named = [...file('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...variables, 'POSTGRES_PASSWORD'].sort());
  });

  it('gives values in .env.example that can be used, those commented out included', () => {
    const settings = file('.env.example').replaceAll(/^# (?=[A-Z_]+=)/gm, '');
    expect(E.isRight(decode({ environment: parseEnv(settings), folder: {} }))).toBe(true);
  });

  it('gives secrets in .env.example that production refuses', () => {
    const environment = parseEnv(file('.env.example'));
    expect(secretNames.map((name) => environment[name])).toEqual([...exampleSecrets]);
  });
});
