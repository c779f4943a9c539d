import { routes } from '../../contract/routes';
import { GatewayEvent } from '../../contract/event';
import { GatewayStatus, ServerStatus } from '../../contract/status';
import * as cluster from './cluster-story';
import * as story from './story';

describe('the story that all tests and pictures tell', () => {
  it.each([
    ['status', GatewayStatus, story.gatewayStatus()],
    ['server', ServerStatus, story.serverStatus()],
    ['a running run', routes.getRun.reply, story.runDetail()],
    [
      'a failed run',
      routes.getRun.reply,
      story.runDetail(story.failedRun(), 'clean', 'failed')
    ],
    [
      'a finished run',
      routes.getRun.reply,
      story.runDetail(story.succeededRun(), '', 'succeeded')
    ],
    [
      'runs',
      routes.listRuns.reply,
      { runs: [story.runSummary(), story.succeededRun(), story.failedRun()] }
    ],
    ['a log', routes.runLog.reply, { lines: story.logLines(3), end: false }],
    ['models', routes.listModels.reply, { models: [story.model()] }],
    ['a registration', routes.register.reply, story.registration()],
    [
      'environments',
      routes.listEnvironments.reply,
      { environments: [story.environment('dev', 4), story.environment('prod', null)] }
    ],
    [
      'environments on a cluster',
      routes.listEnvironments.reply,
      { environments: [cluster.environment('dev', 4)] }
    ],
    [
      'a promotion that is held up',
      routes.getPromotion.reply,
      cluster.deploying({ trouble: cluster.PULL_TROUBLE })
    ],
    ['a cluster', routes.cluster.reply, { cluster: cluster.clusterStatus() }],
    ['an expired session', routes.cluster.reply, { cluster: cluster.expiredSession() }],
    [
      'a changed identity',
      routes.cluster.reply,
      { cluster: cluster.changedIdentity() }
    ],
    ['a plan', routes.planPromotion.reply, story.promotionPlan()],
    ['a promotion', routes.getPromotion.reply, story.promotion()],
    [
      'monitors',
      routes.listMonitors.reply,
      { monitors: [story.monitor(), story.silentMonitor()] }
    ],
    ['a drift report', routes.driftReport.reply, story.driftReport()],
    ['an alert', GatewayEvent, { type: 'alert', data: story.alert() }],
    ['a retraining', routes.getRetraining.reply, story.retraining()]
  ])('%s is what the gateway may say', (_, schema, value) => {
    expect(schema.parse(value)).toEqual(value);
  });
});
