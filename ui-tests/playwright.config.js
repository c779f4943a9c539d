const { mkdtempSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const base = require('@jupyterlab/galata/lib/playwright-config');

// Against a server that runs already: MLOPS_UI_URL=http://127.0.0.1:8888 MLOPS_UI_TOKEN=…
const running = process.env.MLOPS_UI_URL;
const port = Number(process.env.MLOPS_UI_PORT ?? 18899);
const token = (process.env.MLOPS_UI_TOKEN ??= 'ui-tests');
// One home for the server and for the tests, fresh each time; kept where a caller names it.
const home = (process.env.MLOPS_UI_HOME ??= mkdtempSync(join(tmpdir(), 'mlops-ui-')));

module.exports = {
  ...base,
  workers: 1,
  timeout: 120_000,
  retries: 0,
  expect: { ...base.expect, timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    ...base.use,
    baseURL: running ?? `http://127.0.0.1:${port}`,
    extraHTTPHeaders: { Authorization: `token ${token}` },
    viewport: { width: 1440, height: 900 },
    video: 'off',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: running
    ? undefined
    : {
        command: 'jupyter lab --config jupyter_server_test_config.py',
        url: `http://127.0.0.1:${port}/api`,
        timeout: 120_000,
        reuseExistingServer: false,
        env: {
          ...process.env,
          MLOPS_UI_PORT: String(port),
          MLOPS_UI_TOKEN: token,
          MLOPS_UI_HOME: home,
          MLOPS_HOME: process.env.MLOPS_HOME ?? join(home, 'mlops'),
          // Making them takes a minute and the network: they are kept for the next time.
          MLOPS_SERVING_ENVIRONMENTS:
            process.env.MLOPS_SERVING_ENVIRONMENTS ??
            join(__dirname, '../.cache/serving'),
          JUPYTER_DATA_DIR: join(home, 'jupyter'),
          JUPYTER_CONFIG_DIR: join(home, 'config'),
          JUPYTER_RUNTIME_DIR: join(home, 'runtime'),
          JUPYTERLAB_SETTINGS_DIR: join(home, 'settings'),
          JUPYTERLAB_WORKSPACES_DIR: join(home, 'workspaces')
        }
      }
};
