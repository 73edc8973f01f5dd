/** A line of JSON. Positions are decimal digits in a string: they are larger than a JSON number can be. */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))}\n`;
