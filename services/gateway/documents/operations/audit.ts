import { AuditedOrder } from '../../../../api/audit.ts';
import { stepsOf } from '../../../../audit/order/history.ts';
import { reportOf } from '../../../../audit/order/report.ts';
import { history } from '../../../../domain/examples.ts';
import { teapots } from '../../../../domain/orderRequest/examples.ts';
import type { Operation } from '../operation.ts';

const ofTeapots = history.filter(({ metadata }) => metadata.$correlationId === teapots.orderId);

/** What the log says, to those who must be able to trust it. */
export const auditOperations: ReadonlyArray<Operation> = [
  {
    id: 'auditOrder',
    method: 'get',
    path: '/audit/orders/{orderId}',
    tag: 'Audit',
    summary: 'Tell what happened to an order, from the event log',
    description:
      "Every event of the order over all its streams, found by the pointers to their causes and never in a read model: who made it happen, how long after its cause, and what each service knew afterwards. It is on the gateway's log who asked for what.",
    access: ['auditor'],
    parameters: ['asOf'],
    answers: {
      200: {
        description: 'The events, oldest first.',
        content: { codec: AuditedOrder, examples: { teapots: reportOf(teapots.orderId, stepsOf(ofTeapots)) } },
      },
    },
    problems: ['orderNotFound', 'invalidQuery'],
  },
];
