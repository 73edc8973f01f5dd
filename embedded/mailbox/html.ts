/** Markup that needs no escaping any more. */
export type Html = { readonly markup: string };

type Value = Html | string | number | readonly Html[];

/** A template whose values are escaped unless they are themselves made by it. */
export const html = (parts: TemplateStringsArray, ...values: Value[]): Html => ({
  markup: String.raw({ raw: parts }, ...values.map(toMarkup)),
});

/** Text that is markup by our own hand: the page's style and script. */
export const trusted = (markup: string): Html => ({ markup });

function toMarkup(value: Value): string {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  if (typeof value === 'number') return String(value);
  return 'markup' in value ? value.markup : value.map(toMarkup).join('');
}
