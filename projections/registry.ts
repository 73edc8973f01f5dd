import { orders } from './orders.ts';
import type { Projection } from './projection.ts';

/** Every projection. A list rather than a scan of the folder: types and bundlers follow it, and its order is given. */
export const registry: ReadonlyArray<Projection> = [orders];
