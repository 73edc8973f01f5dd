import { EventStoreDBClient } from '@eventstore/db-client';
import { workloads, type WorkloadName } from './workloads.ts';

// A client in a process of its own: URL, workload, size; prints the measured number.
const [url = '', name = '', size = ''] = process.argv.slice(2);
const isWorkload = (text: string): text is WorkloadName => text in workloads;
if (!isWorkload(name)) throw new Error(`Expected one of ${Object.keys(workloads).join(', ')}, found '${name}'`);

const client = EventStoreDBClient.connectionString(url);
process.stdout.write(`${await workloads[name](client, Number(size))}\n`);
process.exit(0);
