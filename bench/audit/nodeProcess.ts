import { serveFilled } from '../filledNode.ts';
import { imagine } from './imagined.ts';

// The node, durable, in a process of its own, with so many events in which nothing is wrong; prints its connection string.
await serveFilled(Number(process.argv[2]), imagine());
