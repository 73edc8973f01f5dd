import pLimit from 'p-limit';
import type { Limits } from './limits.ts';

/** Does the work when its turn comes; undefined, and nothing is done, when it does not come in time. */
export type Turns = <A>(work: () => Promise<A>) => Promise<A | undefined>;

/** Turns for what is let go all at once: some at a time, in order, and none for whoever stood in line for too long. */
export const createTurns = ({ turns, turnTimeout }: Pick<Limits, 'turns' | 'turnTimeout'>): Turns => {
  const limited = pLimit(turns);
  return (work) =>
    new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        resolve(undefined);
      }, turnTimeout);
      const turn = async (): Promise<void> => {
        clearTimeout(timer);
        if (!isLate) resolve(await work());
      };
      limited(turn).catch(reject);
    });
};
