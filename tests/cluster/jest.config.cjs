const { resolve } = require('node:path');

const { projects } = require('../../jest.config.cjs');

const gateway = projects.find(({ displayName }) => displayName === 'gateway');

/** The gateway's settings, for tests that need a cluster: `make test-cluster`. */
module.exports = {
  ...gateway,
  displayName: 'cluster',
  rootDir: resolve(__dirname, '../..'),
  setupFiles: [...gateway.setupFiles, '<rootDir>/tests/cluster/jest-setup.cjs'],
  testMatch: ['<rootDir>/tests/cluster/**/*.test.ts']
};
