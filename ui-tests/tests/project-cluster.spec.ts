import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';

import * as cluster from '../../src/lab/__tests__/cluster-story';
import { command, expectAccessible, openPanel, test } from './lab';
import { answerWith, onCluster } from './story-routes';

/** Where pictures go; CI keeps them as an artifact. */
const PICTURES = 'test-results/pictures';

test.use({ autoGoto: false, viewport: { width: 1440, height: 900 } });
test.setTimeout(400_000);

async function picture(page: IJupyterLabPageFixture, name: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function look(page: IJupyterLabPageFixture, suffix: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'MLOps' });
  await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  const place = panel.getByRole('button', { name: 'anna · ml-team · dev-cluster' });
  await expect(place).toBeVisible();
  const engine = panel.getByRole('combobox', { name: 'Where the next run goes' });
  await expect(engine).toHaveValue('tekton');
  await expect(panel.getByText('1 of 2 pods', { exact: false }).first()).toBeVisible();
  // By keyboard, as all that is behind a click.
  await place.focus();
  await page.keyboard.press('Enter');
  await expect(panel.getByText('A right is missing')).toBeVisible();
  await picture(page, `8-cluster${suffix}`);
  await expectAccessible(page);
  await place.press('Enter');
  await command(page, 'mlops:open-environments');
  await expect(page.getByText('1 of 2 pods', { exact: true })).toBeVisible();
  await picture(page, `8b-cluster-environments${suffix}`);
  await expectAccessible(page);
  await command(page, 'mlops:open-promotion', { promotion: 'p4' });
  const view = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View');
  await expect(view.getByText(cluster.PULL_TROUBLE.message)).toBeVisible();
  await picture(page, `8c-cluster-promotion${suffix}`);
  await expectAccessible(page);
}

test('a project on a cluster shows who acts, where runs go and what serves', async ({
  page
}) => {
  await answerWith(page, onCluster());
  await openPanel(page);
  await look(page, '');
  await page.theme.setDarkTheme();
  await look(page, '-dark');
});

test('a problem of the cluster and the choice of a place fit into 300 pixels', async ({
  page
}) => {
  const replies = onCluster();
  await answerWith(page, replies);
  await openPanel(page);
  await page.setViewportSize({ width: 700, height: 900 });
  const panel = page.getByRole('region', { name: 'MLOps' });
  await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  await panel.getByRole('button', { name: /dev-cluster/ }).click();
  await expect(panel.getByText('A right is missing')).toBeVisible();
  await picture(page, '8d-cluster-narrow');
  expect(
    await panel.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  ).toBe(0);
  for (const [name, status] of [
    ['8e-expired', cluster.expiredSession()],
    ['8f-changed', cluster.changedIdentity()]
  ] as const) {
    replies['GET /cluster'] = { cluster: status };
    await command(page, 'mlops:check-cluster');
    await expect(panel.getByText(status.problem?.message ?? '')).toBeVisible();
    await picture(page, name);
    await expectAccessible(page);
  }
});

test('a changed identity is accepted only after it was confirmed', async ({ page }) => {
  const replies = onCluster();
  replies['GET /cluster'] = { cluster: cluster.changedIdentity() };
  const accepted: unknown[] = [];
  await answerWith(page, replies);
  await page.route(/\/mlops\/api\/v1\/cluster\/identity/, async route => {
    accepted.push(route.request().postDataJSON());
    await route.fulfill({ json: { cluster: cluster.clusterStatus() } });
  });
  await openPanel(page);
  await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  const panel = page.getByRole('region', { name: 'MLOps' });
  await panel.getByRole('button', { name: 'Act as bob…' }).click();
  const dialog = page.getByRole('dialog');
  await picture(page, '8g-confirm');
  // What Enter means: nothing.
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  expect(accepted).toEqual([]);
  await panel.getByRole('button', { name: 'Act as bob…' }).click();
  await dialog.getByRole('button', { name: 'Act as bob' }).click();
  await expect(
    panel.getByRole('button', { name: 'anna · ml-team · dev-cluster' })
  ).toBeVisible();
  expect(accepted).toEqual([
    { path: 'bike-demand/', user: 'bob', server: 'https://api.dev.example.com:6443' }
  ]);
});
