import pg from 'pg';
import type { Logger } from 'pino';
import { messageOf, Unavailable } from '../../eventstore/faults.ts';
import type { Profile } from '../../api/profile.ts';

/** The profiles, in a database of their own. Every function throws `Unavailable` when it does not answer in time. */
export interface ProfileStore {
  readonly find: (userId: string) => Promise<Profile | undefined>;
  readonly save: (userId: string, profile: Profile) => Promise<void>;
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Milliseconds until a connection or a query counts as unanswered. */
const timeout = 2_000;

export const createProfileStore = (databaseUrl: string, log: Logger): ProfileStore => {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'profiles',
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
  });
  pool.on('error', (error) => log.warn({ err: messageOf(error) }, 'lost an idle connection to the profiles database'));

  // The statements are fixed and their values were checked before: what fails here is the way to the database.
  const query = async <Row extends pg.QueryResultRow>(sql: string, values: string[] = []): Promise<Row[]> => {
    try {
      return (await pool.query<Row>(sql, values)).rows;
    } catch (error) {
      throw new Unavailable('profiles database', error);
    }
  };

  return {
    find: async (userId) => {
      const [profile] = await query<Profile>('SELECT name, email FROM profiles WHERE user_id = $1', [userId]);
      return profile;
    },
    save: async (userId, { name, email }) => {
      await query(
        `INSERT INTO profiles (user_id, name, email) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET name = excluded.name, email = excluded.email, updated_at = now()`,
        [userId, name, email],
      );
    },
    ping: async () => {
      await query('SELECT 1');
    },
    close: () => pool.end(),
  };
};
