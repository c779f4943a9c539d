import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import type { Retraining } from '../../../contract/monitor';
import { EnvironmentsModel } from '../../environments/model';
import { DriftReportModel } from '../drift-report-model';
import { MonitoringModel } from '../model';

afterEach(disconnectAll);

async function setUp(
  retrainings: Retraining[],
  released: { dev: number; prod: number } = { dev: 3, prod: 3 }
): Promise<DriftReportModel> {
  const { server, gateway, connect } = connectable();
  server.on('driftReport', story.driftReport());
  server.on('listRetrainings', { retrainings });
  server.on('listAlerts', { alerts: [story.alert()] });
  server.on('listEnvironments', {
    environments: [
      story.environment('dev', released.dev),
      story.environment('prod', released.prod)
    ]
  });
  const monitoring = new MonitoringModel(gateway);
  const environments = new EnvironmentsModel(gateway);
  const model = new DriftReportModel({
    gateway,
    monitoring,
    environments,
    environment: 'prod',
    model: 'bike-demand'
  });
  await connect();
  await waitFor(() => {
    expect(model.report).not.toBeNull();
    expect(monitoring.state).toBe('loaded');
    expect(environments.state).toBe('loaded');
  });
  return model;
}

describe('the next step about a drifted model', () => {
  it('is to retrain while an alert fires', async () => {
    expect((await setUp([])).nextStep).toBe('retrain');
  });

  it('is to wait while the challenger is trained', async () => {
    const model = await setUp([
      story.retraining({ state: 'training', challenger: null, comparison: null })
    ]);
    expect(model.nextStep).toBe('wait');
    expect(model.promoteTo).toBeNull();
  });

  it('is to promote a better challenger, to dev before prod', async () => {
    const model = await setUp([story.retraining()]);
    expect(model.nextStep).toBe('promote');
    expect(model.promoteTo).toBe('dev');
  });

  it('goes on to prod when dev has it', async () => {
    expect((await setUp([story.retraining()], { dev: 4, prod: 3 })).promoteTo).toBe(
      'prod'
    );
  });

  it('is nothing more when prod has it', async () => {
    const model = await setUp([story.retraining()], { dev: 4, prod: 4 });
    expect(model.nextStep).toBe('done');
    expect(model.promoteTo).toBeNull();
  });

  it('is not to promote what is no better', async () => {
    const model = await setUp([
      story.retraining({
        comparison: story.comparison({ verdict: 'no-difference-found' })
      })
    ]);
    expect(model.nextStep).toBe('retrain');
  });

  it('does not mistake a retraining of another environment for its own', async () => {
    const model = await setUp([story.retraining({ environment: 'dev' })]);
    expect(model.retraining).toBeNull();
    expect(model.nextStep).toBe('retrain');
  });
});
