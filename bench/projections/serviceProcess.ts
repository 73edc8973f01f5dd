import { pino } from 'pino';
import { connect } from '../../eventstore/connection.ts';
import { start } from '../../projections/projections.ts';

// The projections service in a process of its own; prints a line when it has started.
const [url = '', databaseUrl = ''] = process.argv.slice(2);
const log = pino({ level: 'error' });
const eventStore = connect({ url, name: 'bench', log });
const service = await start({ eventStore, databaseUrl, log });
process.stdout.write('{}\n');
process.once(
  'SIGTERM',
  () =>
    void service
      .stop()
      .then(() => eventStore.close())
      .then(() => process.exit(0)),
);
