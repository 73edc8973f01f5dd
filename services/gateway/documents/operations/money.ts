import { Deposit, Operations, PlacedDeposit, Wallet, Wallets } from '../../../../api/answers.ts';
import * as examples from '../../../../api/examples.ts';
import { DepositBody } from '../../../../api/inputs.ts';
import type { Operation } from '../operation.ts';
import { readAnswers, readParameters } from './reading.ts';

/** Wallets, what moves in them, and how money gets in. */
export const moneyOperations: ReadonlyArray<Operation> = [
  {
    id: 'listWallets',
    method: 'get',
    path: '/wallets',
    tag: 'Money',
    summary: 'List your wallets',
    access: 'token',
    parameters: readParameters,
    answers: readAnswers('One for each currency that you were ever paid, or paid in.', Wallets, {
      one: examples.wallets,
    }),
  },
  {
    id: 'showWallet',
    method: 'get',
    path: '/wallets/{currency}',
    tag: 'Money',
    summary: 'Show what you hold in a currency',
    access: 'token',
    parameters: readParameters,
    answers: readAnswers('The wallet. One that nothing was ever paid into holds 0.', Wallet, {
      euros: examples.wallet,
    }),
    problems: ['walletNotFound'],
  },
  {
    id: 'listOperations',
    method: 'get',
    path: '/wallets/{currency}/operations',
    tag: 'Money',
    summary: 'List what moved your money in a currency',
    description: 'Newest first. Each says what the wallet held afterwards.',
    access: 'token',
    parameters: ['limit', 'cursor', ...readParameters],
    answers: readAnswers('A page; `next` leads to the following one.', Operations, { euros: examples.operations }, [
      'Link',
    ]),
    problems: ['walletNotFound'],
  },
  {
    id: 'placeDeposit',
    method: 'post',
    path: '/wallets/{userId}/{currency}/deposits',
    tag: 'Money',
    summary: 'Put money into a wallet',
    description:
      'The deposit is taken when its request stands in the log; with `Prefer: wait` the answer comes when it is in the wallet.',
    access: ['operator'],
    parameters: ['Idempotency-Key', 'Prefer'],
    body: { codec: DepositBody, examples: { hundredEuros: examples.depositBody } },
    answers: {
      200: {
        description: 'It is in the wallet, or refused. Only with `Prefer: wait`.',
        headers: ['Location', 'Log-Position', 'Preference-Applied'],
        maybe: ['Idempotency-Replayed'],
        content: { codec: Deposit, examples: { deposited: examples.deposited } },
      },
      202: {
        description: 'It is taken. Look at the Location, or wait with `after`.',
        headers: ['Location', 'Log-Position'],
        maybe: ['Idempotency-Replayed'],
        content: { codec: PlacedDeposit, examples: { hundredEuros: examples.placedDeposit } },
      },
    },
    problems: ['outcomeUnknown'],
  },
  {
    id: 'showDeposit',
    method: 'get',
    path: '/deposits/{depositId}',
    tag: 'Money',
    summary: 'Show a deposit',
    description: 'For operators, and for whom the money is.',
    access: 'token',
    parameters: readParameters,
    answers: readAnswers('The deposit.', Deposit, { deposited: examples.deposited }),
    problems: ['depositNotFound'],
  },
];
