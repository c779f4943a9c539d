const { projects } = require('../jest.config.cjs');

const { displayName, testMatch, ...gateway } = projects.find(
  ({ displayName }) => displayName === 'gateway'
);

/** The converter's unit tests, without those that take long: random programs, damaged cells. */
module.exports = {
  ...gateway,
  rootDir: '..',
  testMatch: ['<rootDir>/src/notebook/**/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: ['random-programs', 'damaged-cells', '/node_modules/']
};
