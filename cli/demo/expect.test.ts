import { describe, expect, it } from '@jest/globals';
import * as E from 'fp-ts/lib/Either.js';
import { answerTo, expectEqual, expectSoon } from './expect.ts';

describe('expectEqual', () => {
  it('accepts what is equal in depth', () => {
    expect(() => expectEqual('the wallet', { balance: 1, in: ['EUR'] }, { in: ['EUR'], balance: 1 })).not.toThrow();
  });

  it('says what was expected and what was found', () => {
    const compare = () => expectEqual('the wallet', { balance: 2 }, { balance: 1 });
    expect(compare).toThrow('Expected the wallet to be { balance: 1 }, found { balance: 2 }.');
  });
});

describe('expectSoon', () => {
  it('waits for an answer that comes later', async () => {
    const answers = [1, 2, 3];
    await expectSoon('the answer', () => Promise.resolve(answers.shift()), 3);
    expect(answers).toEqual([]);
  });

  it('fails with the last answer when the right one does not come', async () => {
    const waiting = expectSoon('the answer', () => Promise.resolve(2), 3, 50);
    await expect(waiting).rejects.toThrow('Expected the answer to be 3, found 2.');
  });
});

describe('answerTo', () => {
  it('fails with the problem that was told instead of an answer', async () => {
    const problem = { type: '/problems/unavailable', title: 'away', status: 503, detail: 'the event store' };
    const asking = answerTo('GET /orders/…', Promise.resolve(E.left(problem)));
    await expect(asking).rejects.toThrow(/Expected an answer to GET \/orders\/…, found a problem: .*503/);
  });
});
