import { problemType } from '../http/problem.ts';

/** Problems that only the gateway answers with. */
export const gatewayProblems = {
  missingRole: problemType('missing-role', 403, 'Your token lacks the role'),
  foreignUser: problemType('foreign-user', 403, 'Orders are for oneself'),
  orderNotFound: problemType('order-not-found', 404, 'You have no such order'),
  depositNotFound: problemType('deposit-not-found', 404, 'There is no such deposit'),
  walletNotFound: problemType('wallet-not-found', 404, 'There can be no such wallet'),
};
