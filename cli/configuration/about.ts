import { defaultLimits } from '../../services/gateway/limits.ts';
import { Configuration, variables, type Variable } from './configuration.ts';

/** What each variable is for, in the order of the documentation. */
export const about: Readonly<Record<Variable, string>> = {
  NODE_ENV: '`production` refuses to start with secrets that are missing or known, or tokens of any issuer',
  EVENTSTORE_URL: 'the event store; unset, `orderflow up` runs the embedded node',
  DATABASE_URL: 'PostgreSQL of the read models; unset, `orderflow up` runs an embedded PostgreSQL',
  PROFILES_DATABASE_URL:
    'PostgreSQL of names and e-mail addresses; unset while `DATABASE_URL` is set, `orderflow up` takes the same server, database `<name>_profiles`',
  SMTP_URL: 'where letters go; unset, `orderflow up` runs a mailbox that shows them',
  MAIL_FROM: 'sender of the letters',
  JWT_SECRET: 'key of the tokens (HS256); unset, `orderflow up` makes one and keeps it in the data folder',
  JWKS_URL: "instead of `JWT_SECRET`: where the token issuer's public keys are",
  JWT_ISSUER: 'the `iss` that tokens must have; unset, any',
  JWT_AUDIENCE: 'the `aud` that tokens must have; unset, any',
  PROFILES_URL: 'where the profiles service is; `orderflow up` runs one and sets it',
  SERVICE_TOKEN:
    'shown by services to the profiles service; unset, `orderflow up` makes one and keeps it in the data folder',
  HOST: 'the address to listen on; `0.0.0.0` is any',
  PORT: 'the port to listen on; unset, 8080 for `orderflow up`, a free one for `orderflow start`',
  CORS_ORIGINS: 'pages of these origins may use the gateway from a browser; unset, those of its own only',
  TRUSTED_PROXIES: 'reverse proxies in front of the gateway; so many entries of `X-Forwarded-For` are believed',
  RATE_LIMIT_PER_USER: 'requests of one user that a gateway answers in 10 seconds; 429 beyond',
  RATE_LIMIT_PER_ADDRESS: 'the same for what names no user, by the address it comes from',
  MAX_REQUESTS: 'requests that a gateway answers at once; 503 beyond',
  MAX_WAITS: 'requests that wait (`Prefer: wait`, `after`) at once, not counted among those above',
  MAX_READS_AFTER_WAIT: `requests that have waited and ask the read model at once; the others stand in line, for ${defaultLimits.turnTimeout / 1_000} seconds at most: 503 beyond`,
  MAX_REQUESTS_PER_USER: 'requests of one user that are answered or wait at once; 429 beyond',
  MAX_STREAMS: 'event streams that are open at once; 503 beyond',
  MAX_STREAMS_PER_USER: 'event streams that one user has open at once; 429 beyond',
  MAX_EVENT_LOOP_DELAY_MS: 'a gateway whose timers come so many milliseconds late answers 503',
  LOG_LEVEL: 'the least level that is logged',
  HANG_AFTER_MS: 'a process that has not answered `/health/live` for so many milliseconds is restarted',
  STOP_TIMEOUT_MS:
    'a process that has not stopped so many milliseconds after it was asked to is killed; waiting requests get half of them',
};

/** The variables as a Markdown table. */
export const table = (): string =>
  [
    '| variable | expected | default | what for |',
    '| --- | --- | --- | --- |',
    ...variables.map((name) => `| \`${name}\` | ${expected(name)} | ${defaultOf(name)} | ${about[name]} |`),
    '',
  ].join('\n');

const expected = (name: Variable): string => Configuration.props[name].name;

const defaultOf = (name: Variable): string => {
  const unset = Configuration.decode({});
  if (unset._tag === 'Left') throw new Error('Expected the configuration to decode with nothing set.');
  const value = unset.right[name];
  return value === undefined ? '' : `\`${String(value)}\``;
};
