import Router, { type RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import { METHODS } from 'node:http';
import { UserId } from '../../domain/text.ts';
import type { Health } from '../../eventstore/health.ts';
import { answering, type Answer } from '../http/answer.ts';
import { decodeInput, readJson } from '../http/body.ts';
import { healthRoutes, withoutDetails } from '../http/health.ts';
import { problem } from '../http/problem.ts';
import { problemTypes } from '../../api/problems.ts';
import { Profile } from '../../api/profile.ts';
import { requiresServiceToken } from './serviceToken.ts';
import type { ProfileStore } from './store.ts';

const notFound = problem(problemTypes.profileNotFound, 'There is no profile of this user');

const found = (profile: Profile): Answer => ({ status: 200, body: Profile.encode(profile) });

const show =
  (store: ProfileStore) =>
  async ({ params: { userId } }: RouterContext): Promise<Answer> => {
    const profile = UserId.is(userId) ? await store.find(userId) : undefined;
    return profile === undefined ? notFound : found(profile);
  };

const save =
  (store: ProfileStore) =>
  async (context: RouterContext): Promise<Answer> => {
    const { userId } = context.params;
    if (!UserId.is(userId)) return notFound;
    const profile = E.chain(decodeInput(Profile))(await readJson(context));
    if (E.isLeft(profile)) return profile.left;
    await store.save(userId, profile.right);
    return found(profile.right);
  };

/** What the profiles service answers: its health to everybody, anything else to services only. */
export const profileRoutes = (store: ProfileStore, serviceToken: string, health: () => Health): Router => {
  const router = new Router({ methods: METHODS });
  const services = requiresServiceToken(serviceToken);
  router.use(healthRoutes(() => withoutDetails(health())).routes());
  router.get('/profiles/:userId', services, answering(show(store)));
  router.put('/profiles/:userId', services, answering(save(store)));
  return router;
};
