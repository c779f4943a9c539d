import AxeBuilder from '@axe-core/playwright';
import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';

/** Opens JupyterLab with the panel in front. */
export async function openPanel(page: IJupyterLabPageFixture): Promise<void> {
  await page.goto();
  // The page has the token now, and a cookie. The header of playwright.config.js would also replace
  // what apps send to their endpoints.
  await page.context().setExtraHTTPHeaders({});
  await command(page, 'mlops:open-panel');
  await expect(page.getByRole('region', { name: 'MLOps' })).toBeVisible();
}

/** Runs a command of the palette, as a script would. */
export async function command(
  page: IJupyterLabPageFixture,
  id: string,
  args: object = {}
): Promise<void> {
  await page.evaluate(
    ([name, values]) => window.jupyterapp.commands.execute(name, values),
    [id, args] as const
  );
}

/** Runs a command by its name in the palette, by keyboard only. */
export async function fromPalette(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await page.keyboard.press('Control+Shift+C');
  await page.keyboard.type(name);
  await expect(
    page.locator('.lm-CommandPalette-item', { hasText: name }).first()
  ).toBeVisible();
  await page.keyboard.press('Enter');
}

/** axe finds nothing serious in what is ours. */
export async function expectAccessible(page: IJupyterLabPageFixture): Promise<void> {
  const findings = [];
  for (const part of OURS) {
    if ((await page.locator(part).count()) > 0) {
      const { violations } = await new AxeBuilder({ page }).include(part).analyze();
      findings.push(...violations);
    }
  }
  expect(
    findings
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [
        id,
        nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)
      ])
  ).toEqual([]);
}

const OURS = [
  '.jp-mlops-Sidebar',
  '.jp-mlops-Status',
  '.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View'
];
