import { styleText } from 'node:util';
import type { EventType } from '../../domain/events.ts';
import type { Step } from '../../domain/story.ts';
import type { Letter } from './letters.ts';

/** Shows the demo as text, with colours where the terminal has them (https://no-color.org is honoured). */
export interface Screen {
  readonly line: (text: string) => void;
  readonly title: (text: string) => void;
  /** The head of a timeline. */
  readonly columns: () => void;
  /** One line of a timeline; `since`: milliseconds since its first event. */
  readonly step: (step: Step, since: number) => void;
  /** Something that was checked and found true. */
  readonly holds: (text: string) => void;
  readonly letter: (letter: Letter) => void;
}

type Format = Parameters<typeof styleText>[0];

export const createScreen = (out: NodeJS.WriteStream): Screen => {
  const hasColours = out.isTTY && out.hasColors();
  const paint = (format: Format, text: string): string => (hasColours ? styleText(format, text) : text);
  const line = (text: string): void => void out.write(text === '' ? '\n' : `  ${text}\n`);
  return {
    line,
    title: (text) => out.write(`\n${paint('bold', text)}\n\n`),
    columns: () => {
      line('');
      line(paint('dim', ['after'.padStart(8), service('service'), type('event'), 'what happened'].join('  ')));
    },
    step: ({ event, meaning }, since) => {
      const after = paint('dim', `${since} ms`.padStart(8));
      line([after, service(serviceOf[event.type]), paint(colourOf(event.type), type(event.type)), meaning].join('  '));
    },
    holds: (text) => line(`${paint('green', '✓')} ${text}`),
    letter: ({ from, to, subject, headers, text }) => {
      const head = { From: from, To: to.join(', '), Subject: subject, ...headers };
      const frame = (row: string): void => line(`${paint('dim', '│')} ${row}`.trimEnd());
      line('');
      for (const [name, value] of Object.entries(head)) frame(paint('dim', `${name}: ${value}`));
      ['', ...text.trimEnd().split('\n')].forEach(frame);
    },
  };
};

/** Who writes each event. */
const serviceOf: Readonly<Record<EventType, string>> = {
  OrderCreateRequested: 'gateway',
  OrderPending: 'orders',
  PaymentProcessed: 'billing',
  OrderPaid: 'orders',
  OrderCancelled: 'orders',
  LetterSent: 'notifications',
  LetterNotSent: 'notifications',
  DepositRequested: 'gateway',
  FundsDeposited: 'billing',
  DepositRefused: 'billing',
  RedriveRequested: 'operator',
  EventSkipped: 'operator',
};

const widthOf = (texts: ReadonlyArray<string>): number => Math.max(...texts.map(({ length }) => length));

const service = (text: string): string => text.padEnd(widthOf(Object.values(serviceOf)));
const type = (text: string): string => text.padEnd(widthOf(Object.keys(serviceOf)));

const colourOf = (type: EventType): Format => {
  switch (type) {
    case 'OrderPaid':
    case 'FundsDeposited':
      return 'green';
    case 'OrderCancelled':
    case 'DepositRefused':
    case 'LetterNotSent':
      return 'red';
    case 'OrderCreateRequested':
    case 'OrderPending':
    case 'PaymentProcessed':
    case 'LetterSent':
    case 'DepositRequested':
    case 'RedriveRequested':
    case 'EventSkipped':
      return 'cyan';
  }
};
