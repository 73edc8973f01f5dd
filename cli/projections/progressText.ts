import type { Progress } from '../../projections/rebuild/progress.ts';
import { bar, percent } from '../bar.ts';
import { duration, numeral } from '../words.ts';

type Filling = Extract<Progress, { readonly phase: 'filling' }>;

const speed = ({ rate }: Filling): string => `${numeral(rate)} events/s`;

/** In whole seconds, rounded up; undefined when nobody can tell, or nothing is left. */
const timeLeft = ({ left }: Filling): string | undefined =>
  left === undefined || left <= 0 ? undefined : `${duration(Math.ceil(left / 1_000) * 1_000)} left`;

/** How a slot comes along, in words. */
export const progressText = (progress: Progress): string => {
  switch (progress.phase) {
    case 'filling': {
      const told = [`${percent(progress.share)} of the log`, speed(progress), timeLeft(progress)];
      return `filling ${progress.slot}: ${told.filter((each) => each !== undefined).join(', ')}`;
    }
    case 'begun anew':
      return `begun anew as ${progress.slot}: ${progress.left} was begun by another definition, or was not to be gone on with`;
    case 'comparing':
      return `comparing ${progress.slot} with what is live, at position ${progress.position}`;
    case 'standing by':
      return `standing by: another instance fills ${progress.slot}`;
    case 'waiting':
      return `waiting: ${progress.why}`;
  }
};

/** The same on a terminal: what is being filled as a bar. */
export const progressBar = (progress: Progress): string => {
  if (progress.phase !== 'filling') return progressText(progress);
  const told = [`${bar(progress.share)} ${percent(progress.share).padStart(5)}`, speed(progress), timeLeft(progress)];
  return told.filter((each) => each !== undefined).join('  ');
};
