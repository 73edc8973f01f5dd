import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { newDatabase } from '../../tests/fixtures/database.ts';
import { decode } from '../configuration/decode.ts';
import { orFail } from '../configuration/faults.ts';
import { dataFolder } from '../data/folder.ts';
import { startInfrastructure } from './infrastructure.ts';

// Nothing is run, so nothing is written there.
const folder = join(tmpdir(), 'orderflow-infrastructure');

let shop: string;
beforeAll(async () => {
  shop = await newDatabase();
});

const start = (environment: Readonly<Record<string, string>>) =>
  startInfrastructure(orFail(decode({ environment, folder: {} })), dataFolder(folder), ({ name }) =>
    Promise.reject(new Error(`Expected nothing to be started, found ${name}.`)),
  );

const given = { EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false', SMTP_URL: 'smtp://127.0.0.1:25' };

describe('infrastructure that the environment names', () => {
  it('is not run embedded', async () => {
    const databases = { DATABASE_URL: shop, PROFILES_DATABASE_URL: 'postgres://elsewhere/people' };
    const { eventStore, databases: found, mailbox } = start({ ...given, ...databases });
    expect(await Promise.all([eventStore, found, mailbox])).toEqual([
      { EVENTSTORE_URL: given.EVENTSTORE_URL },
      databases,
      { SMTP_URL: given.SMTP_URL, page: undefined },
    ]);
  });

  it('has a database for profiles beside the one that is named', async () => {
    const { PROFILES_DATABASE_URL } = await start({ ...given, DATABASE_URL: shop }).databases;
    expect(PROFILES_DATABASE_URL).toBe(`${shop}_profiles`);
    const client = new pg.Client({ connectionString: PROFILES_DATABASE_URL });
    await client.connect();
    await client.end();
  });

  it('says what to do when that database cannot be made', async () => {
    const away = 'postgres://nobody@127.0.0.1:1/shop';
    await expect(start({ ...given, DATABASE_URL: away }).databases).rejects.toThrow('set PROFILES_DATABASE_URL');
  });
});
