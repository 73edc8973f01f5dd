import type { RouterMiddleware } from '@koa/router';
import type { Operation } from './documents/operation.ts';
import { parameterOf } from './documents/parameters.ts';
import { requires } from './roles.ts';
import { takes } from './takes.ts';
import { authenticatesByTicket, type Tickets } from './tickets.ts';
import { authenticates, type Access } from './token.ts';

/** What the query of an operation may hold. */
const queryOf = ({ access, parameters = [] }: Operation): ReadonlyArray<string> => {
  const named = parameters.flatMap((key) => {
    const { name = key, in: place } = parameterOf(key);
    return place === 'query' ? [name] : [];
  });
  return access === 'ticket' ? [...named, 'ticket'] : named;
};

/**
 * Makes what stands before a handler of what its operation says of itself: who may, and what the query may hold. So the
 * documents cannot say anything else than what is done.
 */
export const guarding = (access: Access, tickets: Tickets) => {
  const known = authenticates(access);
  const watching = authenticatesByTicket(access, tickets);
  const admitting = ({ access: who }: Operation): ReadonlyArray<RouterMiddleware> => {
    if (typeof who !== 'string') return [known, requires(...who)];
    switch (who) {
      case 'anybody':
        return [];
      case 'token':
        return [known];
      case 'ticket':
        return [watching];
    }
  };
  return (operation: Operation): ReadonlyArray<RouterMiddleware> => [
    ...admitting(operation),
    takes(...queryOf(operation)),
  ];
};
