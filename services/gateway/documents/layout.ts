import { html, type Html } from './html.ts';

/** A whole page. It loads files of this host only, and runs nothing that stands in it: the policy forbids it. */
export const layout = (title: string, main: Html, head: Html = html``): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/docs/favicon-32x32.png" />
        <link rel="stylesheet" href="/docs/docs.css" />
        ${head}
      </head>
      <body>
        <nav>
          <b>orderflow</b>
          <a href="/docs">HTTP interface</a>
          <a href="/docs/topics">Topics and messages</a>
          <a href="/openapi.json">OpenAPI</a>
          <a href="/asyncapi.json">AsyncAPI</a>
        </nav>
        ${main}
      </body>
    </html>`.markup;
