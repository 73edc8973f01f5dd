import { deposits } from './deposits.ts';
import { orders } from './orders.ts';
import type { Projection } from './projection.ts';
import { timelines } from './timelines.ts';
import { wallets } from './wallets.ts';

/** Every projection. A list rather than a scan of the folder: types and bundlers follow it. */
export const registry: ReadonlyArray<Projection> = [orders, wallets, deposits, timelines];
