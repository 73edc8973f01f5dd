import Router, { type RouterContext } from '@koa/router';
import { METHODS } from 'node:http';
import type { Health } from '../../eventstore/health.ts';
import { answering, type Answer } from '../http/answer.ts';
import { healthRoutes, withoutDetails } from '../http/health.ts';
import { auditOrder } from './audit.ts';
import { placeDeposit, showDeposit } from './deposits.ts';
import { watchOrder, watchOrders } from './events.ts';
import type { Operation } from './documents/operation.ts';
import { operations } from './documents/operations/operations.ts';
import { documentRoutes } from './documents/routes.ts';
import { guarding } from './guards.ts';
import type { Means } from './means.ts';
import { listOperations } from './operations.ts';
import { listOrders } from './orderList.ts';
import { placeOrder, showOrder } from './orders.ts';
import { saveProfile, showProfile } from './profile.ts';
import { reportOrdersPerDay } from './reports.ts';
import { issueTicket } from './tickets.ts';
import type { Access } from './token.ts';
import { listWallets, showWallet } from './wallets.ts';

/** An operation by how it is asked for, such as `GET /orders/{orderId}`. @throws when the documents do not describe it. */
const described = (request: string): Operation => {
  const operation = operations.find(({ method, path }) => `${method.toUpperCase()} ${path}` === request);
  if (operation !== undefined) return operation;
  throw new Error(`Expected ${request} among the operations of the documents, found it nowhere: describe it there`);
};

/** What the gateway answers. To whom, and to which query, is told where the operation is described: documents/operations/. */
export const gatewayRoutes = (means: Means, access: Access, health: () => Health): Router => {
  const router = new Router({ methods: METHODS });
  const guards = guarding(access, means.tickets);
  const on = (request: string, handler: (context: RouterContext) => Promise<Answer>): void => {
    const operation = described(request);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    router.register(path, [operation.method], [...guards(operation), answering(handler)]);
  };

  router.use(healthRoutes(() => withoutDetails(health())).routes());
  router.use(documentRoutes().routes());
  on('POST /orders', placeOrder(means));
  on('GET /orders', listOrders(means));
  on('GET /orders/events', watchOrders(means));
  on('GET /orders/{orderId}', showOrder(means));
  on('GET /orders/{orderId}/events', watchOrder(means));
  on('GET /wallets', listWallets(means));
  on('GET /wallets/{currency}', showWallet(means));
  on('GET /wallets/{currency}/operations', listOperations(means));
  on('POST /wallets/{userId}/{currency}/deposits', placeDeposit(means));
  on('GET /deposits/{depositId}', showDeposit(means));
  on('GET /reports/orders-per-day', reportOrdersPerDay(means));
  on('GET /audit/orders/{orderId}', auditOrder(means));
  on('POST /tickets', issueTicket(means.tickets));
  on('GET /profile', showProfile(means));
  on('PUT /profile', saveProfile(means));
  return router;
};
