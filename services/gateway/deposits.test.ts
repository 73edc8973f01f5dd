import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type Client } from '../../client/client.ts';
import { depositStream } from '../../domain/streams.ts';
import { readForwards } from '../../eventstore/read.ts';
import { start as startBilling } from '../billing/billing.ts';
import { startTestGateway, token, type TestGateway } from '../../tests/fixtures/gateway.ts';
import { granted } from '../../tests/fixtures/granted.ts';
import { problemOf, sender } from '../../tests/fixtures/http.ts';
import { wholeLog } from '../../tests/fixtures/log.ts';
import { until } from '../../tests/fixtures/until.ts';

describe('deposits and wallets', () => {
  let gateway: TestGateway;
  let billing: Awaited<ReturnType<typeof startBilling>>;
  let olga: Client;
  const clientOf = async (...who: [string, ...string[]]) =>
    createClient({ url: gateway.url, token: await token(...who) });

  beforeAll(async () => {
    gateway = await startTestGateway();
    billing = await startBilling({ eventStore: gateway.store });
    olga = await clientOf('olga', 'operator');
  });
  afterAll(async () => {
    await billing.stop();
    await gateway.stop();
  });

  const settled = (client: Client, depositId: string) =>
    until(`deposit ${depositId} is settled`, async () => {
      const answer = await client.deposit(depositId);
      return answer._tag === 'Right' && answer.right.status !== 'Requested' && answer.right;
    });

  it('takes a deposit of an operator, and says where to see it and at which position it stands', async () => {
    const send = sender(gateway.url, await token('olga', 'operator'));
    const answer = await send('POST', '/wallets/alice/EUR/deposits', { amount: 10_000 });
    expect(answer.status).toBe(202);
    const location = answer.headers.get('Location') ?? '';
    const depositId = location.replace('/deposits/', '');
    const [event] = await readForwards(gateway.store, depositStream(depositId));
    expect(event).toMatchObject({
      type: 'DepositRequested',
      data: { depositId, userId: 'alice', currency: 'EUR', amount: 10_000 },
      metadata: { $correlationId: depositId, actor: { subject: 'olga', role: 'operator' } },
    });
    expect(await answer.json()).toEqual({ depositId, status: 'Requested', position: String(event?.position) });
  });

  it('shows a deposit to operators and to whom the money is, and the money in the wallet', async () => {
    const amy = await clientOf('amy', 'client');
    const { depositId } = granted(await olga.placeDeposit('amy', 'EUR', 2_500));
    const seen = await settled(olga, depositId);
    expect(seen).toMatchObject({ depositId, userId: 'amy', currency: 'EUR', amount: 2_500, status: 'Deposited' });
    expect(await settled(amy, depositId)).toEqual(seen);
    const full = () => until('the money is there', async () => granted(await amy.wallet('EUR')).balance > 0);
    await full();
    expect(granted(await amy.wallet('EUR'))).toEqual({ currency: 'EUR', balance: 2_500 });
  });

  it('shows that a deposit was refused because the balance would pass the safe integers', async () => {
    const { depositId: first } = granted(await olga.placeDeposit('croesus', 'EUR', Number.MAX_SAFE_INTEGER));
    expect(await settled(olga, first)).toMatchObject({ status: 'Deposited' });
    const { depositId: second } = granted(await olga.placeDeposit('croesus', 'EUR', 1));
    expect(await settled(olga, second)).toMatchObject({ status: 'Refused', reason: 'BalanceLimit' });
  });

  it("answers 404 to somebody else's deposit just as to an unknown one", async () => {
    const bob = sender(gateway.url, await token('bob', 'client', 'auditor'));
    const { depositId } = granted(await olga.placeDeposit('alice', 'EUR', 1));
    await settled(olga, depositId);
    const [foreign, unknown, odd] = await Promise.all(
      [depositId, randomUUID(), 'nonsense'].map(async (id) => problemOf(await bob('GET', `/deposits/${id}`))),
    );
    expect(foreign).toMatchObject({ type: '/problems/deposit-not-found', status: 404 });
    expect([unknown, odd]).toEqual([foreign, foreign]);
  });

  it('takes no deposit of a client, not even into their own wallet', async () => {
    const before = await wholeLog(gateway.store);
    const alice = sender(gateway.url, await token('alice', 'client'));
    const problem = await problemOf(await alice('POST', '/wallets/alice/EUR/deposits', { amount: 1 }));
    expect(problem).toMatchObject({ type: '/problems/missing-role', status: 403 });
    expect(await wholeLog(gateway.store)).toEqual(before);
  });

  it('shows a wallet that nothing was ever paid into as empty', async () => {
    const newcomer = await clientOf('newcomer', 'client');
    expect(granted(await newcomer.wallet('JPY'))).toEqual({ currency: 'JPY', balance: 0 });
  });

  it('answers 404 to a wallet of an unknown currency', async () => {
    const alice = sender(gateway.url, await token('alice', 'client'));
    expect((await problemOf(await alice('GET', '/wallets/XXX'))).type).toBe('/problems/wallet-not-found');
  });
});
