import AxeBuilder from '@axe-core/playwright';
import {
  expect,
  test as galata,
  type IJupyterLabPageFixture
} from '@jupyterlab/galata';

/** Galata's own wait ends after 15 s: too early where other programs use the computer. */
const START_MILLISECONDS = 90_000;

/** JupyterLab in a browser, however long it takes to start. */
export const test = galata.extend({
  waitForApplication: async ({ baseURL: _ }, use) => {
    await use(async page => {
      const timeout = START_MILLISECONDS;
      await page.locator('#jupyterlab-splash').waitFor({ state: 'detached', timeout });
      await page.getByRole('tab', { name: 'Launcher' }).first().waitFor({ timeout });
    });
  }
});

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
    async ([name, values]) => {
      // What it gives back, a widget say, stays in the browser.
      await window.jupyterapp.commands.execute(name, values);
    },
    [id, args] as const
  );
}

/** Runs a command by its name in the palette, by keyboard only. */
export async function fromPalette(
  page: IJupyterLabPageFixture,
  name: string
): Promise<void> {
  await expect(async () => {
    await page.keyboard.press('Control+Shift+C');
    await expect(page.locator('.jp-ModalCommandPalette')).toBeVisible({
      timeout: 1000
    });
  }).toPass({ timeout: 15_000 });
  await page.keyboard.type(name);
  await expect(
    page.locator('.lm-CommandPalette-item', { hasText: name }).first()
  ).toBeVisible();
  await page.keyboard.press('Enter');
}

/** axe finds nothing serious in what is ours. */
export async function expectAccessible(page: IJupyterLabPageFixture): Promise<void> {
  const axe = new AxeBuilder({ page });
  for (const part of OURS) {
    if ((await page.locator(part).count()) > 0) {
      axe.include(part);
    }
  }
  const { violations } = await axe.analyze();
  expect(
    violations
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
