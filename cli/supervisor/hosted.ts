import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { Health, RunningService } from '../../eventstore/health.ts';
import { healthRoutes } from '../../services/http/health.ts';
import type { Addresses } from './ready.ts';

/** What a process runs: a service, or a part of the embedded infrastructure. */
export interface Hosted extends RunningService {
  /** Where its own HTTP is, which answers `/health/…` too; absent when it has none. */
  readonly url?: string;
  /** Where else it is reached, by a name. */
  readonly addresses?: Addresses;
  /** Fulfilled with the reason when it ends by itself. */
  readonly ended?: Promise<string>;
}

/** Answers `/health/…` for what has no HTTP of its own, for as long as the process lives. @returns where. */
export const startHealthServer = async (
  health: () => Health,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> => {
  const server = new Koa().use(healthRoutes(health).routes()).listen(port, host);
  await once(server, 'listening');
  const name = host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${(server.address() as AddressInfo).port}`;
};
