import type { Operation } from '../operation.ts';
import { auditOperations } from './audit.ts';
import { documentOperations } from './documents.ts';
import { moneyOperations } from './money.ts';
import { orderOperations } from './orders.ts';
import { profileOperations } from './profile.ts';
import { reportOperations } from './reports.ts';
import { serviceOperations } from './service.ts';

/** All that the gateway does: the routes are made of it, and so are the documents. */
export const operations: ReadonlyArray<Operation> = [
  ...orderOperations,
  ...moneyOperations,
  ...reportOperations,
  ...auditOperations,
  ...profileOperations,
  ...serviceOperations,
  ...documentOperations,
];
