import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as t from 'io-ts';
import { Deposit, Operations, Order, Orders, Wallet, Wallets } from '../../api/answers.ts';
import { startBareGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender, type Send } from '../../tests/fixtures/http.ts';
import { startReadSides, type ReadSide, type ReadSides } from '../../tests/fixtures/readSide.ts';
import { until } from '../../tests/fixtures/until.ts';
import { start as startBilling } from '../billing/billing.ts';
import { start as startOrders } from '../orders/orders.ts';

const orders = '/orders?limit=100';
const wallet = '/wallets/USD';
const operations = '/wallets/USD/operations?limit=100';
const everywhere = [orders, '/wallets', wallet, operations];

/** Something that comes to be and never ceases: that an order or deposit got so far, that so much came in. */
type Mark = string;

const ranks = { Requested: 0, Pending: 1, Paid: 2, Cancelled: 2, Deposited: 2, Refused: 2 };
const reached = (path: string, status: keyof typeof ranks): Mark[] =>
  Array.from({ length: ranks[status] + 1 }, (_, rank) => `${path} ${rank}`);
/** Every deposit is of one unit, and no order is paid from them. */
const units = (count: number): Mark[] => Array.from({ length: count }, (_, unit) => `unit ${unit}`);

/** The marks that an answer shows. */
const marksIn = (path: string, body: unknown): ReadonlyArray<Mark> => {
  if (path === orders)
    return granted(Orders.decode(body)).orders.flatMap(({ orderId, status }) => reached(`/orders/${orderId}`, status));
  if (path === '/wallets') return granted(Wallets.decode(body)).wallets.flatMap(({ balance }) => units(balance));
  if (path === wallet) return units(granted(Wallet.decode(body)).balance);
  if (path === operations) return units(granted(Operations.decode(body)).operations.length);
  return reached(path, granted(t.union([Order, Deposit]).decode(body)).status);
};

/** Whether an answer at this path has to show the mark. */
const isShownAt = (path: string, mark: Mark): boolean => {
  if (path === orders) return mark.startsWith('/orders/');
  return mark.startsWith(path.startsWith('/wallets') ? 'unit ' : `${path} `);
};

/** What somebody does. */
type Step =
  | { readonly what: 'order' | 'deposit'; readonly gateway: number; readonly waits: boolean }
  /** `which` of what there is to read, with `since` of the tokens they were given. */
  | { readonly what: 'read'; readonly gateway: number; readonly which: number; readonly since: number }
  | { readonly what: 'pause' | 'resume' };

const gateway = fc.nat(1);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom('order', 'deposit'), gateway, waits: fc.boolean() }) },
  { weight: 8, arbitrary: fc.record({ what: fc.constant('read'), gateway, which: fc.nat(), since: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constantFrom('pause', 'resume') }) },
);

let counter = 0;

describe('a reader who passes a token', () => {
  let sides: ReadSides;
  let side: ReadSide;
  let gateways: ReadonlyArray<TestGateway>;
  let services: ReadonlyArray<{ readonly stop: () => Promise<void> }>;
  let projections: Awaited<ReturnType<ReadSide['start']>> | undefined;
  beforeAll(async () => {
    sides = await startReadSides();
    side = await sides.open();
    projections = await side.start();
    const eventStore = sides.events.store;
    services = [await startOrders({ eventStore }), await startBilling({ eventStore })];
    const start = () => startBareGateway({ eventStore, databaseUrl: side.databaseUrl });
    gateways = [await start(), await start()];
    for (const { url } of gateways)
      await until('the gateway is ready', async () => (await fetch(`${url}/health/ready`)).ok);
  });
  afterAll(async () => {
    await Promise.all([...gateways, ...services].map(({ stop }) => stop()));
    await side.close();
    await sides.stop();
  });

  const pause = async (): Promise<void> => {
    await projections?.stop();
    projections = undefined;
  };
  const resume = async (): Promise<void> => {
    projections ??= await side.start();
  };

  /** Somebody who remembers whatever they were shown, and at which position. */
  const reader = async () => {
    const userId = `user-${(counter += 1)}`;
    const bearer = await token(userId, 'client', 'operator');
    const sends: ReadonlyArray<Send> = gateways.map(({ url }) => sender(url, bearer));
    const through = (gateway: number): Send => sends[gateway] ?? sender('', bearer);
    const paths = [...everywhere];
    const tokens: bigint[] = [];
    const known = new Map<Mark, bigint>();

    const remember = (answer: Response, marks: ReadonlyArray<Mark>): void => {
      const position = BigInt(answer.headers.get('Log-Position') ?? '');
      tokens.push(position);
      for (const mark of marks) if (position < (known.get(mark) ?? position + 1n)) known.set(mark, position);
    };

    const write = async (what: 'order' | 'deposit', gateway: number, wait: number): Promise<void> => {
      const send = through(gateway);
      const items = [{ sku: 'teapot', quantity: 1, unitPrice: 1 }];
      const [path, body] =
        what === 'order'
          ? ['/orders', { userId, currency: 'EUR', items }]
          : [`/wallets/${userId}/USD/deposits`, { amount: 1 }];
      const answer = await send('POST', path, body, { Prefer: `wait=${wait}` });
      const shownAt = answer.headers.get('Location') ?? '';
      const settled = answer.status === 200;
      paths.push(shownAt);
      remember(answer, reached(shownAt, settled ? 'Paid' : 'Requested'));
    };

    const read = async (gateway: number, which: number, since: number): Promise<void> => {
      const path = paths[which % paths.length] ?? orders;
      const after = tokens[since % tokens.length] ?? 0n;
      const wait = projections === undefined ? 0 : 20;
      const separator = path.includes('?') ? '&' : '?';
      const answer = await through(gateway)('GET', `${path}${separator}after=${after}`, undefined, {
        Prefer: `wait=${wait}`,
      });
      if (answer.status === 504 && wait === 0) {
        expect(BigInt((await problemOf(answer)).position ?? '')).toBeLessThan(after);
        return;
      }
      const position = BigInt(answer.headers.get('Log-Position') ?? '');
      expect(position).toBeGreaterThanOrEqual(after);
      const shown = answer.status === 404 ? [] : marksIn(path, await answer.json());
      const due = [...known].filter(([mark, at]) => at <= position && isShownAt(path, mark)).map(([mark]) => mark);
      expect(shown).toEqual(expect.arrayContaining(due));
      remember(answer, shown);
    };
    return { write, read };
  };

  it('never sees an older state than the one that the token tells of, whatever is read and through which gateway', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 4, maxLength: 20 }), async (steps) => {
        const { read, write } = await reader();
        for (const step of steps) {
          switch (step.what) {
            case 'order':
            case 'deposit':
              await write(step.what, step.gateway, step.waits && projections !== undefined ? 20 : 0);
              break;
            case 'read':
              await read(step.gateway, step.which, step.since);
              break;
            case 'pause':
              await pause();
              break;
            case 'resume':
              await resume();
          }
        }
        await resume();
      }),
      { numRuns: 12 },
    );
  });
});
