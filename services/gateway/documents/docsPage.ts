import { html } from './html.ts';
import { layout } from './layout.ts';

/** Where the interface is read and tried: Swagger UI on our OpenAPI document. */
export const docsPage = (): string =>
  layout(
    'orderflow: HTTP interface',
    html`<div id="docs"></div>
      <noscript><main>Reading and trying needs JavaScript; the document itself is at /openapi.json.</main></noscript>
      <script src="/docs/swagger-ui-bundle.js"></script>
      <script src="/docs/docs.js"></script>`,
    html`<link rel="stylesheet" href="/docs/swagger-ui.css" />`,
  );

/** A file of its own, because the policy allows no script in a page. Nothing is sent to anybody: no validator is asked. */
export const docsScript = `
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  validatorUrl: null,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
`;
