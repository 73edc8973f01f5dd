import helmet from 'koa-helmet';
import type { Middleware } from 'koa';

const own = ["'self'"];
const none = ["'none'"];

/**
 * What browsers are told to forbid. Pages of ours run nothing, and load nothing, that is not of this host and in a file of
 * its own; none may be framed. The rest is as helmet has it: no guessed types, no referrer, HTTPS wherever it was used once.
 */
export const securityHeaders = (): Middleware =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: none,
        scriptSrc: own,
        styleSrc: own,
        imgSrc: own,
        fontSrc: own,
        connectSrc: own,
        baseUri: none,
        formAction: none,
        frameAncestors: none,
      },
    },
    xFrameOptions: { action: 'deny' },
  });
