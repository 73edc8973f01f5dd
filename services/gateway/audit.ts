import type { RouterContext } from '@koa/router';
import { problemTypes } from '../../api/problems.ts';
import { momentExpected, momentOf, notYet } from '../../audit/moment.ts';
import { historyOfOrder } from '../../audit/order/history.ts';
import { reportOf } from '../../audit/order/report.ts';
import { Uuid } from '../../domain/text.ts';
import type { EventStore } from '../../eventstore/connection.ts';
import type { Answer } from '../http/answer.ts';
import { problem } from '../http/problem.ts';
import type { Means } from './means.ts';

const notFound = problem(
  problemTypes.orderNotFound,
  'The log holds no event of such an order, or held none at that moment',
);

const badMoment = (detail: string): Answer =>
  problem(problemTypes.invalidQuery, 'Each of the errors says which parameter and what was expected', {
    errors: [{ pointer: '/asOf', detail }],
  });

const answered = async (store: EventStore, orderId: unknown, asOf: unknown): Promise<Answer> => {
  if (!Uuid.is(orderId)) return notFound;
  const moment = typeof asOf === 'string' ? momentOf(asOf) : undefined;
  if (asOf !== undefined && moment === undefined) return badMoment(`must be ${momentExpected}`);
  const fault = moment === undefined ? undefined : await notYet(store, moment, new Date());
  if (fault !== undefined) return badMoment(fault);
  const steps = await historyOfOrder(store, orderId, moment);
  return steps.length === 0 ? notFound : { status: 200, body: reportOf(orderId, steps) };
};

/**
 * `GET /audit/orders/{orderId}`: what happened to an order, from the log itself. Who asked for what, and was answered how,
 * is on the request's log line: that is the record of the access.
 */
export const auditOrder =
  ({ eventStore }: Pick<Means, 'eventStore'>) =>
  async ({ params, query }: RouterContext): Promise<Answer> => {
    const answer = await answered(eventStore, params['orderId'], query['asOf']);
    const asked = {
      audited: `order ${params['orderId']}`,
      ...(query['asOf'] !== undefined && { asOf: String(query['asOf']) }),
    };
    return { ...answer, about: { ...answer.about, ...asked } };
  };
