import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { decode } from '../configuration/decode.ts';
import { orFail } from '../configuration/faults.ts';
import { dataFolder } from '../data/folder.ts';
import { forPeople, forPrograms } from './announce.ts';
import type { Launch } from './launch.ts';
import { startSystem } from './system.ts';

let server: Server;
beforeAll(async () => {
  server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const folder = dataFolder('data');

const start = async (environment: Readonly<Record<string, string>>) => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ofPostgres = { orderflow: 'postgres://us:made@here/orderflow', profiles: 'postgres://us:made@here/profiles' };
  // Every process is ready at once, as far as its supervisor can tell.
  const launch: Launch = ({ name }) =>
    Promise.resolve({ health: url, addresses: name === 'postgres' ? ofPostgres : { url } });
  const system = await startSystem(orFail(decode({ environment, folder: {} })), folder, launch, () => undefined);
  const run = { ...system, supervisor: { pid: 1 }, processes: {}, secretsGiven: [] };
  return { environment: system.environment, shown: [forPrograms(folder, run), forPeople(folder, run, 1)] };
};

const given = {
  EVENTSTORE_URL: 'esdb://me:hunter2@there:2113',
  SMTP_URL: 'smtp://me:hunter2@there',
  DATABASE_URL: 'postgres://me:hunter2@there/shop',
  PROFILES_DATABASE_URL: 'postgres://me:hunter2@there/people',
};

it('shows no password of infrastructure that the operator runs, and tells it to further processes', async () => {
  const { environment, shown } = await start(given);
  expect(environment).toMatchObject(given);
  for (const text of shown) {
    expect(text).not.toContain('hunter2');
    expect(text).toContain('postgres://me:********@there/shop');
  }
});

it('shows a line to paste for the Postgres that it runs itself', async () => {
  const { EVENTSTORE_URL, SMTP_URL } = given;
  const { shown } = await start({ EVENTSTORE_URL, SMTP_URL });
  expect(shown[1]).toContain("psql 'postgres://us:made@here/orderflow'");
});
