import type { RouterContext, RouterMiddleware } from '@koa/router';
import { callerHas, entityTag } from '../conditional.ts';

/** Something that is the same for everybody as long as the process lives. */
export interface Fixed {
  /** Media type, or the extension of a file. */
  readonly type: string;
  readonly content: string | Buffer;
  /** What a browser may do with it, where that differs from every other answer. */
  readonly policy?: string;
}

/** Middleware that sends it, or 304 to whoever has it. */
export const fixed = ({ type, content, policy }: Fixed) => {
  const tag = entityTag(content);
  return (context: RouterContext): void => {
    context.set({ ETag: tag, 'Cache-Control': 'no-cache' });
    if (policy !== undefined) context.set('Content-Security-Policy', policy);
    if (callerHas(context, tag)) {
      context.status = 304;
      return;
    }
    context.type = type;
    context.body = content;
  };
};

/** The same of what is read when it is asked for first. */
export const fixedLater = (read: () => Promise<Fixed>): RouterMiddleware => {
  let sending: ReturnType<typeof fixed> | undefined;
  return async (context) => {
    sending ??= fixed(await read());
    sending(context);
  };
};
