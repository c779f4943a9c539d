import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jupyterlab/galata';

import { command, openPanel, test } from './lab';

/** Milliseconds that no frame may take, on a computer that others use, too; alone it is a tenth. */
const STANDSTILL = 1000;
const CELLS = 100;

test.use({ autoGoto: false });

function notebook(): string {
  const cells = Array.from({ length: CELLS }, (_, at) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: {},
    source: at === 0 ? 'x0 = 0' : `x${at} = x${at - 1} + 1`,
    outputs: [],
    execution_count: null
  }));
  const metadata = { kernelspec: { name: 'python3', display_name: 'Python 3' } };
  return JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
}

test('steps and problems follow the typing in a hundred cells', async ({ page }) => {
  const path = join(process.env.MLOPS_UI_HOME ?? '', 'work', 'hundred.ipynb');
  writeFileSync(path, notebook());
  await openPanel(page);
  await command(page, 'docmanager:open', { path: 'hundred.ipynb' });
  const panel = page.getByRole('region', { name: 'MLOps' });
  await command(page, 'mlops:set-split', { split: 'cells' });
  const steps = panel.getByRole('list', { name: 'Steps' });
  await expect(steps.getByRole('listitem')).toHaveCount(CELLS);
  const cells = page.locator('.jp-NotebookPanel .jp-Cell');
  await expect(cells.first().locator('.jp-mlops-StepLabel')).toBeVisible();

  await cells.nth(1).locator('.cm-content').click();
  await page.keyboard.press('End');
  // A task that blocks the page delays the next frame.
  await page.evaluate(() => {
    const seen = { longest: 0, last: performance.now() };
    Object.assign(window, { seen });
    const look = (): void => {
      const now = performance.now();
      seen.longest = Math.max(seen.longest, now - seen.last);
      seen.last = now;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.keyboard.type(' + undefined_name + 1', { delay: 60 });
  await expect(
    cells.nth(1).locator('.cm-content .jp-mlops-Problem').first()
  ).toBeVisible();
  await expect(panel.getByText('undefined_name').first()).toBeVisible();
  const longest = await page.evaluate(
    () => (window as unknown as { seen: { longest: number } }).seen.longest
  );
  test.info().annotations.push({ type: 'longest frame', description: `${longest} ms` });
  expect(longest).toBeLessThan(STANDSTILL);

  for (let at = 0; at < ' + undefined_name'.length + ' + 1'.length; at++) {
    await page.keyboard.press('Backspace');
  }
  await expect(page.locator('.jp-mlops-Problem')).toHaveCount(0);
  await expect(steps.getByRole('listitem')).toHaveCount(CELLS);
});
