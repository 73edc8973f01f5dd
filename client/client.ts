import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { failure } from 'io-ts/lib/PathReporter.js';
import type { OrderLine } from '../domain/orderRequest/messages.ts';
import { Deposit, Order, PlacedDeposit, PlacedOrder, Problem, Wallet } from '../api/answers.ts';
import { Profile } from '../api/profile.ts';

export interface ClientOptions {
  /** Where the gateway is, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Sent as the bearer token. */
  readonly token: string;
  /** Milliseconds until a request counts as unanswered. */
  readonly timeout?: number;
}

/** An order to be placed; unit prices in minor units. */
export interface NewOrder {
  readonly userId: string;
  readonly currency: string;
  readonly items: ReadonlyArray<OrderLine>;
}

/** An answer, or the problem that the gateway told instead. Rejects when no answer came, or one that cannot be understood. */
export type Answered<A> = Promise<E.Either<Problem, A>>;

export interface Client {
  readonly placeOrder: (order: NewOrder) => Answered<PlacedOrder>;
  readonly order: (orderId: string) => Answered<Order>;
  readonly wallet: (currency: string) => Answered<Wallet>;
  /** Asks for money to be put into a wallet, `amount` in minor units; needs the role operator. */
  readonly placeDeposit: (userId: string, currency: string, amount: number) => Answered<PlacedDeposit>;
  readonly deposit: (depositId: string) => Answered<Deposit>;
  readonly profile: () => Answered<Profile>;
  readonly saveProfile: (profile: Profile) => Answered<Profile>;
}

const isProblem = (answer: Response): boolean =>
  answer.headers.get('Content-Type')?.startsWith('application/problem+json') === true;

const understood = <A>(codec: t.Decoder<unknown, A>, body: unknown, what: string): A => {
  const decoded = codec.decode(body);
  if (E.isRight(decoded)) return decoded.right;
  throw new Error(`Expected ${what}, found one with faults: ${failure(decoded.left).join('; ')}`);
};

/** The HTTP interface of the gateway as typed functions. */
export const createClient = ({ url, token, timeout = 30_000 }: ClientOptions): Client => {
  const send = async <A>(codec: t.Decoder<unknown, A>, method: string, path: string, body?: object): Answered<A> => {
    const what = `an answer to ${method} ${path}`;
    const answer = await fetch(new URL(path, url), {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeout),
    });
    const content: unknown = await answer.json();
    return isProblem(answer) ? E.left(understood(Problem, content, what)) : E.right(understood(codec, content, what));
  };
  const at = (...names: string[]): string => `/${names.map(encodeURIComponent).join('/')}`;

  return {
    placeOrder: (order) => send(PlacedOrder, 'POST', '/orders', order),
    order: (orderId) => send(Order, 'GET', at('orders', orderId)),
    wallet: (currency) => send(Wallet, 'GET', at('wallets', currency)),
    placeDeposit: (userId, currency, amount) =>
      send(PlacedDeposit, 'POST', at('wallets', userId, currency, 'deposits'), { amount }),
    deposit: (depositId) => send(Deposit, 'GET', at('deposits', depositId)),
    profile: () => send(Profile, 'GET', '/profile'),
    saveProfile: (profile) => send(Profile, 'PUT', '/profile', profile),
  };
};
