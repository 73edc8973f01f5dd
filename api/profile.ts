import * as t from 'io-ts';
import { Email, PersonName } from '../domain/text.ts';

/** What is known of a person. Lives in the profiles database only: never in an event, never in a log line. */
export const Profile = t.strict({ name: PersonName, email: Email }, 'Profile');
export type Profile = t.TypeOf<typeof Profile>;
