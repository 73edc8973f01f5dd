import { Command } from 'commander';
import { createClient } from '../client/client.ts';
import { piano, teapots } from '../domain/orderRequest/examples.ts';
import { cancelled, paid } from './demo/endings.ts';
import { expectEqual } from './demo/expect.ts';
import { createJournal, type Journal } from './demo/journal.ts';
import { lettersIn } from './demo/letters.ts';
import { Interrupted, withOwnSystem, type OwnSystem } from './demo/ownSystem.ts';
import { order, signUp, topUp, type Stage } from './demo/scenes.ts';
import { createScreen, type Screen } from './demo/screen.ts';
import { destination } from './log.ts';

const demo = async (): Promise<void> => {
  const screen = createScreen(process.stdout);
  const journal = createJournal(50);
  const began = performance.now();
  screen.title('Starting a system of its own …');
  try {
    await withOwnSystem(journal, async (system) => {
      const seconds = (performance.now() - began) / 1000;
      screen.line(`ready after ${seconds.toFixed(1)} s: gateway ${system.gateway}, mailbox ${system.mailbox}`);
      await play(system, screen);
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) await show(journal);
    throw error;
  }
  screen.title('All of it was so. The system is stopped, and nothing of it is left.');
};

const show = async (journal: Journal): Promise<void> => {
  const to = await destination(2);
  journal.lines().forEach((line) => to.write(line));
};

const play = async (system: OwnSystem, screen: Screen): Promise<void> => {
  const [client, operator] = await Promise.all([system.tokenOf('alice', 'client'), system.tokenOf('olga', 'operator')]);
  const stage: Stage = {
    system,
    screen,
    alice: createClient({ url: system.gateway, token: client }),
    olga: createClient({ url: system.gateway, token: operator }),
  };
  screen.title('1  Alice signs up');
  await signUp(stage);
  screen.title('2  Olga, an operator, tops up her wallet');
  await topUp(stage);
  screen.title('3  Alice orders what she can pay');
  await order(stage, teapots, paid);
  screen.title('4  Alice orders what she cannot pay');
  await order(stage, piano, cancelled);
  const letters = await lettersIn(system.mailbox);
  expectEqual('the number of letters', letters.length, 2);
};

export const command = new Command('demo')
  .description('Show an order that is paid and one that is not, on a system of its own that leaves nothing behind.')
  .addHelpText(
    'after',
    `
Takes no settings: what the environment says of other systems is ignored. Every answer, event and letter is checked;
the exit code is 0 only if all were as they must be.`,
  )
  .action(demo);
