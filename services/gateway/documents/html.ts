/** Markup that needs no escaping any more. */
export interface Html {
  readonly markup: string;
}

type Value = Html | string | number | ReadonlyArray<Html>;

const toMarkup = (value: Value): string => {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(toMarkup).join('');
};

/** A template whose values are escaped unless they are themselves made by it. By hand: it is less than any library's README. */
export const html = (parts: TemplateStringsArray, ...values: ReadonlyArray<Value>): Html => ({
  markup: String.raw({ raw: parts }, ...values.map(toMarkup)),
});

/** A text of ours, with what stands between backticks as code. */
export const prose = (text: string): Html => ({
  markup: text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))
    .map(toMarkup)
    .join(''),
});
