import { createServer, type Server } from 'node:http';
import Koa from 'koa';
import type { SMTPServer } from 'smtp-server';
import { listen } from './listen.ts';
import { createRoutes } from './routes.ts';
import { createSmtpServer } from './smtp.ts';
import { openStore } from './store.ts';

export type MailboxOptions = {
  /** The folder the letters are kept in; made on first use. */
  data: string;
  /** The SMTP port; a free one when absent or 0. */
  smtpPort?: number;
  /** The port of the page and of the JSON; a free one when absent or 0. */
  httpPort?: number;
  /** The address to listen on. Default 127.0.0.1: who can reach it can read every letter. */
  host?: string;
  /** How many letters are kept; the oldest are dropped first. Default 10,000. */
  keep?: number;
  /** Hears of faults, one line each. */
  log?: (line: string) => void;
};

export type Mailbox = {
  /** For `SMTP_URL`. */
  smtpUrl: string;
  /** The page, and the root of the JSON. */
  url: string;
  /** Lets what is under way finish, for 200 ms at most, and closes the folder. Safe to call twice. */
  stop: () => Promise<void>;
};

/** How long `stop` waits for answers that are under way, in milliseconds. */
const graceMs = 200;

/**
 * Takes every letter that is sent to it, keeps it on disk and shows it.
 * @throws when a port is taken or the folder is in use.
 */
export async function startMailbox(options: MailboxOptions): Promise<Mailbox> {
  const { data, smtpPort = 0, httpPort = 0, host = '127.0.0.1', keep = 10_000, log = () => undefined } = options;
  const store = openStore(data, keep);
  const smtp = createSmtpServer(store, graceMs, log);
  const app = new Koa().use(asItIs).use(createRoutes(store).routes());
  app.on('error', (error: Error & { expose?: boolean }) => {
    if (!error.expose) log(`HTTP: ${error.message}`);
  });
  const answer = app.callback();
  const http = createServer((request, response) => void answer(request, response));
  const close = async (): Promise<void> => {
    await Promise.all([closeSmtp(smtp), closeHttp(http)]);
    await store.close();
  };
  try {
    const smtpUrl = `smtp://${host}:${await listen(smtp.server, smtpPort, host, "the mailbox's SMTP")}`;
    const url = `http://${host}:${await listen(http, httpPort, host, "the mailbox's page")}`;
    let stopping: Promise<void> | undefined;
    return { smtpUrl, url, stop: () => (stopping ??= close()) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Browsers are to take answers for what they say they are, and to ask again each time. */
const asItIs: Koa.Middleware = (ctx, next) => {
  ctx.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
  return next();
};

const closeSmtp = (server: SMTPServer): Promise<void> => new Promise((resolve) => server.close(resolve));

const closeHttp = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => resolve(clearTimeout(timer)));
  });
