import { createTransport, type Transporter } from 'nodemailer';
import type { SentMessageInfo } from 'nodemailer/lib/smtp-pool/index.js';
import pLimit from 'p-limit';
import { Unavailable } from '../../eventstore/faults.ts';
import { TimedOut, withTimeout } from '../../eventstore/timeout.ts';
import type { LetterText } from './letter.ts';

/** Who gets it, and what makes it recognisable. */
export interface Envelope {
  readonly to: { readonly name: string; readonly address: string };
  readonly messageId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Taken by the mail server, or refused for good with the server's answer code. */
export type Posted = { readonly kind: 'sent' } | { readonly kind: 'refused'; readonly code: number };

export interface PostOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly smtpUrl: string;
  readonly from: string;
  /** Letters on the way at once. */
  readonly connections?: number;
  /** Milliseconds for one letter, from its first byte to the server's answer. */
  readonly timeout?: number;
}

export interface Post {
  /**
   * Mails one letter before `deadline` (milliseconds since the epoch), or not at all.
   * @throws Unavailable when the mail server is away, overloaded, or does not want us as its client.
   */
  readonly send: (letter: LetterText, envelope: Envelope, deadline: number) => Promise<Posted>;
  /** @throws Unavailable when the mail server does not let us in. */
  readonly probe: () => Promise<void>;
  readonly close: () => void;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly command?: string;
}

/** SMTP commands whose permanent refusal is about this letter; a refused login or sender is about us. */
const aboutTheLetter: ReadonlySet<string> = new Set(['RCPT TO', 'DATA']);

const refusalCode = (error: SmtpError): number | undefined =>
  error.command !== undefined && aboutTheLetter.has(error.command) && (error.responseCode ?? 0) >= 500
    ? error.responseCode
    : undefined;

/** nodemailer makes `X-Order-ID` of `X-Order-Id`, which mail rules that mind the case would miss. */
const asWeWriteIt = (header: string): string => header.replace(/^(X-.*)-ID$/, '$1-Id');

const connectTo = (smtpUrl: string, connections: number, timeout: number): Transporter<SentMessageInfo> =>
  createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: connections,
    maxMessages: Infinity,
    connectionTimeout: timeout / 2,
    greetingTimeout: timeout / 2,
    socketTimeout: timeout,
  });

/** The way to the mail server: a few connections kept open, and never more letters on the way than connections. */
export const createPost = ({ smtpUrl, from, connections = 5, timeout = 20_000 }: PostOptions): Post => {
  const limit = pLimit(connections);
  let transport = connectTo(smtpUrl, connections, timeout);

  // A letter that was given up must not go out later from a queue: its connections end with it.
  const reconnect = (broken: Transporter<SentMessageInfo>): void => {
    if (broken !== transport) return;
    broken.close();
    transport = connectTo(smtpUrl, connections, timeout);
  };

  const send = async (letter: LetterText, envelope: Envelope, deadline: number): Promise<Posted> => {
    if (Date.now() + timeout > deadline) throw new Unavailable('mail', new Error('too slow to answer in time'));
    const used = transport;
    try {
      const mail = { from, ...envelope, ...letter, normalizeHeaderKey: asWeWriteIt };
      await withTimeout(used.sendMail(mail), timeout, 'mail server');
      return { kind: 'sent' };
    } catch (error) {
      const code = error instanceof Error ? refusalCode(error) : undefined;
      if (code !== undefined) return { kind: 'refused', code };
      if (error instanceof TimedOut) reconnect(used);
      throw new Unavailable('mail', error);
    }
  };

  return {
    send: (letter, envelope, deadline) => limit(() => send(letter, envelope, deadline)),
    probe: async () => {
      try {
        await withTimeout(transport.verify(), timeout, 'mail server');
      } catch (error) {
        throw new Unavailable('mail', error);
      }
    },
    close: () => transport.close(),
  };
};
