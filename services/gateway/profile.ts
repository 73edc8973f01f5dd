import type { RouterContext } from '@koa/router';
import * as E from 'fp-ts/lib/Either.js';
import type { Answer } from '../http/answer.ts';
import { decodeInput, readJson } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import { problemTypes } from '../../api/problems.ts';
import { Profile } from '../../api/profile.ts';
import { conditional } from './conditional.ts';
import type { Means } from './means.ts';
import { callerOf } from './token.ts';

const notFound = problem(problemTypes.profileNotFound, 'You have no profile yet: PUT one to /profile');

const shown = (profile: Profile) => ({ status: 200, body: Profile.encode(profile) });

/** `GET /profile`: the caller's own. */
export const showProfile =
  ({ profiles }: Pick<Means, 'profiles'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const profile = await profiles.find(callerOf(context).userId);
    return profile === undefined ? notFound : conditional(context, shown(profile));
  };

/** `PUT /profile`: the caller's own, made or replaced. */
export const saveProfile =
  ({ profiles }: Pick<Means, 'profiles'>) =>
  async (context: RouterContext): Promise<Answer> => {
    const profile = E.chain(decodeInput(Profile))(await readJson(context));
    if (E.isLeft(profile)) return profile.left;
    await profiles.save(callerOf(context).userId, profile.right);
    return shown(profile.right);
  };
