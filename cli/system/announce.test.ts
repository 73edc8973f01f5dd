import { describe, expect, it } from '@jest/globals';
import { dataFolder, defaultFolder } from '../data/folder.ts';
import { forPeople } from './announce.ts';

const run = {
  supervisor: { pid: 1, startedAt: 'now' },
  processes: {},
  addresses: {
    gateway: 'http://127.0.0.1:8080',
    mailbox: 'http://127.0.0.1:41761',
    database: 'postgres://here/orders',
  },
  environment: { DATABASE_URL: 'postgres://here/orders' },
  secretsGiven: [],
};

describe('what people are told when a system is ready', () => {
  it.each([
    ['the usual folder', defaultFolder, 'npx orderflow where says these again.'],
    ['another folder', '/data', 'npx orderflow where --data /data says these again.'],
  ])('names the command that says the addresses again, for %s', (_, folder, line) => {
    expect(forPeople(dataFolder(folder), run, 4).split('\n')).toContain(line);
  });
});
