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

/** Places that everybody has the same number of. */
export interface PlacesPerUser {
  readonly take: (userId: string) => (() => void) | undefined;
}

export const createPlacesPerUser = (most: number): PlacesPerUser => {
  const all = new Map<string, Places>();
  return {
    take: (userId) => {
      const own = all.get(userId) ?? createPlaces(most);
      const leave = own.take();
      if (leave === undefined) return undefined;
      all.set(userId, own);
      return () => {
        leave();
        // Whoever has begun anew meanwhile has places of their own.
        if (own.taken() === 0 && all.get(userId) === own) all.delete(userId);
      };
    },
  };
};
