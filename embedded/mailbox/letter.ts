import { simpleParser } from 'mailparser';
import type { StoredLetter } from './store.ts';

export type LetterSummary = {
  id: number;
  /** ISO 8601. */
  receivedAt: string;
  from: string;
  to: string[];
  subject: string;
  messageId: string | null;
  headers: { 'X-Order-Id': string | null; 'X-Order-Status': string | null };
};

export type Letter = LetterSummary & {
  text: string | null;
  html: string | null;
  /** Every header as it was sent, one a line, unfolded. */
  headerLines: string[];
};

/** What a list shows. Parses the header section only. */
export async function summarise(letter: StoredLetter): Promise<LetterSummary> {
  return summary(letter, await simpleParser(letter.head));
}

/** The whole letter. */
export async function read(letter: StoredLetter, source: Buffer): Promise<Letter> {
  const parsed = await simpleParser(source, { skipTextToHtml: true, skipHtmlToText: true });
  return {
    ...summary(letter, parsed),
    text: parsed.text ?? null,
    html: parsed.html || null,
    headerLines: parsed.headerLines.map(({ line }) => line.replaceAll(/\r?\n(?=[ \t])/g, '')),
  };
}

type Parsed = Awaited<ReturnType<typeof simpleParser>>;

const summary = (letter: StoredLetter, { from, subject }: Parsed): LetterSummary => ({
  id: letter.id,
  receivedAt: new Date(letter.receivedAt).toISOString(),
  from: from?.text ?? '',
  to: letter.recipients,
  subject: subject ?? '',
  messageId: letter.messageId ?? null,
  headers: { 'X-Order-Id': letter.orderId ?? null, 'X-Order-Status': letter.orderStatus ?? null },
});
