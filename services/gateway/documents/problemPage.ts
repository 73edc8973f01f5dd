import type { ProblemType } from '../../../api/answers.ts';
import { html, prose } from './html.ts';
import { layout } from './layout.ts';

/** What a problem type means, for people who followed its link. */
export const problemPage = ({ type, title, status, meaning, remedy }: ProblemType): string =>
  layout(
    title,
    html`<main>
      <h1>${title}</h1>
      <p class="faint">Status ${status}, type <code>${type}</code></p>
      <h2>What it means</h2>
      <p>${prose(meaning)}</p>
      <h2>What to do</h2>
      <p>${prose(remedy)}</p>
    </main>`,
  );
