import type { DataFolder } from '../data/folder.ts';
import { defaultFolder, dataFolder } from '../data/folder.ts';
import type { Run } from '../data/run.ts';

/** One line of JSON with everything that programs want to know. */
export const forPrograms = (folder: DataFolder, { supervisor, addresses, processes }: Run): string =>
  JSON.stringify({
    ...addresses,
    data: folder.root,
    pid: supervisor.pid,
    processes: Object.fromEntries(Object.entries(processes).map(([name, { pid }]) => [name, pid])),
  });

/** What people want to know, and three lines to paste. */
export const forPeople = (folder: DataFolder, { addresses, environment }: Run, seconds: number): string => {
  const { gateway = '', mailbox, database = '' } = addresses;
  // A line to paste only where the URL is whole: the operator's own is shown without its password.
  const psql = database === environment['DATABASE_URL'] ? `psql '${database}'` : `${database} (DATABASE_URL)`;
  const data = folder.root === dataFolder(defaultFolder).root ? '' : ` --data ${folder.root}`;
  const curl = `curl -w '\\n' -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json'`;
  const order = { userId: 'alice', currency: 'EUR', items: [{ sku: 'book', quantity: 2, unitPrice: 1250 }] };
  return `
orderflow is ready (${seconds.toFixed(1)} s). Ctrl-C stops it; its data stay in ${folder.root}

  gateway   ${gateway}
  mailbox   ${mailbox ?? 'none: letters go to SMTP_URL'}
  database  ${psql}

npx orderflow where${data} says these again.

Paste this into another terminal: a token, a deposit of 100.00 EUR, an order.

  TOKEN=$(npx orderflow token --user alice --role client --role operator${data})
  ${curl} ${gateway}/wallets/alice/EUR/deposits -d '{"amount":10000}'
  ${curl} ${gateway}/orders -d '${JSON.stringify(order)}'

Letters go to whoever has an address, so before the order, if you like:

  ${curl} -X PUT ${gateway}/profile -d '{"name":"Alice","email":"alice@example.com"}'

`;
};
