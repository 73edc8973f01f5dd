import Router from '@koa/router';
import type { Context } from 'koa';
import { filterOf } from './filter.ts';
import { read, summarise } from './letter.ts';
import { renderPage } from './page.ts';
import { letterPolicy, pagePolicy } from './policy.ts';
import type { Store, StoredLetter } from './store.ts';

/** The mailbox over HTTP: JSON for programs, a page for people, health for supervisors. */
export function createRoutes(store: Store): Router {
  const found = (ctx: Context, id = ''): { letter: StoredLetter; source: Buffer } => {
    const [letter, source] = /^\d{1,9}$/.test(id) ? [store.get(Number(id)), store.source(Number(id))] : [];
    return letter && source ? { letter, source } : ctx.throw(404, `There is no letter ${id}.`);
  };
  const full = (ctx: Context, id = '') => {
    const { letter, source } = found(ctx, id);
    return read(letter, source);
  };
  const summaries = (ctx: Context) => Promise.all(store.list(filterOf(ctx)).map(summarise));

  return new Router()
    .get('/', async (ctx) => {
      const chosen = ctx.URL.searchParams.get('letter');
      ctx.set('Content-Security-Policy', pagePolicy);
      ctx.type = 'html';
      ctx.body = renderPage({
        filter: filterOf(ctx),
        counts: store.counts(),
        letters: await summaries(ctx),
        open: chosen === null ? undefined : await full(ctx, chosen),
      });
    })
    .get('/letters', async (ctx) => {
      ctx.body = await summaries(ctx);
    })
    .delete('/letters', async (ctx) => {
      await store.clear();
      ctx.status = 204;
    })
    .get('/letters/:id', async (ctx) => {
      ctx.body = await full(ctx, ctx.params.id);
    })
    .get('/letters/:id/html', async (ctx) => {
      const { html } = await full(ctx, ctx.params.id);
      ctx.set('Content-Security-Policy', letterPolicy);
      ctx.type = 'html';
      ctx.body = html ?? ctx.throw(404, 'This letter has no HTML.');
    })
    .get('/letters/:id/source', (ctx) => {
      ctx.body = found(ctx, ctx.params.id).source;
      ctx.type = 'text/plain';
    })
    .get('/count', (ctx) => {
      ctx.body = store.counts();
    })
    .get('/health/live', (ctx) => {
      ctx.status = 204;
    })
    .get('/health/ready', (ctx) => {
      ctx.body = store.counts();
    });
}
