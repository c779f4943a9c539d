import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';

import { command, fromPalette, openPanel, test } from './lab';

const FOLDER = 'tiny';

/** Its first environment asks somebody else to approve. */
const RULES = `model:
  name: tiny
environments:
  - name: review
    approvals: 1
`;

const SLOW = [
  ['markdown', '## Prepare'],
  ['code', 'number = 20'],
  ['markdown', '## Wait'],
  ['code', 'import time\ntime.sleep(600)\nprint(number)']
] as const;

const LIVE = [
  ['markdown', '## Train'],
  [
    'code',
    `import pandas as pd
from sklearn.linear_model import LinearRegression
table = pd.DataFrame({"size": [1.0, 2.0, 3.0, 4.0], "price": [2.0, 4.1, 6.0, 8.1]})
model = LinearRegression().fit(table[["size"]], table["price"])
print("trained")`
  ]
] as const;

test.use({ autoGoto: false });
test.setTimeout(420_000);

function notebook(cells: readonly (readonly ['markdown' | 'code', string])[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' }
    },
    cells: cells.map(([type, source], index) => ({
      id: `cell-${index}`,
      cell_type: type,
      metadata: {},
      source,
      ...(type === 'code' ? { outputs: [], execution_count: null } : {})
    }))
  });
}

async function open(page: IJupyterLabPageFixture, name: string): Promise<void> {
  await command(page, 'docmanager:open', { path: `${FOLDER}/${name}` });
  await expect(page.locator('.jp-NotebookPanel:not(.lm-mod-hidden)')).toBeVisible();
  // A notebook takes the focus once more when its kernel is there.
  await expect(page.getByText('(ipykernel) | Idle')).toBeVisible({ timeout: 60_000 });
}

test.beforeEach(async ({ page }) => {
  await openPanel(page);
  const files = {
    'mlops.yaml': RULES,
    'slow.ipynb': notebook(SLOW),
    'live.ipynb': notebook(LIVE)
  };
  for (const [name, text] of Object.entries(files)) {
    await page.contents.uploadContent(text, 'text', `${FOLDER}/${name}`);
  }
});

test('a run is stopped and tried again from where it was', async ({ page }) => {
  const view = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View');
  const state = view.locator('header').getByRole('status');
  await open(page, 'slow.ipynb');
  await fromPalette(page, 'Run as Pipeline');
  await expect(
    view.getByRole('button', { name: /2 Wait.*Running, cell 1 of 1/ })
  ).toBeVisible({ timeout: 60_000 });
  await view.getByRole('button', { name: 'Stop' }).click();
  await expect(state).toHaveText('Stopped', { timeout: 30_000 });
  await view.getByRole('button', { name: /^Retry/ }).click();
  await expect(state).toHaveText('Running', { timeout: 30_000 });
  await expect(
    view.getByRole('button', { name: /1 Prepare.*Taken from an earlier run/ })
  ).toBeVisible({ timeout: 60_000 });
  await view.getByRole('button', { name: 'Stop' }).click();
  await expect(state).toHaveText('Stopped', { timeout: 30_000 });
});

test('a model of the live kernel waits for somebody else to approve it', async ({
  page
}) => {
  const panel = page.getByRole('region', { name: 'MLOps' });
  const view = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View');
  await open(page, 'live.ipynb');
  await page.notebook.run();
  await expect(page.getByText('trained', { exact: true })).toBeVisible();
  await fromPalette(page, 'Register Model of the Live Kernel');
  const promote = panel.getByRole('button', { name: 'Promote tiny v1', exact: true });
  await expect(promote).toBeEnabled({ timeout: 240_000 });
  await command(page, 'mlops:show-lineage', { model: 'tiny', version: 1 });
  await expect(view.getByText('live kernel: not reproducible')).toBeVisible();
  await command(page, 'mlops:promote', {
    model: 'tiny',
    version: 1,
    environment: 'review'
  });
  await expect(
    view.getByText('review changes after 1 approval by somebody else')
  ).toBeVisible({ timeout: 30_000 });
  await view.getByRole('button', { name: 'Confirm promotion' }).click();
  await expect(view.getByText(/^0 of 1 approvals\./)).toBeVisible({ timeout: 60_000 });
  await expect(view.getByRole('button', { name: 'Approve' })).toHaveCount(0);
  await view.getByRole('button', { name: 'Withdraw' }).click();
  await expect(view.getByText(/^0 of 1 approvals\./)).toBeHidden();
  await expect(view.getByRole('button', { name: 'Plan again' })).toBeVisible();
});
