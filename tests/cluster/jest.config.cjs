const { resolve } = require('node:path');

const { projects } = require('../../jest.config.cjs');

/** The gateway's settings, for tests that need a cluster: `make test-cluster`. */
module.exports = {
  ...projects.find(({ displayName }) => displayName === 'gateway'),
  displayName: 'cluster',
  rootDir: resolve(__dirname, '../..'),
  testMatch: ['<rootDir>/tests/cluster/**/*.test.ts']
};
