import * as examples from '../../../../api/examples.ts';
import { Profile } from '../../../../api/profile.ts';
import type { Operation } from '../operation.ts';

const content = { codec: Profile, examples: { alice: examples.profile } };

/** Where letters go. */
export const profileOperations: ReadonlyArray<Operation> = [
  {
    id: 'showProfile',
    method: 'get',
    path: '/profile',
    tag: 'Profile',
    summary: 'Show your name and address',
    access: 'token',
    parameters: ['If-None-Match'],
    answers: {
      200: { description: 'Your profile.', headers: ['ETag'], content },
      304: { description: 'It is as you have it.', headers: ['ETag'] },
    },
    problems: ['profileNotFound'],
  },
  {
    id: 'saveProfile',
    method: 'put',
    path: '/profile',
    tag: 'Profile',
    summary: 'Say who you are and where letters go',
    description: 'Made or replaced as a whole.',
    access: 'token',
    body: content,
    answers: { 200: { description: 'Your profile, as it is now.', content } },
  },
];
