import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Store } from './store.ts';

/** The largest letter taken, in bytes. */
const maxSize = 10 * 1024 * 1024;

/** An SMTP server that answers 250 once a letter is on disk, and takes letters for anyone without asking who sends. */
export function createSmtpServer(store: Store, graceMs: number, log: (line: string) => void): SMTPServer {
  const server = new SMTPServer({
    banner: 'orderflow mailbox',
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: maxSize,
    rejectOversized: true,
    closeTimeout: graceMs,
    onData: (stream, session, answer) => {
      receive(store, stream, session).then(
        (reply) => answer(null, reply),
        (error: unknown) => {
          log(`A letter could not be kept: ${String(error)}`);
          answer(temporary());
        },
      );
    },
  });
  server.on('error', (error) => log(`SMTP: ${error.message}`));
  return server;
}

async function receive(store: Store, stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) return 'refused: too large';
  const id = await store.append(
    Buffer.concat(chunks),
    session.envelope.rcptTo.map(({ address }) => address),
  );
  return `Kept as letter ${id}`;
}

/** RFC 5321, section 4.2.3: 451, the sender should try again. */
const temporary = (): Error =>
  Object.assign(new Error('The letter could not be written to disk, try again later'), { responseCode: 451 });
