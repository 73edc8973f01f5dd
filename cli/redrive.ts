import { Argument, Command, Option } from 'commander';
import { RedriveReason } from '../domain/redrive/messages.ts';
import { Uuid } from '../domain/text.ts';
import { topicNames, type TopicName } from '../domain/topics.ts';
import { messageOf } from '../eventstore/faults.ts';
import { redrive } from '../eventstore/redrive.ts';
import { line } from './configuration/codecs.ts';
import { Failure } from './failure.ts';
import { by, dataOption } from './options.ts';
import { userName } from './userName.ts';
import { withEventStore } from './withEventStore.ts';

interface Options {
  readonly by?: string;
  readonly reason: string;
  readonly data: string;
}

const run = (topic: TopicName, eventId: string, { data, by: asker = userName(), reason }: Options): Promise<void> =>
  withEventStore(data, 'redrive', async (store) => {
    try {
      const { id } = await redrive(store, { topic, eventId, by: asker, reason });
      process.stdout.write(`${topic} will handle ${eventId} once more (RedriveRequested ${id})\n`);
    } catch (cause) {
      throw new Failure(`Nothing was resent. ${messageOf(cause)}`, { cause });
    }
  });

export const command = new Command('redrive')
  .description('Have a topic handle one of its events once more; what was already done is not done twice.')
  .addArgument(new Argument('<topic>', 'which').choices(topicNames))
  .addArgument(new Argument('<event-id>', 'id of the event').argParser(by(Uuid, 'a UUID in lower case')))
  .addOption(new Option('--by <name>', 'who asks, for the record (default: your user name)').argParser(by(line)))
  .addOption(
    new Option('--reason <text>', 'why, for the record')
      .argParser(by(RedriveReason, '1 to 500 printable characters'))
      .default('resent by hand'),
  )
  .addOption(dataOption('data folder of the running system'))
  .addHelpText(
    'after',
    `
Example:
  orderflow redrive billing.payments 5f0c7c3e-8d7b-5a2e-9f51-0a6f6f2b7c11 --reason 'billing was down'`,
  )
  .action(run);
