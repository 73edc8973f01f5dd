import { describe, expect, it } from '@jest/globals';
import { html } from './html.ts';

describe('markup', () => {
  it('escapes whatever could end a text or an attribute', () => {
    expect(html`<a title="${`"'<&>`}">${'<b>'}</a>`.markup).toBe(
      '<a title="&#34;&#39;&#60;&#38;&#62;">&#60;b&#62;</a>',
    );
  });

  it('takes markup made by itself as it is', () => {
    const items = ['a', '<'].map((text) => html`<i>${text}</i>`);
    expect(html`<b>${items}</b>`.markup).toBe('<b><i>a</i><i>&#60;</i></b>');
  });
});
