import { html, trusted, type Html } from './html.ts';
import type { Letter, LetterSummary } from './letter.ts';
import { script, style } from './page-assets.ts';
import type { Counts, Filter } from './store.ts';

export type PageContent = { filter: Filter; counts: Counts; letters: LetterSummary[]; open: Letter | undefined };

/** The whole page: the list on the left, the letter that is open on the right. */
export function renderPage(content: PageContent): string {
  const { filter, counts, letters, open } = content;
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Mailbox (${counts.kept})</title>
        <link rel="icon" href="data:," />
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body data-received="${counts.received}">
        ${header(filter, counts)}
        <main class="${open === undefined ? 'closed' : 'opened'}">
          <nav>${letters.length === 0 ? nothing(filter) : list(content)}</nav>
          <article>
            ${open === undefined ? html`<p class="hint">Choose a letter to read it.</p>` : letter(open)}
          </article>
        </main>
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html>`;
  return markup;
}

function header(filter: Filter, counts: Counts): Html {
  const repeated = counts.duplicates === 0 ? '' : html`, <b>${counts.duplicates} repeated</b>`;
  return html`<header>
    <h1><a href="/">Mailbox</a></h1>
    <p id="state">${counts.received} received, ${counts.kept} kept${repeated}</p>
    <form>
      <input name="to" type="search" placeholder="Address" aria-label="Address" value="${filter.to ?? ''}" />
      <input name="order" type="search" placeholder="Order id" aria-label="Order id" value="${filter.order ?? ''}" />
      <button>Find</button>
      <button type="button" id="clear">Delete all</button>
    </form>
  </header>`;
}

const nothing = ({ order, to }: Filter): Html =>
  html`<p class="hint">
    ${(order ?? to) ? 'No letter matches.' : 'No letters yet. They appear here as they arrive.'}
  </p>`;

function list({ filter, letters, open }: PageContent): Html {
  const oldest = letters.at(-1);
  const isFull = letters.length === filter.limit && oldest !== undefined;
  return html`<ol>
      ${letters.map((one) => item(one, filter, one.id === open?.id))}
    </ol>
    ${isFull ? html`<a class="more" href="${link({ ...filter, before: oldest.id })}">Older letters</a>` : ''}`;
}

const item = (letter: LetterSummary, filter: Filter, isOpen: boolean): Html =>
  html`<li>
    <a href="${link(filter, letter.id)}" ${isOpen ? html`aria-current="true"` : ''}>
      <b>${letter.subject || '(no subject)'}</b>
      <span>${letter.to.join(', ')} ${status(letter)}</span>
      <span>${time(letter)} <i>#${letter.id}</i></span>
    </a>
  </li>`;

const status = ({ headers }: LetterSummary): Html | string => {
  const text = headers['X-Order-Status'];
  return text === null ? '' : html`<em class="status" data-status="${text}">${text}</em>`;
};

const time = ({ receivedAt }: LetterSummary): Html =>
  html`<time datetime="${receivedAt}">${receivedAt.replace('T', ' ').replace(/\.\d+Z/, ' UTC')}</time>`;

function link(filter: Filter, letter?: number): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, letter }))
    if (value !== undefined) query.set(name, `${value}`);
  return `/?${query.toString()}`;
}

const letter = (one: Letter): Html =>
  html`<a class="back" href="/">All letters</a>
    <h2>${one.subject || '(no subject)'} ${status(one)}</h2>
    <dl>
      ${field('From', one.from)}${field('To', one.to.join(', '))}${field('Received', time(one))}
      ${field('Message-ID', one.messageId ?? 'none')}${field('Order', one.headers['X-Order-Id'] ?? 'none')}
    </dl>
    ${one.html === null ? '' : html`<iframe sandbox title="The letter" src="/letters/${one.id}/html"></iframe>`}
    ${one.text === null ? '' : folded('Plain text', one.text, one.html === null)}
    ${folded('All headers', one.headerLines.join('\n'), false)}
    <p><a href="/letters/${one.id}/source">Source</a> · <a href="/letters/${one.id}">JSON</a></p>`;

const field = (name: string, value: Html | string): Html =>
  html`<dt>${name}</dt>
    <dd>${value}</dd>`;

const folded = (name: string, text: string, isOpen: boolean): Html =>
  html`<details ${isOpen ? 'open' : ''}>
    <summary>${name}</summary>
    <pre>${text}</pre>
  </details>`;
