import Router, { type RouterMiddleware } from '@koa/router';
import { problemTexts } from '../../../api/problemTexts.ts';
import { problemNames, problemTypes, type ProblemName } from '../../../api/problems.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { docsPage } from './docsPage.ts';
import { files } from './files.ts';
import { fixed } from './fixed.ts';
import { openApiDocument } from './openapi.ts';
import { problemPage } from './problemPage.ts';
import { slugOf } from './problems.ts';
import { topicsPage } from './topicsPage.ts';

const json = (document: object) => fixed({ type: 'json', content: JSON.stringify(document) });

const page = (content: string, policy?: string) => fixed({ type: 'html', content, policy });

/** Swagger UI draws its arrows from `data:`; otherwise the page is held to what every page of ours is. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A problem type for people where HTML is what they prefer, for programs otherwise. */
const problemType = (name: ProblemName): RouterMiddleware => {
  const told = { ...problemTypes[name], ...problemTexts[name] };
  const [asJson, asPage] = [json(told), page(problemPage(told))];
  return (context) => {
    context.vary('Accept');
    if (context.accepts('json', 'html') === 'html') asPage(context);
    else asJson(context);
  };
};

const allProblems = new Map(problemNames.map((name) => [slugOf(name), problemType(name)]));

/** Leaves what is not in the table unanswered. */
const choosing =
  (table: ReadonlyMap<string, RouterMiddleware>, parameter: string): RouterMiddleware =>
  async (context, next) => {
    await table.get(context.params[parameter] ?? '')?.(context, next);
  };

/** What the gateway says of itself, to everybody. */
export const documentRoutes = (): Router => {
  const router = new Router();
  router.get('/openapi.json', json(openApiDocument()));
  router.get('/asyncapi.json', json(asyncApiDocument()));
  router.get('/docs', page(docsPage(), docsPolicy));
  router.get('/docs/topics', page(topicsPage()));
  router.get('/docs/:file', choosing(files, 'file'));
  router.get('/problems/:name', choosing(allProblems, 'name'));
  return router;
};
