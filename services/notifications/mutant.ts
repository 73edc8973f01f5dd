import { createTransport, type Transporter } from 'nodemailer';
import type { SentMessageInfo } from 'nodemailer/lib/smtp-pool/index.js';
import pLimit from 'p-limit';
import { Deferred, Unavailable } from '../../eventstore/faults.ts';
import { withTimeout } from '../../eventstore/timeout.ts';
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
   * Mails one letter before `deadline` (milliseconds since the epoch), or not at all. Once `ending` is aborted no letter is
   * begun; one that is on its way is finished.
   * @throws Deferred when the mail server puts this letter off.
   * @throws Unavailable when the mail server is away, overloaded, or does not want us as its client, and when stopping.
   */
  readonly send: (letter: LetterText, envelope: Envelope, deadline: number, ending: AbortSignal) => Promise<Posted>;
  /** @throws Unavailable when the mail server does not let us in. */
  readonly probe: () => Promise<void>;
  readonly close: () => void;
}

interface SmtpError extends Error {
  /** The server's whole answer. */
  readonly response?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** SMTP commands whose refusal is about this letter, as far as the code does not say otherwise; any other is about us. */
const aboutTheLetter: ReadonlySet<string> = new Set(['RCPT TO', 'DATA']);

/**
 * Whether a permanent refusal is about us: enhanced codes X.7.Z are "security or policy" (RFC 3463, 3.8), and a server
 * without enhanced codes denies relaying by 554 at RCPT TO.
 */
const isAboutUs = ({ response = '', responseCode, command }: SmtpError): boolean => {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  return enhanced === undefined ? responseCode === 554 && command === 'RCPT TO' : enhanced.startsWith('5.7.');
};

/** What a failed attempt comes to: the letter is refused for good, or thrown is whether it waits or mail does. */
const outcomeOf = (error: unknown): Posted => {
  if (!(error instanceof Error)) throw new Unavailable('mail', error);
  const { command = '', responseCode = 0 }: SmtpError = error;
  // 421 may answer any command, and says that the server goes away (RFC 5321, 3.8).
  const isOfLetter = aboutTheLetter.has(command) && responseCode >= 400 && responseCode !== 421;
  if (!isOfLetter) throw new Unavailable('mail', error);
  if (responseCode < 500) throw new Deferred(`the mail server puts the letter off: ${error.message}`, { cause: error });
  if (isAboutUs(error)) throw new Unavailable('mail', error);
  return { kind: 'refused', code: responseCode };
};

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
    // A connection that is cut takes what it has not sent yet with it.
    socketCloseTimeout: 0,
  });

/** The way to the mail server: a few connections kept open, and never more letters on the way than connections. */
export const createPost = ({ smtpUrl, from, connections = 5, timeout = 20_000 }: PostOptions): Post => {
  const limit = pLimit(connections);
  const transport = connectTo(smtpUrl, connections, timeout);

  const send: Post['send'] = async (letter, envelope, deadline, ending) => {
    if (ending.aborted) throw new Unavailable('mail', new Error('stopping'));
    if (Date.now() + timeout > deadline) throw new Unavailable('mail', new Error('too slow to answer in time'));
    const givenUp = new AbortController();
    const mail = { from, ...envelope, ...letter, normalizeHeaderKey: asWeWriteIt, signal: givenUp.signal };
    try {
      await withTimeout(transport.sendMail(mail), timeout, 'mail server');
      return { kind: 'sent' };
    } catch (error) {
      // A letter given up must not go out later: this takes it from the queue, or cuts its connection and no other's.
      return outcomeOf(error);
    }
  };

  return {
    send: (...letter) => limit(() => send(...letter)),
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
