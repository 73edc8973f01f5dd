/**
 * What holds of every log that only the services have written. The names are stable: scripts may depend on them; each says
 * what is so when nothing is wrong.
 */
export const invariants = {
  'event-readable': 'an event can be decoded by this code',
  'event-in-its-stream': 'an event stands in the stream that its data name, and nothing else stands in our streams',
  'event-caused': 'an event names the event that caused it, where it stands, and the order or deposit it belongs to',
  'order-requested': 'an order is opened because it was requested',
  'order-requested-once': 'an order is requested once',
  'order-opened-once': 'an order is opened once',
  'order-as-requested': 'an order says in every step what its request says',
  'order-paid-once': 'an order has one payment',
  'order-paid-for': 'an order is settled because of its payment',
  'order-opened': 'what is paid for, or settled, is an order that was opened',
  'order-settled-once': 'an order is settled once',
  'order-operation': 'a paid order has the operation id of its payment, which is the id of that event',
  'order-amount': 'an order is settled by a payment of its total',
  'order-outcome': 'an order is paid if its payment was made, and cancelled if it was not',
  'order-settled': 'an order is settled within the time of grace',
  'payment-as-ordered': 'a payment is of the order’s user, currency and total',
  'letter-after-settlement': 'a letter is about an order that is settled',
  'letter-once': 'an order has one letter',
  'letter-fits': 'a letter is of happiness for a paid order, and of sorrow for a cancelled one',
  'letter-recorded': 'of a settled order it is recorded, within the time of grace, whether its letter was sent',
  'deposit-requested': 'money comes into a wallet because a deposit was requested',
  'deposit-requested-once': 'a deposit is requested once',
  'deposit-as-requested': 'a deposit comes into the wallet, and of the amount, that was requested',
  'deposit-once': 'a deposit comes into its wallet, or is refused, once',
  'deposit-settled': 'a deposit comes into its wallet, or is refused, within the time of grace',
  'wallet-complete': 'no entry of a wallet is missing',
  'wallet-balance': 'a balance is the sum of the entries before it and of its own',
  'wallet-not-below-zero': 'no wallet pays more than it holds',
  'decision-repeatable': 'the rules of the same policy decide again what was decided',
  'read-model-equal': 'a read model shows what the log says at its checkpoint',
} as const;

export type Invariant = keyof typeof invariants;

/** What an invariant asks for, and what there is instead; in words. */
export interface Finding {
  readonly invariant: Invariant;
  readonly expected: string;
  readonly found: string;
}

/** Whose invariant it is: an order, a deposit, or a wallet (`user.currency`). */
export type Subject =
  { readonly order: string } | { readonly deposit: string } | { readonly wallet: string } | Record<string, never>;

/** Where in the log something stands. */
export interface Place {
  readonly stream: string;
  /** Undefined where no event of the log is meant. */
  readonly revision: number | undefined;
  readonly position: bigint;
}

/** An invariant that does not hold, whose, and at which event that shows. */
export type Breach = Finding & Place & { readonly subject: Subject };

export type Findings = ReadonlyArray<Finding>;

/** Nothing is wrong; the same value each time, because that is what nearly every event comes to. */
export const none: Findings = [];

/** Is told of each breach, one at a time. */
export type OnBreach = (breach: Breach) => void;

/** Tells what was found of a subject, and where. */
export const tellOf = (onBreach: OnBreach, findings: Findings, subject: Subject, at: Place): void => {
  const { stream, revision, position } = at;
  for (const finding of findings) onBreach({ ...finding, subject, stream, revision, position });
};

/** A finding. */
export const broken = (invariant: Invariant, expected: string, found: string): Findings => [
  { invariant, expected, found },
];

/** A finding unless `holds`; the texts are made only then. */
export const must = (holds: boolean, invariant: Invariant, expected: () => string, found: () => string): Findings =>
  holds ? none : broken(invariant, expected(), found());

/** The first of several questions that finds something: what follows from it is not told again. */
export const first = (...questions: ReadonlyArray<() => Findings>): Findings => {
  for (const ask of questions) {
    const findings = ask();
    if (findings.length > 0) return findings;
  }
  return none;
};
