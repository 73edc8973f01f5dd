import Router from '@koa/router';
import { METHODS } from 'node:http';
import type { Health } from '../../eventstore/health.ts';
import { answering } from '../http/answer.ts';
import { healthRoutes } from '../http/health.ts';
import type { Means } from './means.ts';
import { placeOrder, showOrder } from './orders.ts';
import { requires } from './roles.ts';
import { authenticates, type TokenOptions } from './token.ts';

/** What the gateway answers, and to whom. Without a role: to everybody with a token, about what is their own. */
export const gatewayRoutes = (means: Means, tokens: TokenOptions, health: () => Health): Router => {
  const router = new Router({ methods: METHODS });
  const known = authenticates(tokens);
  const client = requires('client');

  router.use(healthRoutes(health).routes());
  router.post('/orders', known, client, answering(placeOrder(means)));
  router.get('/orders/:orderId', known, answering(showOrder(means)));
  return router;
};
