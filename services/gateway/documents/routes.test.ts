import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '../../../eventstore/connection.ts';
import { createChanges } from '../../../projections/changes.ts';
import { createReadModel } from '../../../projections/readModel.ts';
import { log } from '../../../tests/fixtures/logger.ts';
import { startBareGateway, token, type TestGateway } from '../../../tests/fixtures/gateway.ts';
import { problemOf } from '../../../tests/fixtures/http.ts';
import { createProfilesClient } from '../../http/profilesClient.ts';
import { createPlaces } from '../../http/places.ts';
import { createPlacesPerUser } from '../../http/places.ts';
import { createRateLimit } from '../../http/rateLimit.ts';
import { createEventStreams, defaultEventStreams } from '../eventStreams.ts';
import { defaultLimits } from '../limits.ts';
import type { Means } from '../means.ts';
import { createLogEnd } from '../logEnd.ts';
import { createPatience } from '../patience.ts';
import { gatewayRoutes } from '../routes.ts';
import { createTickets } from '../tickets.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations/operations.ts';
import { parameterOf } from './parameters.ts';

const secret = 'a-secret-for-tests-of-at-least-32-characters';

/** The routes of a gateway, as `GET /orders/{orderId}`; everything that it needs is away. */
const routesOfGateway = async (): Promise<ReadonlyArray<string>> => {
  const eventStore = connect({ url: 'esdb://127.0.0.1:1?tls=false', name: 'nowhere', log });
  const database = { databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing', log };
  const [{ query, close }, changes] = [createReadModel(database), createChanges(database)];
  const { signal } = new AbortController();
  const means: Means = {
    eventStore,
    query,
    changes,
    profiles: createProfilesClient({ url: 'http://127.0.0.1:1', serviceToken: secret, log }),
    waits: createPlaces(1),
    eventStreams: createEventStreams(defaultEventStreams, defaultLimits, signal),
    tickets: createTickets(secret, 60),
    patience: createPatience(signal),
    turns: (work) => work(),
    logEnd: createLogEnd(() => Promise.resolve(undefined)),
  };
  const access = {
    tokens: { secret },
    rateLimit: createRateLimit({ perUser: 1, perAddress: 1 }),
    perUser: createPlacesPerUser(1),
  };
  const { stack } = gatewayRoutes(means, access, () => ({}));
  await Promise.all([close(), changes.close(), eventStore.close()]);
  return stack.flatMap(({ methods, path }) =>
    methods
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${String(path).replaceAll(/:(\w+)/g, '{$1}')}`),
  );
};

const named = ({ method, path }: Operation): string => `${method.toUpperCase()} ${path}`;

describe('the table of operations', () => {
  it('has every route of the gateway, and no other', async () => {
    expect(operations.map(named).sort()).toEqual([...(await routesOfGateway())].sort());
  });

  describe('says who may', () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startBareGateway();
    });
    afterAll(() => gateway.stop());

    const ask = ({ method, path }: Operation, headers: Record<string, string>, query = '') =>
      fetch(`${gateway.url}${path.replaceAll(/\{\w+\}/g, 'x')}${query}`, { method: method.toUpperCase(), headers });

    it.each(operations.map((operation) => [named(operation), operation] as const))('%s', async (_, operation) => {
      const { access } = operation;
      const unknown = await ask(operation, {});
      expect(unknown.status === 401).toBe(access !== 'anybody');
      if (access === 'anybody') return;
      const powerless = await ask(operation, { Authorization: `Bearer ${await token('alice')}` });
      const isRefused = powerless.status === 403 && (await problemOf(powerless)).type === '/problems/missing-role';
      expect(isRefused).toBe(access !== 'token' && access !== 'ticket');
      const withTicket = await ask(operation, {}, '?ticket=x');
      expect((await problemOf(withTicket)).detail.includes('ticket')).toBe(access === 'ticket');
    });

    const forKnown = operations.filter(({ access }) => access !== 'anybody');
    it.each(forKnown.map((operation) => [named(operation), operation] as const))(
      '%s, and what its query may hold',
      async (_, operation) => {
        const { access, parameters = [] } = operation;
        const inQuery = parameters.flatMap((key) => {
          const { name = key, in: place } = parameterOf(key);
          return place === 'query' ? [name] : [];
        });
        const headers = { Authorization: `Bearer ${await token('alice', 'client', 'operator', 'auditor')}` };
        const query = new URLSearchParams({
          'of/nobody': '',
          ...Object.fromEntries(inQuery.map((name) => [name, ''])),
        });
        const problem = await problemOf(await ask(operation, headers, `?${query.toString()}`));
        const takenInAll = [...inQuery, ...(access === 'ticket' ? ['ticket'] : [])];
        expect(problem).toMatchObject({
          type: '/problems/invalid-query',
          detail: `Known in the query here: ${takenInAll.join(', ') || 'nothing'}`,
          errors: [{ pointer: '/of~1nobody', detail: 'is not known here: leave it out' }],
        });
      },
    );
  });
});
