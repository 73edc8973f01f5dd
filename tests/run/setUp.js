// One PostgreSQL for all the tests of a run, started when the first of them asks: a cluster for each of fifty files would
// cost more than many of them do themselves. Files that stop or kill theirs start their own.
import { build } from 'esbuild';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Jest runs this file as it is, and Node reads no TypeScript. */
const launcher = async () => {
  const outfile = join(root, `node_modules/.cache/orderflow/postgres-${process.pid}.mjs`);
  const entryPoints = [join(root, 'embedded/postgres/postgres.ts')];
  await build({ entryPoints, outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm' });
  return import(outfile).finally(() => rm(outfile));
};

const start = async (folder) => {
  const { startPostgres } = await launcher();
  return startPostgres({ data: join(folder, 'data'), durable: false });
};

/** @returns how to end it. */
const offerPostgres = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'orderflow-postgres-'));
  let postgres;
  const answer = async (response) => {
    try {
      response.end((await (postgres ??= start(folder))).url(''));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  };
  const server = createServer((_, response) => void answer(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.ORDERFLOW_TEST_POSTGRES = `http://127.0.0.1:${server.address().port}`;
  return async () => {
    server.close();
    server.closeAllConnections();
    await (await postgres)?.stop();
    await rm(folder, { recursive: true });
  };
};

export default async () => {
  globalThis.endPostgres = await offerPostgres();
};
