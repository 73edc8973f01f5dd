import type { Compared } from '../../audit/verify/comparison.ts';
import { invariants, type Breach } from '../../audit/verify/invariants.ts';
import type { Verification } from '../../audit/verify/verify.ts';
import { numeral, several } from '../words.ts';

const placeOf = ({ stream, revision, position }: Breach): string =>
  `${stream}${revision === undefined ? '' : `@${revision}`}, position ${position}`;

const subjectText = ({ subject }: Breach): string =>
  Object.entries(subject)
    .map(([kind, id]) => `  ${kind} ${id}`)
    .join('');

/** A breach in words. */
export const breachText = (breach: Breach): string =>
  [
    `${breach.invariant}${subjectText(breach)}`,
    `  ${invariants[breach.invariant]}: expected ${breach.expected}, found ${breach.found}`,
    `  ${placeOf(breach)}`,
    '',
  ].join('\n');

const readModelText = ({ name, position, rows, notCompared }: Compared): string =>
  notCompared === undefined
    ? `read model ${name}: ${several(rows, 'row')} compared at position ${position}\n`
    : `read model ${name}: NOT COMPARED, ${notCompared}\n`;

/** What a verification came to, in words. */
export const verificationText = (verification: Verification): string => {
  const { position, events, orders, deposits, wallets, breaches, readModels } = verification;
  const read = [several(orders, 'order'), several(deposits, 'deposit'), several(wallets, 'wallet')].join(', ');
  const end = position < 0n ? 'the log is empty' : `to position ${position}`;
  const result = breaches === 0 ? 'nothing is wrong' : `${numeral(breaches)} ${breaches === 1 ? 'breach' : 'breaches'}`;
  return `${several(events, 'event')} read, ${end}: ${read}\n${readModels.map(readModelText).join('')}${result}\n`;
};
