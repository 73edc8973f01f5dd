/** Native ES modules, TypeScript by swc: see "Tests" in README.md for how they are run. */
export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/tests/run/setUp.js',
  globalTeardown: '<rootDir>/tests/run/tearDown.js',
  testMatch: ['<rootDir>/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.orderflow/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  // Unless told otherwise, jest leaves one core to itself: of two, the least that a machine of today has, only one would work.
  maxWorkers: 2,
  // A bound for what hangs, not for what is slow: other work on the machine must fail no test.
  testTimeout: 90_000,
};
