import Router from '@koa/router';
import type { Check, Health } from '../../eventstore/health.ts';

/**
 * `GET /health/live` answers 204 as long as the process can answer at all: what fails it should be restarted.
 * `GET /health/ready` answers 200 when every check holds, else 503: what fails it should get no requests, but a restart
 * would not help. Its body is the checks as JSON: `{"eventStore": {"ok": true, "detail": "…"}, …}`.
 */
export const healthRoutes = (health: () => Readonly<Record<string, Pick<Check, 'ok'>>>): Router => {
  const router = new Router({ prefix: '/health' });
  router.get('/live', (context) => {
    context.status = 204;
  });
  router.get('/ready', (context) => {
    const checks = health();
    context.status = Object.values(checks).every(({ ok }) => ok) ? 200 : 503;
    context.set('Cache-Control', 'no-store');
    context.body = checks;
  });
  return router;
};

/** Whether a path is one of the above: these are answered however much there is to do, and whoever asks. */
export const isHealth = (path: string): boolean => path.startsWith('/health/');

/** Health for strangers: the details, which may tell hosts, ports and users, are in the log. */
export const withoutDetails = (health: Health): Readonly<Record<string, Pick<Check, 'ok'>>> =>
  Object.fromEntries(Object.entries(health).map(([name, { ok }]) => [name, { ok }]));
