/** A bounded number of places, so that what takes one cannot grow without end. */
export interface Places {
  /** Takes a place and answers with how to give it back, which is safe to call twice; undefined when none is free. */
  readonly take: () => (() => void) | undefined;
  readonly taken: () => number;
}

export const createPlaces = (most: number): Places => {
  const taken = new Set<symbol>();
  return {
    take: () => {
      if (taken.size >= most) return undefined;
      const place = Symbol('place');
      taken.add(place);
      return () => void taken.delete(place);
    },
    taken: () => taken.size,
  };
};
