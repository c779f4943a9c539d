import type { Page, Route } from '@playwright/test';

import * as cluster from '../../src/lab/__tests__/cluster-story';
import * as story from '../../src/lab/__tests__/story';

/** What the gateway says in a test that does not need one; by method and path below the API. */
export type Replies = Record<string, unknown>;

/** The bike story in full swing: drift in prod, v4 trained and compared. */
export function inUse(): Replies {
  return {
    'GET /status': story.gatewayStatus(),
    'GET /cluster': { cluster: null },
    'GET /runs': {
      runs: [running(), story.succeededRun(), story.failedRun()]
    },
    'GET /runs/run-51': story.runDetail(running()),
    'GET /runs/run-50': story.runDetail(story.succeededRun(), '', 'succeeded'),
    'GET /runs/run-49': story.runDetail(story.failedRun(), 'clean', 'failed'),
    'GET /runs/run-51/steps/train/log': { lines: story.logLines(400), end: true },
    'GET /runs/run-49/steps/clean/log': { lines: story.logLines(5), end: true },
    'GET /runs/run-50/steps/evaluate/log': { lines: story.logLines(12), end: true },
    'GET /models': { models: [story.model()] },
    'GET /registrations': { registrations: [] },
    'POST /models/bike-demand/compare': story.comparison(),
    'GET /environments': {
      environments: [story.environment('dev', 4), story.environment('prod', 3)]
    },
    'GET /promotions': {
      promotions: [
        waiting(),
        story.promotion({
          id: 'p2',
          environment: 'dev',
          state: 'succeeded',
          endedAt: story.at('10:04')
        }),
        story.promotion({
          id: 'p1',
          version: 3,
          state: 'succeeded',
          reason: 'First quarter complete',
          createdAt: story.at('15:12', '2011-04-01')
        })
      ]
    },
    'GET /promotions/p3': waiting(),
    'GET /promotions/p3/plan': story.promotionPlan({ version: 2 }),
    'POST /promotions/plan': story.promotionPlan(),
    'POST /promotions/plan-revert': story.promotionPlan({
      kind: 'revert',
      version: 2,
      checks: []
    }),
    'POST /promotions': story.promotion(),
    'GET /monitors': { monitors: [story.monitor(), story.silentMonitor()] },
    'GET /monitors/prod/bike-demand/report': story.driftReport(),
    'GET /alerts': { alerts: [story.alert()] },
    'GET /retrainings': { retrainings: [story.retraining()] }
  };
}

/** The run that goes on has begun a moment ago, whenever the test runs. */
function running(): ReturnType<typeof story.runSummary> {
  const startedAt = new Date(Date.now() - 112_000).toISOString();
  return story.runSummary({ createdAt: startedAt, startedAt });
}

/** Somebody else's, which the user may approve. */
function waiting(): ReturnType<typeof story.promotion> {
  return story.promotion({
    id: 'p3',
    version: 2,
    state: 'waiting',
    actor: { name: 'anna', asserted: true },
    approvalsNeeded: 1,
    revision: null,
    committedAt: null
  });
}

/** The same story on a cluster: runs go to pods, and a promotion to prod is held up by an image. */
export function onCluster(): Replies {
  const deploying = cluster.deploying({ id: 'p4', trouble: cluster.PULL_TROUBLE });
  return {
    ...inUse(),
    'GET /cluster': { cluster: cluster.clusterStatus() },
    'GET /environments': {
      environments: [
        cluster.environment('dev', 4),
        cluster.environment('prod', 3, { ready: 1, total: 2 })
      ]
    },
    'GET /promotions': { promotions: [deploying] },
    'GET /promotions/p4': deploying,
    'GET /promotions/p4/plan': story.promotionPlan({ target: cluster.TARGET })
  };
}

/** A gateway in which nothing has happened yet. */
export function empty(): Replies {
  return {
    ...inUse(),
    'GET /runs': { runs: [] },
    'GET /models': { models: [] },
    'GET /environments': {
      environments: [story.environment('dev', null), story.environment('prod', null)]
    },
    'GET /promotions': { promotions: [] },
    'GET /monitors': { monitors: [] },
    'GET /alerts': { alerts: [] },
    'GET /retrainings': { retrainings: [] }
  };
}

/** Answers in the place of the gateway; `server` is what the server extension says about it. */
export async function answerWith(
  page: Page,
  replies: Replies,
  server: object = story.serverStatus()
): Promise<void> {
  await page.route(/\/mlops\/server/, route => route.fulfill({ json: server }));
  await page.route(/\/mlops\/api\/v1\//, route => answer(route, replies));
}

async function answer(route: Route, replies: Replies): Promise<void> {
  const request = route.request();
  const [, path] = new URL(request.url()).pathname.split('/mlops/api/v1');
  if (path === '/events') {
    // A line that stays open: never answered.
    return;
  }
  const reply = replies[`${request.method()} ${path}`];
  await route.fulfill(
    reply === undefined
      ? {
          status: 404,
          json: { code: 'no-reply', message: `The test gives no reply to ${path}.` }
        }
      : { json: reply }
  );
}
