import type { Client } from '../../client/client.ts';
import { hundredEuros } from '../../domain/deposit/examples.ts';
import { ofType, type EventType } from '../../domain/events.ts';
import { format } from '../../domain/money.ts';
import type { OrderDetails } from '../../domain/orderRequest/messages.ts';
import type { Step } from '../../domain/story.ts';
import { Failure } from '../failure.ts';
import type { Ending } from './endings.ts';
import { answerTo, expectEqual, expectSoon } from './expect.ts';
import { follow } from './follow.ts';
import { lettersIn } from './letters.ts';
import type { OwnSystem } from './ownSystem.ts';
import type { Screen } from './screen.ts';

export interface Stage {
  readonly system: OwnSystem;
  readonly screen: Screen;
  /** Who orders. */
  readonly alice: Client;
  /** Who may put money into wallets. */
  readonly olga: Client;
}

const profile = { name: 'Alice Liddell', email: 'alice@example.com' };

export const signUp = async ({ screen, alice }: Stage): Promise<void> => {
  screen.line(`PUT /profile  ${profile.name}, ${profile.email}`);
  await answerTo('PUT /profile', alice.saveProfile(profile));
  expectEqual('the profile', await answerTo('GET /profile', alice.profile()), profile);
  screen.holds('GET /profile shows it');
};

export const topUp = async ({ system, screen, alice, olga }: Stage): Promise<void> => {
  const { userId, currency, amount } = hundredEuros;
  screen.line(`POST /wallets/${userId}/${currency}/deposits  ${format(amount, currency)}`);
  const { depositId } = await answerTo('POST …/deposits', olga.placeDeposit(userId, currency, amount));
  screen.line(`202 /deposits/${depositId}`);
  const isLast = (type: EventType): boolean => type === 'FundsDeposited' || type === 'DepositRefused';
  const steps = await follow(system.eventStore, {
    id: depositId,
    isLast,
    onStep: timeline(screen),
    signal: system.signal,
  });
  screen.line('');
  expectEqual('the events of the deposit', typesOf(steps), ['DepositRequested', 'FundsDeposited']);
  await expectWallet(alice, currency, amount);
  screen.holds(`GET /wallets/${currency} shows ${format(amount, currency)}`);
};

export const order = async (stage: Stage, example: OrderDetails, ending: Ending): Promise<void> => {
  const { system, screen, alice } = stage;
  const { userId, currency, items, total } = example;
  const lines = items.map(({ sku, quantity, unitPrice }) => `${quantity} × ${sku} at ${format(unitPrice, currency)}`);
  screen.line(`POST /orders  ${lines.join(', ')}: ${format(total, currency)}`);
  const { orderId } = await answerTo('POST /orders', alice.placeOrder({ userId, currency, items }));
  screen.line(`202 /orders/${orderId}`);
  const isLast = (type: EventType): boolean => type === 'LetterSent' || type === 'LetterNotSent';
  const steps = await follow(system.eventStore, {
    id: orderId,
    isLast,
    onStep: timeline(screen),
    signal: system.signal,
  });
  await check(stage, { ...example, orderId }, ending, steps);
};

const check = async (
  { system, screen, alice }: Stage,
  details: OrderDetails,
  { status, letter, balance, settledBy, verdict }: Ending,
  steps: ReadonlyArray<Step>,
): Promise<void> => {
  const { orderId, userId, currency, total: amount } = details;
  const expected = ['OrderCreateRequested', 'OrderPending', 'PaymentProcessed', settledBy, 'LetterSent'];
  screen.line('');
  expectEqual('the events of the order', typesOf(steps), expected);
  const [requested, payment, settled, sent] = [
    eventIn(steps, 'OrderCreateRequested'),
    eventIn(steps, 'PaymentProcessed'),
    eventIn(steps, settledBy),
    eventIn(steps, 'LetterSent'),
  ];
  const because = verdict(payment.id);
  const paid = status === 'Paid';
  expectEqual('the payment', payment.data, { orderId, userId, currency, amount, paid, ...because, balance });
  expectEqual(`the data of ${settledBy}`, settled.data, { ...details, ...because });

  const times = { createdAt: requested.created.toISOString(), settledAt: settled.created.toISOString() };
  const shown = { ...details, ...because, ...times, status, timeline: expected };
  const orderShown = async () => {
    const { timeline, ...order } = await answerTo('GET /orders/…', alice.order(orderId));
    return { ...order, timeline: timeline.map(({ type }) => type) };
  };
  await expectSoon('the order', orderShown, shown);
  screen.holds(`GET /orders/… shows ${status}, ${Object.entries(because).flat().join(' ')}`);

  await expectWallet(alice, currency, balance);
  screen.holds(`GET /wallets/${currency} shows ${format(balance, currency)}`);

  const { messageId } = sent.data;
  expectEqual('the letter that was recorded', sent.data, { orderId, letter, messageId });
  await checkLetter({ system, screen }, { orderId, status, messageId, letter });
};

const checkLetter = async (
  { system, screen }: Pick<Stage, 'system' | 'screen'>,
  about: Pick<Ending, 'status' | 'letter'> & { readonly orderId: string; readonly messageId: string },
): Promise<void> => {
  const { orderId, status, letter, messageId } = about;
  const received = await lettersIn(system.mailbox);
  const letters = received.filter(({ headers }) => headers['X-Order-Id'] === orderId);
  const headers = { 'X-Order-Id': orderId, 'X-Order-Status': status };
  expectEqual(
    'the letters about the order',
    letters.map((each) => ({ to: each.to, messageId: each.messageId, headers: each.headers })),
    [{ to: [profile.email], messageId, headers }],
  );
  screen.holds(`the mailbox has one letter about it, the letter of ${letter}`);
  letters.forEach(screen.letter);
};

const timeline = (screen: Screen): ((step: Step) => void) => {
  screen.columns();
  let first: number | undefined;
  return (step) => {
    const at = step.event.created.getTime();
    first ??= at;
    screen.step(step, at - first);
  };
};

const expectWallet = (client: Client, currency: string, balance: number): Promise<void> =>
  expectSoon('the wallet', () => answerTo(`GET /wallets/${currency}`, client.wallet(currency)), { currency, balance });

const typesOf = (steps: ReadonlyArray<Step>): ReadonlyArray<EventType> => steps.map(({ event }) => event.type);

const eventIn = <const Type extends EventType>(steps: ReadonlyArray<Step>, type: Type) => {
  const found = steps.map(({ event }) => event).find(ofType(type));
  if (found === undefined) throw new Failure(`Expected ${type} in the story, found ${typesOf(steps).join(', ')}.`);
  return found;
};
