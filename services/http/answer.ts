import type { RouterContext, RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';

/** What a handler answers; the one place that puts it on the wire is `send`. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; nothing is sent when absent. */
  readonly body?: object;
  /** Fields of the request's log line, such as the order id. */
  readonly about?: Readonly<Record<string, string>>;
}

/** The state that this folder's middleware keeps for a request. */
export interface RequestState {
  /** Fields of the request's log line. */
  about?: Readonly<Record<string, string>>;
  /** Gives back the request's place among those at work; safe to call twice. */
  leaveWork?: () => void;
  /** Whether the request was counted as that of a known user, and not as that of a stranger. */
  isCounted?: boolean;
}

export const send = (context: Context, { status, headers = {}, body, about = {} }: Answer): void => {
  const state: RequestState = context.state;
  state.about = { ...state.about, ...about };
  context.status = status;
  context.set('Cache-Control', 'no-store');
  context.set(headers);
  if (body !== undefined) context.body = body;
};

/** Middleware that sends what the handler answers. */
export const answering =
  (handler: (context: RouterContext) => Promise<Answer>): RouterMiddleware =>
  async (context) => {
    send(context, await handler(context));
  };
