import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { expect } from '@jupyterlab/galata';
import type { Page } from '@playwright/test';

import { Hand, type IEffort } from './hand';
import { command, expectAccessible, fromPalette, openPanel, test } from './lab';
import { predictions, replay } from './replay';

/** The README's pictures are made by this walk: MLOPS_UI_PICTURES=../docs/screenshots. */
const PICTURES = process.env.MLOPS_UI_PICTURES ?? 'test-results/pictures/loop';

/** What experience.md grants for each way; presses that only show something are free. */
const GRANTED: Record<string, Omit<IEffort, 'presses'>> = {
  'open notebook → run started': { confirmations: 1, typed: 0 },
  'finished run → version registered': { confirmations: 1, typed: 0 },
  'version → dev': { confirmations: 1, typed: 0 },
  'dev → prod': { confirmations: 2, typed: 0 },
  'alert → retrained and compared': { confirmations: 1, typed: 0 },
  'candidate → prod': { confirmations: 2, typed: 0 },
  'bad release → previous one': { confirmations: 2, typed: 1 }
};

test.use({ autoGoto: false, viewport: { width: 1200, height: 760 } });
test.setTimeout(900_000);

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.mouse.move(600, 5);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

test('from the notebook to prod, drift, a better version and back', async ({
  page
}) => {
  const hand = new Hand(page);
  const efforts: Record<string, IEffort> = {};
  const arrived = (way: string): void => {
    const effort = hand.effort();
    efforts[way] = effort;
    expect(effort.confirmations, way).toBeLessThanOrEqual(GRANTED[way].confirmations);
    expect(effort.confirmations, way).toBeGreaterThan(0);
    expect(effort.typed, way).toBe(GRANTED[way].typed);
  };
  const panel = page.getByRole('region', { name: 'MLOps' });
  const view = page.locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View');
  const button = (name: string | RegExp, within = view) =>
    within.getByRole('button', { name, exact: true });
  /** Whatever is open for promotion is confirmed and serves. */
  const confirm = async (text: string, answers: string): Promise<void> => {
    await expect(button(text)).toBeEnabled({ timeout: 30_000 });
    await hand.press(button(text));
    await expect(view.getByText(answers)).toBeVisible({ timeout: 120_000 });
  };

  await test.step('the open notebook is a pipeline', async () => {
    await openPanel(page);
    await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
    const steps = panel.getByRole('list', { name: 'Steps' });
    await expect(steps.getByRole('listitem')).toHaveCount(5);
    await expect(panel.getByText('Ready', { exact: true })).toBeVisible();
    await expect(page.locator('.jp-NotebookPanel')).toBeVisible();
    await expectAccessible(page);
    await picture(page, '1-pipeline');
  });

  await test.step('what other engines would run can be read', async () => {
    await panel.getByRole('button', { name: 'Show compiled YAML' }).click();
    await expect(view.getByText('names no image to run in').first()).toBeVisible();
    const image = view.getByLabel('Image of the steps');
    await image.fill(`registry.example/ml/python@sha256:${'0'.repeat(64)}`);
    await image.press('Enter');
    const yaml = view.getByRole('textbox', { name: 'Compiled pipeline' });
    await expect(yaml).toContainText('apiVersion: tekton.dev/v1');
    await expect(view.locator('.cm-line span').first()).toBeVisible();
    await yaml.click();
    await page.keyboard.type('written by hand');
    await expect(yaml).not.toContainText('written by hand');
    await view.getByLabel('Compile for').selectOption('kfp');
    await expect(yaml).toContainText('pipelineInfo');
    await expectAccessible(page);
    await picture(page, 'compiled');
    await button('Save…').click();
    await expect(page.getByText('Saved as bike-demand/demand.kfp.yaml.')).toBeVisible();
    await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  });

  await test.step('it runs', async () => {
    hand.effort();
    await hand.press(
      page.locator('.jp-NotebookPanel-toolbar').getByText('Run as pipeline')
    );
    // Other tests have run notebooks in this data home before.
    await expect(view.getByRole('heading', { name: /^Run \d+$/ })).toBeVisible({
      timeout: 30_000
    });
    arrived('open notebook → run started');
    await expect(view.locator('header').getByRole('status')).toHaveText('Succeeded', {
      timeout: 180_000
    });
    await view.getByRole('tab', { name: 'Outputs' }).click();
    await expectAccessible(page);
    await picture(page, '2-run');
    await button('Executed notebook').click();
    const executed = page.getByRole('tab', {
      name: /^demand \(run \d+\)\.ipynb$/
    });
    await expect(executed).toBeVisible({ timeout: 30_000 });
    await expect(
      page
        .locator('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output')
        .first()
    ).toBeVisible();
    await executed.locator('.lm-TabBar-tabCloseIcon').click();
    await command(page, 'mlops:open-run', { run: await newestRun(page) });
  });

  await test.step('its model is registered and tested', async () => {
    hand.effort();
    await hand.press(button('Register model'));
    await expect(button('bike-demand v1')).toBeVisible({ timeout: 300_000 });
    arrived('finished run → version registered');
    await button('bike-demand v1').click();
    await expect(
      view.getByRole('heading', { name: 'bike-demand', exact: true })
    ).toBeVisible();
    await command(page, 'mlops:show-lineage', { model: 'bike-demand', version: 1 });
    await expect(view.getByText('Lineage of v1')).toBeVisible();
    await expect(page.locator('.Toastify__toast')).toHaveCount(0, { timeout: 30_000 });
    await expectAccessible(page);
    await picture(page, '3-model');
  });

  await test.step('it is promoted to dev, then to prod', async () => {
    hand.effort();
    await hand.press(
      panel.getByRole('button', { name: 'Promote bike-demand v1', exact: true })
    );
    await confirm('Confirm promotion', 'bike-demand v1 answers in dev now.');
    arrived('version → dev');
    await hand.press(button('Promote v1 to prod…'));
    await expect(button('Confirm promotion')).toBeEnabled({ timeout: 30_000 });
    await expectAccessible(page);
    await picture(page, '4-promotion');
    await confirm('Confirm promotion', 'bike-demand v1 answers in prod now.');
    arrived('dev → prod');
  });

  await test.step('it answers, and so does its app', async () => {
    await button('Try a request').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send' }).click();
    await expect(dialog.getByText('from bike-demand v1')).toBeVisible();
    await dialog.getByRole('button', { name: 'Close' }).click();
    // Without a mouse: the palette finds every command.
    await fromPalette(page, 'Open Environments');
    const prod = view.getByRole('region', { name: 'prod', exact: true });
    await expect(prod.getByText('bike-demand v1')).toBeVisible();
    await expectAccessible(page);
    await prod.getByRole('button', { name: 'Open app' }).click();
    const app = page.frameLocator('iframe[title="bike-demand in prod"]');
    await expect(app.getByRole('status')).toContainText('says version 1', {
      timeout: 30_000
    });
    await app.getByLabel('Temperature').fill('30');
    await expect(app.getByRole('status')).toContainText('says version 1');
    await beside(page, '.jp-mlops-App');
    await picture(page, '5-environments');
    await page.getByRole('tab', { name: 'bike-demand in prod' }).click();
    await page
      .getByRole('tab', { name: 'bike-demand in prod' })
      .locator('.lm-TabBar-tabCloseIcon')
      .click();
  });

  const before = await predictions(page);
  expect(before.version).toBe(1);

  await test.step('spring brings drift: panel, status bar and a notice say so', async () => {
    await replay(page, '2011-04-01', '2011-07-01');
    await expect(panel.getByText('Drift in prod')).toBeVisible({ timeout: 90_000 });
    await expect(
      page.locator('.jp-mlops-Status').getByText('1 alert', { exact: true })
    ).toBeVisible();
    const notice = page.locator('.Toastify__toast', { hasText: 'Drift in prod' });
    await notice.getByRole('button', { name: 'Open drift report' }).click();
    await expect(
      view.getByRole('heading', { name: 'Drift report: bike-demand v1 in prod' })
    ).toBeVisible();
    await expect(notice).toBeHidden();
    await expectAccessible(page);
    await picture(page, '6-drift');
  });

  await test.step('a challenger is trained and compared', async () => {
    hand.effort();
    await hand.press(button('Retrain'));
    await expect(view.getByText(/^v2 is better, by/)).toBeVisible({ timeout: 300_000 });
    arrived('alert → retrained and compared');
    await expectAccessible(page);
    await button('Open comparison').click();
    await expect(view.getByText('Compare v1 and v2')).toBeVisible();
    await expect(view.getByText(/lower$/).first()).toBeVisible({ timeout: 120_000 });
    await expectAccessible(page);
    await picture(page, '7-compare');
  });

  await test.step('the challenger is promoted', async () => {
    await panel.getByText('Drift in prod').click();
    hand.effort();
    await hand.press(button('Promote v2 to dev…'));
    await confirm('Confirm promotion', 'bike-demand v2 answers in dev now.');
    await hand.press(button('Promote v2 to prod…'));
    await expect(button('Confirm promotion')).toBeEnabled({ timeout: 30_000 });
    await hand.pressByKeyboard(button('Confirm promotion'));
    await expect(view.getByText('bike-demand v2 answers in prod now.')).toBeVisible({
      timeout: 120_000
    });
    arrived('candidate → prod');
    const after = await predictions(page);
    expect(after.version).toBe(2);
    expect(after.predictions).not.toEqual(before.predictions);
  });

  await test.step('prod goes back to what served before', async () => {
    await command(page, 'mlops:open-environments');
    const prod = view.getByRole('region', { name: 'prod', exact: true });
    await expect(prod.getByText('bike-demand v2')).toBeVisible();
    hand.effort();
    await hand.press(prod.getByRole('button', { name: 'Revert to v1…' }));
    await expect(view.getByLabel(/^Reason/)).toBeVisible({ timeout: 30_000 });
    await expect(button('Confirm revert')).toBeDisabled();
    await expectAccessible(page);
    await hand.type(view.getByLabel(/^Reason/), 'Complaints about the weekend');
    await confirm('Confirm revert', 'bike-demand v1 answers in prod now.');
    arrived('bad release → previous one');
    expect(await predictions(page)).toEqual(before);
    await command(page, 'mlops:open-environments');
    await expect(view.getByText('Complaints about the weekend')).toBeVisible();
  });

  expect(Object.keys(efforts)).toEqual(Object.keys(GRANTED));
  test.info().annotations.push({
    type: 'counts',
    description: JSON.stringify(efforts)
  });
  console.table(efforts);
});

async function newestRun(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const reply = await fetch('/mlops/api/v1/runs');
    const { runs } = await reply.json();
    return runs[0].id;
  });
}

/** Puts a widget beside the others, as a user drags its tab. */
async function beside(page: Page, content: string): Promise<void> {
  await page.evaluate(selector => {
    const { shell } = window.jupyterapp;
    for (const widget of shell.widgets('main')) {
      if (widget.node.querySelector(selector)) {
        shell.add(widget, 'main', { mode: 'split-right' });
      }
    }
  }, content);
}
