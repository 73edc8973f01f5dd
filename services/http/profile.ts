import * as t from 'io-ts';
import { Email, PersonName } from '../../domain/text.ts';
import { problemType } from './problem.ts';

/** What is known of a person. Lives in the profiles database only: never in an event, never in a log line. */
export const Profile = t.strict({ name: PersonName, email: Email }, 'Profile');
export type Profile = t.TypeOf<typeof Profile>;

/** The profiles service knows nobody of this id; any other 404 comes from somewhere else. */
export const profileNotFound = problemType('profile-not-found', 404, 'There is no profile');
