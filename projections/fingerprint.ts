import { createHash } from 'node:crypto';
import type { Projection } from './projection.ts';

/**
 * Tells one definition from another, as far as its text does: name, version, tables, and the source of each mapping
 * function. What such a function calls or closes over it cannot see; nor that two texts mean the same, such as the source
 * and what the build makes of it.
 */
export const fingerprintOf = ({ name, version, tables, on }: Projection): string => {
  const mapping = Object.entries(on).map(([type, changes]) => [type, changes.toString()]);
  return createHash('sha256')
    .update(JSON.stringify([name, version, tables, mapping]))
    .digest('hex');
};
