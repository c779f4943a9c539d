const shared = {
  transform: {
    '\\.svg$': '<rootDir>/config/jest-svg.cjs',
    '\\.[cm]?[jt]sx?$': '<rootDir>/config/jest-esbuild.cjs'
  },
  // node_modules hold ES modules
  transformIgnorePatterns: [],
  moduleNameMapper: { '\\.css$': '<rootDir>/config/empty.cjs' },
  modulePathIgnorePatterns: [
    '<rootDir>/lib/',
    '<rootDir>/jupyterlab_mlops/',
    '<rootDir>/ui-tests/',
    '<rootDir>/lab-home/',
    '<rootDir>/.venv/'
  ],
  setupFiles: ['<rootDir>/config/jest-setup.cjs']
};

module.exports = {
  coverageProvider: 'v8',
  projects: [
    {
      ...shared,
      displayName: 'lab',
      testEnvironment: '<rootDir>/config/jest-dom.cjs',
      testMatch: ['<rootDir>/src/lab/**/__tests__/**/*.test.ts?(x)']
    },
    {
      ...shared,
      displayName: 'gateway',
      testEnvironment: 'node',
      testMatch: [
        '<rootDir>/src/{contract,notebook,statistics,compile,gateway,cli}/**/__tests__/**/*.test.ts'
      ]
    }
  ]
};
