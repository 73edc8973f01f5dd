import got, { type Got } from 'got';
import { NoAnswer, understand, type Answered, type Answers } from './answer.ts';
import type { NewestPosition } from './newestPosition.ts';
import type { ClientOptions } from './options.ts';
import { retrying } from './retrying.ts';

export type HttpOptions = Required<Pick<ClientOptions, 'url' | 'token' | 'retries' | 'backoff'>>;

/** One request; `path` is without the leading slash. */
export interface Request<A> {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Seconds that the gateway is asked to wait with its answer (`Prefer: wait`, RFC 7240). */
  readonly wait?: number;
  readonly signal?: AbortSignal;
  readonly answers: Answers<A>;
}

/** Puts names into a path so that each stays one name. */
export const at = (...names: ReadonlyArray<string>): string => names.map(encodeURIComponent).join('/');

export const createHttp = ({ url, token, retries, backoff }: HttpOptions): Got =>
  got.extend({
    prefixUrl: url,
    followRedirect: false,
    retry: retrying(retries, backoff),
    hooks: {
      beforeRequest: [
        async ({ headers }) => {
          headers['authorization'] = `Bearer ${typeof token === 'string' ? token : await token()}`;
        },
      ],
    },
  });

/** The reason of whoever aborted the request, or that nobody answered it. */
export const unanswered = (what: string, error: unknown, signal: AbortSignal | undefined): unknown => {
  if (signal?.aborted === true) return signal.reason;
  const found = error instanceof Error ? error.message : String(error);
  return new NoAnswer(`Expected an answer to ${what}, found none: ${found}`, { cause: error });
};

/** Sends requests, and takes note of the positions that their answers show. */
export const createSend =
  (http: Got, newest: NewestPosition, timeout: number) =>
  async <A>({ method, path, query, headers, body, wait, signal, answers }: Request<A>): Answered<A> => {
    const what = `${method} /${path}`;
    const answer = await http(path, {
      method,
      searchParams: query,
      headers: { ...headers, ...(wait === undefined ? {} : { prefer: `wait=${wait}` }) },
      json: body,
      throwHttpErrors: false,
      timeout: { request: timeout + (wait ?? 0) * 1_000 },
      signal,
    }).catch((error: unknown) => {
      throw unanswered(what, error, signal);
    });
    newest.note(answer.headers['log-position']);
    return understand(what, answers, answer);
  };

export type Send = ReturnType<typeof createSend>;
