import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;

/** Every suite is ESM compiled by swc, with `#libs/…` resolved to the sources. */
const suite = (displayName, testMatch, extra = {}) => ({
  displayName,
  testMatch,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.tsx?$': ['@swc/jest', { ...swc, swcrc: false }] },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.keyturn/'],
  ...extra,
});

/** Suites that run the product as people do. */
const built = {
  globalSetup: '<rootDir>/test/support/built-product.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
};

export default {
  projects: [
    suite('unit', ['<rootDir>/{apps,libs}/**/*.spec.ts', '<rootDir>/test/golden/*.spec.ts']),
    suite('contract', ['<rootDir>/test/contract/**/*.spec.ts']),
    suite('e2e', ['<rootDir>/test/{e2e,faults,security}/**/*.spec.ts'], built),
    suite('browser', ['<rootDir>/test/browser/**/*.spec.ts'], built),
    suite('architecture', ['<rootDir>/test/architecture/**/*.spec.ts']),
  ],
};
