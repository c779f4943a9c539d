import { expect } from '@jupyterlab/galata';

import { command, openPanel, test } from './lab';

test.use({ autoGoto: false });

test('a notebook becomes steps while it is edited, and every section can be closed by keyboard', async ({
  page
}) => {
  await openPanel(page);
  const panel = page.getByRole('region', { name: 'MLOps' });
  await expect(panel.getByText('Ready', { exact: true })).toBeVisible({
    timeout: 30_000
  });
  await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  const steps = page.getByRole('list', { name: 'Steps' });
  await expect(steps.getByRole('listitem')).toHaveCount(5);
  await page.notebook.setCell(0, 'markdown', '# A title');
  await page.notebook.addCell('markdown', '## Report');
  await page.notebook.addCell('code', 'print("done")');
  await expect(steps.getByRole('listitem')).toHaveCount(6);
  for (const name of ['Pipeline', 'Runs', 'Models', 'Environments', 'Monitoring']) {
    await expect(panel.getByRole('region', { name, exact: true })).toBeVisible();
    const title = panel.getByRole('button', { name, exact: true });
    await title.focus();
    await expect(title).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('Enter');
    await expect(title).toHaveAttribute('aria-expanded', 'false');
  }
});
