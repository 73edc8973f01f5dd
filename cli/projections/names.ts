import { Argument } from 'commander';
import { registry } from '../../projections/registry.ts';

export const projectionNames = registry.map(({ name }) => name);

/** Whoever names another is told which there are. */
export const projectionArgument = (name: string): Argument => new Argument(name, 'which').choices(projectionNames);
