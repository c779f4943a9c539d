import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import { ClusterProject, MISSING, TARGET } from './cluster-project';
import { command, expectAccessible, openPanel, test } from './lab';

const PICTURES = process.env.MLOPS_UI_PICTURES ?? 'test-results/pictures/cluster';

test.skip(MISSING !== null, `because no cluster is named to promote to: ${MISSING}`);
test.use({ autoGoto: false, viewport: { width: 1200, height: 760 } });
test.setTimeout(1_200_000);

let project: ClusterProject | null = null;

test.afterEach(async () => {
  await project?.close();
  project = null;
});

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.mouse.move(600, 5);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** The manifest of the Application that the plan says is missing. */
async function offeredApplication(page: Page): Promise<string> {
  const token = process.env.MLOPS_UI_TOKEN ?? '';
  const reply = await page.request.post('mlops/api/v1/promotions/plan', {
    headers: { Authorization: `token ${token}` },
    data: { model: 'bike-demand', version: 1, environment: 'dev' }
  });
  const plan = (await reply.json()) as {
    checks: { code: string; evidence: string | null }[];
  };
  const evidence = plan.checks.find(({ code }) => code === 'argocd')?.evidence;
  expect(evidence, JSON.stringify(plan)).toContain('kind: Application');
  return evidence ?? '';
}

test('a version is promoted to a cluster from the panel, and answers there', async ({
  page
}) => {
  const made = await ClusterProject.make();
  project = made;
  const panel = page.getByRole('region', { name: 'MLOps' });
  const view = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View');
  const button = (name: string | RegExp, within = view) =>
    within.getByRole('button', { name, exact: true });

  await test.step('the panel says who acts on the cluster', async () => {
    await openPanel(page);
    await command(page, 'docmanager:open', { path: 'demand.ipynb' });
    const place = panel.getByRole('button', { name: new RegExp(made.namespace) });
    await expect(place).toBeVisible({ timeout: 60_000 });
    await place.click();
    await expect(panel.getByText('says the cluster', { exact: false })).toBeVisible();
    await expectAccessible(page);
    await picture(page, '1-identity');
    await place.click();
  });

  await test.step('a model is trained on this computer and registered', async () => {
    await expect(
      panel.getByRole('combobox', { name: 'Where the next run goes' })
    ).toHaveValue('local');
    await panel.getByRole('button', { name: 'Run', exact: true }).click();
    await expect(view.locator('header').getByRole('status')).toHaveText('Succeeded', {
      timeout: 300_000
    });
    await button('Register model').click();
    await expect(button('bike-demand v1')).toBeVisible({ timeout: 300_000 });
    await expect(panel.getByText('Being tested')).toHaveCount(0, { timeout: 300_000 });
  });

  await test.step('the plan says what the cluster lacks, and what to make', async () => {
    await command(page, 'mlops:promote', {
      model: 'bike-demand',
      version: 1,
      environment: 'dev'
    });
    await expect(view.getByText('Argo CD takes the folder')).toBeVisible({
      timeout: 60_000
    });
    await expect(view.getByText(/^apiVersion: argoproj\.io/)).toBeVisible();
    await expect(button('Confirm promotion')).toBeDisabled();
    await expectAccessible(page);
    await picture(page, '2-no-application');
    await made.apply(await offeredApplication(page));
    await command(page, 'mlops:promote', {
      model: 'bike-demand',
      version: 1,
      environment: 'dev'
    });
    await expect(button('Confirm promotion')).toBeEnabled({ timeout: 60_000 });
    await expect(view.getByText(/this computer/)).toHaveCount(0);
    await expect(
      view.getByText(`dev on ${TARGET} changes once the commit is deployed there`)
    ).toBeVisible();
    await expectAccessible(page);
    await picture(page, '3-plan');
  });

  await test.step('it is confirmed once, tells how far it is, and answers', async () => {
    await button('Confirm promotion').click();
    await expect(view.getByText('Deploying', { exact: true })).toBeVisible({
      timeout: 120_000
    });
    await picture(page, '4-deploying');
    await expect(view.getByText('bike-demand v1 answers in dev now.')).toBeVisible({
      timeout: 300_000
    });
    await picture(page, '5-answers');
  });

  await test.step('the environment shows its cluster and its pods', async () => {
    await command(page, 'mlops:open-environments');
    await expect(view.getByText(`on ${TARGET}`)).toBeVisible();
    await expect(view.getByText('1 of 1 pod')).toBeVisible({ timeout: 60_000 });
    await expect(view.getByText('Healthy')).toBeVisible();
    await expect(panel.getByText(`on ${TARGET}`)).toBeVisible();
    await expectAccessible(page);
    await picture(page, '6-environment');
  });

  await test.step('a request is answered by the pod', async () => {
    await button('Try a request').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('from bike-demand v1')).toBeVisible({
      timeout: 60_000
    });
    await picture(page, '7-request');
  });
});
