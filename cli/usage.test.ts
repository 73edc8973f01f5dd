import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { runProgram, type Ran } from '../tests/fixtures/program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orderflow-usage-'));
});
afterAll(() => rm(folder, { recursive: true }));

const orderflow = (...args: ReadonlyArray<string>): Promise<Ran> => runProgram(args, { cwd: folder });

describe('a token', () => {
  it('is all that is printed, and says who may do what for how long', async () => {
    const secret = 's'.repeat(32);
    await writeFile(join(folder, 'env'), `JWT_SECRET=${secret}\nJWT_ISSUER=us\nJWT_AUDIENCE=orders\n`);
    const claims = ['--user', 'alice', '--role', 'client', '--role', 'auditor', '--expires', '30m'];
    const { exitCode, stdout, stderr } = await orderflow('--env-file', 'env', 'token', ...claims);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { iat = 0, exp = 0, ...rest } = decodeJwt(stdout.trim());
    expect(rest).toEqual({ sub: 'alice', roles: ['client', 'auditor'], iss: 'us', aud: 'orders' });
    expect(exp - iat).toBe(30 * 60);
  });

  it('is not made without a secret, which says where to get one', async () => {
    const { exitCode, stdout, stderr } = await orderflow('token', '--user', 'alice', '--role', 'client');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('Set JWT_SECRET');
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['strat'], "unknown command 'strat'"],
    ['an unknown option', ['up', '--prot', '1'], "unknown option '--prot'"],
    ['a port that is none', ['up', '--port', '70000'], 'Expected a whole number from 0 to 65535, found "70000"'],
    [
      'no time',
      ['eventstoredb', '--memory', '--keep-alive-timeout', '0'],
      'Expected a whole number from 1 to 86400000',
    ],
    ['an unknown service', ['start', 'shipping'], 'Allowed choices are gateway, orders'],
    ['a missing argument', ['redrive', 'orders.create'], "missing required argument 'event-id'"],
  ])('of %s is said, with exit code 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await orderflow(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('of the configuration lists every fault, with exit code 1', async () => {
    await writeFile(join(folder, 'env'), 'PORT=x\nDATABASE_URL=here\n');
    const { exitCode, stderr } = await orderflow(
      '--env-file',
      'env',
      'start',
      'projections',
      '--data',
      join(folder, 'data'),
    );
    expect(exitCode).toBe(1);
    for (const name of ['PORT', 'DATABASE_URL', 'EVENTSTORE_URL']) expect(stderr).toContain(`\n  ${name}: `);
  });
});

describe('where no system runs', () => {
  const id = '00000000-0000-4000-8000-000000000000';
  it.each([
    ['where', ['where'], 'ask whoever runs one elsewhere'],
    ['order list', ['order', 'list', '--user', 'alice'], 'name a gateway with --url (ORDERFLOW_URL)'],
    ['redrive', ['redrive', 'orders.create', id], 'set EVENTSTORE_URL'],
    ['audit order', ['audit', 'order', id], 'set EVENTSTORE_URL'],
    ['start', ['start', 'projections'], 'set EVENTSTORE_URL, DATABASE_URL'],
  ])('%s says so, and what to do', async (_, args, instead) => {
    const { exitCode, stdout, stderr } = await orderflow(...args, '--data', join(folder, 'nothing'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(
      `No system runs on ${join(folder, 'nothing')}. Start one with npm start, ` +
        `name the data folder of another with --data, or ${instead}.\n`,
    );
  });
});
