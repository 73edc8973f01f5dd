import Router from '@koa/router';
import { METHODS } from 'node:http';
import type { Health } from '../../eventstore/health.ts';
import { answering } from '../http/answer.ts';
import { healthRoutes, withoutDetails } from '../http/health.ts';
import { placeDeposit, showDeposit } from './deposits.ts';
import { watchOrder, watchOrders } from './events.ts';
import { documentRoutes } from './documents/routes.ts';
import type { Means } from './means.ts';
import { listOperations } from './operations.ts';
import { listOrders } from './orderList.ts';
import { placeOrder, showOrder } from './orders.ts';
import { saveProfile, showProfile } from './profile.ts';
import { reportOrdersPerDay } from './reports.ts';
import { requires } from './roles.ts';
import { takes } from './takes.ts';
import { authenticatesByTicket, issueTicket } from './tickets.ts';
import { authenticates, type Access } from './token.ts';
import { listWallets, showWallet } from './wallets.ts';

/** What the gateway answers, and to whom. Without a role: to everybody with a token, about what is their own. */
export const gatewayRoutes = (means: Means, access: Access, health: () => Health): Router => {
  const router = new Router({ methods: METHODS });
  const known = authenticates(access);
  const watching = authenticatesByTicket(access, means.tickets);
  const client = requires('client');
  const operator = requires('operator');
  const overseer = requires('operator', 'auditor');

  router.use(healthRoutes(() => withoutDetails(health())).routes());
  router.use(documentRoutes().routes());
  router.post('/orders', known, client, takes(), answering(placeOrder(means)));
  router.get('/orders', known, takes('status', 'limit', 'cursor', 'after'), answering(listOrders(means)));
  router.get('/orders/events', watching, takes('after', 'ticket'), answering(watchOrders(means)));
  router.get('/orders/:orderId', known, takes('after'), answering(showOrder(means)));
  router.get('/orders/:orderId/events', watching, takes('after', 'ticket'), answering(watchOrder(means)));
  router.get('/wallets', known, takes('after'), answering(listWallets(means)));
  router.get('/wallets/:currency', known, takes('after'), answering(showWallet(means)));
  router.get(
    '/wallets/:currency/operations',
    known,
    takes('limit', 'cursor', 'after'),
    answering(listOperations(means)),
  );
  router.post('/wallets/:userId/:currency/deposits', known, operator, takes(), answering(placeDeposit(means)));
  router.get('/deposits/:depositId', known, takes('after'), answering(showDeposit(means)));
  router.get(
    '/reports/orders-per-day',
    known,
    overseer,
    takes('currency', 'from', 'to', 'after'),
    answering(reportOrdersPerDay(means)),
  );
  router.post('/tickets', known, takes(), answering(issueTicket(means.tickets)));
  router.get('/profile', known, takes(), answering(showProfile(means)));
  router.put('/profile', known, takes(), answering(saveProfile(means)));
  return router;
};
