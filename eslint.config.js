import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The layers. A folder may import itself and what is listed for it; nothing else of ours.
 * `tests`, `bench` and `cli` compose the whole and may import everything, and so may a test, which needs a real node and
 * a real Postgres to run on.
 */
const mayImport = {
  domain: [],
  api: ['domain'],
  eventstore: ['domain'],
  projections: ['domain', 'eventstore'],
  'services/service.ts': ['domain', 'eventstore'],
  'services/http': ['domain', 'api', 'eventstore'],
  'services/gateway': ['domain', 'api', 'eventstore', 'projections', 'audit', 'services/http'],
  'services/orders': ['domain', 'eventstore', 'services/service.ts'],
  'services/billing': ['domain', 'eventstore', 'services/service.ts'],
  'services/notifications': ['domain', 'eventstore', 'services/service.ts', 'services/http'],
  'services/profiles': ['domain', 'api', 'eventstore', 'services/http'],
  audit: ['domain', 'eventstore', 'projections'],
  client: ['domain', 'api'],
  'embedded/eventstoredb': [],
  'embedded/postgres': [],
  'embedded/mailbox': [],
};

const everything = [...Object.keys(mayImport), 'cli', 'tests', 'bench'];

const layers = Object.entries(mayImport).map(([folder, others]) => ({
  target: `./${folder}`,
  from: everything.filter((other) => other !== folder && !others.includes(other)).map((other) => `./${other}`),
  message: `${folder} may import only itself and: ${others.join(', ') || 'nothing else of ours'}`,
}));

const eventStoreClient = {
  group: ['@eventstore/db-client', '@eventstore/db-client/*'],
  message: 'Only eventstore/ speaks to the event store; go through it.',
};
const deepImport = {
  regex: '^(fp-ts|io-ts)/(?!lib/)',
  message: "Node cannot load this path: use 'fp-ts/lib/Either.js'.",
};

/** The rules of the business hold wherever they run, and so do mappings: no Node, no library but these two. */
const impure = {
  regex: '^(?!\\.{1,2}/|fp-ts/lib/|io-ts$)',
  message: 'no library is pure enough for what stands here but fp-ts/lib/… and io-ts.',
};

const globalsThat = (promise, names) => names.map((name) => ({ name, message: `what stands here ${promise}.` }));

/**
 * Replay is silent: whatever fills a read model can read the log, and has nothing by which a letter could go out, money
 * could move or an event be appended. That an event is skipped is written by one file, at somebody's command.
 */
const readsTheLog = {
  target: './projections',
  from: './eventstore',
  except: ['backoff', 'catchUp', 'codec', 'connection', 'faults', 'health', 'logAt', 'logEvent', 'skips'].map(
    (file) => `./${file}.ts`,
  ),
  message: 'projections/ only reads the log: what it imports of eventstore/ must not append.',
};
const speaks = {
  regex: '^(?!\\.{1,2}/|fp-ts/lib/|io-ts$|pg$|pino$|node:crypto$)',
  message: 'projections/ may import only what neither sends nor appends: fp-ts/lib/…, io-ts, pg, pino and node:crypto.',
};
const looksElsewhere = {
  regex: '^(?!\\.{1,2}/|node:fs/promises$|node:path$|node:url$)',
  message:
    'what looks for the read models looks into a folder, and needs only node:fs/promises, node:path and node:url.',
};
/** One file alone, so that a stranger can read it: a read model is its definition and its queries. */
const standsAlone = {
  target: './projections/readModels',
  from: './projections',
  except: ['readModels', 'liveQuery.ts', 'page.ts', 'projection.ts', 'settled.ts'].map((file) => `./${file}`),
  message: 'a read model imports what definitions and queries are made with; registry.ts even waits for it.',
};
const holdsTheClient = {
  property: 'run',
  message: 'projections/ asks functions of eventstore/, and never the client itself: that could append.',
};
const sends = globalsThat('neither sends nor reaches for what could', [
  ...['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'],
  ...['process', 'require', 'global', 'globalThis'],
]);
const loads = {
  selector: 'ImportExpression',
  message: 'what is imported stands at the top of a file, where it can be held against what may be imported.',
};
/** What looks for the read models loads the files it finds, and nothing by name. */
const loadsByName = { ...loads, selector: 'ImportExpression[source.type=/Literal$/]' };

/** The same event always gives the same rows, and the same command the same decision: now, and in every rebuild. */
const drawn = globalsThat('has no clock, no chance and nothing that happens later', [
  ...['performance', 'crypto', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
]);
const drawnFrom = ['now', 'random'].map((property) => ({
  property,
  message: 'what must be the same in every replay has no clock and no chance: an event has its time and its id.',
}));
const readsTheClock = {
  selector: ':matches(NewExpression[arguments.length=0], CallExpression)[callee.name="Date"]',
  message: 'what must be the same in every replay has no clock: an event has its time.',
};
const repeatable = {
  'no-restricted-globals': ['error', ...sends, ...drawn],
  'no-restricted-properties': ['error', holdsTheClient, ...drawnFrom],
  'no-restricted-syntax': ['error', loads, readsTheClock],
};

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.orderflow/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver()] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: layers }],
      'no-restricted-imports': ['error', { patterns: [eventStoreClient, deepImport] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['projections/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: [...layers, readsTheLog, standsAlone] }],
      'no-restricted-imports': ['error', { patterns: [speaks] }],
      'no-restricted-globals': ['error', ...sends],
      'no-restricted-properties': ['error', holdsTheClient],
      'no-restricted-syntax': ['error', loads],
    },
  },
  {
    files: ['projections/find.ts', 'projections/registry.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [looksElsewhere] }],
      'no-restricted-syntax': ['error', loadsByName],
    },
  },
  // Mappings, what they are made of, and what decides.
  {
    files: ['projections/readModels/**', 'projections/projection.ts', 'projections/settled.ts', 'domain/**'],
    ignores: ['**/*.test.ts'],
    rules: repeatable,
  },
  { files: ['projections/skip.ts'], rules: { 'import-x/no-restricted-paths': ['error', { zones: layers }] } },
  { files: ['**/*.test.ts'], rules: { 'import-x/no-restricted-paths': 'off' } },
  {
    files: ['eventstore/**', 'embedded/eventstoredb/**', 'tests/**', 'bench/**'],
    rules: { 'no-restricted-imports': ['error', { patterns: [deepImport] }] },
  },
  {
    files: ['domain/**', 'projections/readModels/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [impure] }] },
  },
  {
    files: ['bin/**', 'bench/*.js', 'tests/run/*.js', '*.js'],
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', console: 'readonly' } },
  },
  prettier,
);
