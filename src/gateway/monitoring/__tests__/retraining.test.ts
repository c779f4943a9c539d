import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Registration } from '../../../contract/event';
import type { Retraining } from '../../../contract/monitor';
import type { RunDetail, RunSummary } from '../../../contract/run';
import {
  ANNA,
  buildCore,
  discardCore,
  REPOSITORY,
  temporaryFolder
} from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import type { IRuns } from '../../pipelines/port';
import { AlertStore } from '../alert-store';
import { PayloadStore } from '../payload-store';
import { Retrainings } from '../retraining';
import { MonitoredVersions } from '../subject';
import { VersionSettings } from '../version-settings';
import {
  buildVersion,
  FormulaServer,
  KnownModels,
  OneEndpoint,
  recordedHours
} from './monitoring-builder';

type Started = Parameters<IRuns['start']>;

const REQUEST = {
  environment: 'prod',
  model: 'bike-demand',
  alert: null,
  parameters: {},
  files: undefined,
  cutOff: undefined
};

describe('a retraining', () => {
  let core: ICore;
  let project: string;
  let started: Started[];
  let runState: RunDetail['state'];
  let registered: Partial<Registration>;
  let retrainings: Retrainings;

  beforeEach(() => {
    core = buildCore();
    project = temporaryFolder();
    cpSync(join(REPOSITORY, 'examples/bike-demand'), project, { recursive: true });
    started = [];
    runState = 'succeeded';
    registered = { version: 2, error: null };
    retrainings = build();
  });

  afterEach(async () => {
    await retrainings.close();
    discardCore(core);
  });

  function build(): Retrainings {
    const champion = buildVersion(1);
    const notebook = join(project, 'demand.ipynb');
    const models = new KnownModels(
      [
        { ...champion, lineage: { ...champion.lineage, notebook } },
        buildVersion(2, { cutOff: '2011-05-31T23:00:00.000Z' })
      ],
      null
    ).asModels();
    const payloads = new PayloadStore(core.database);
    const alerts = new AlertStore(core.database);
    return new Retrainings({
      core,
      payloads,
      alerts,
      runs: runs(),
      modelServer: new FormulaServer({ 1: () => 60, 2: () => 160 }),
      models: {
        ...models,
        register: () => ({ id: 'registration' }) as Registration,
        registrationEnded: async () => registered as Registration
      },
      monitored: new MonitoredVersions({
        models,
        environments: new OneEndpoint(),
        settings: new VersionSettings(core.log),
        log: core.log
      })
    });
  }

  function runs(): IRuns {
    const missing = (): never => {
      throw new Error('not part of this test');
    };
    const known = (): RunSummary[] =>
      started.map(
        ([, actor, cause], index) =>
          ({ id: `run-${index}`, number: index + 1, actor, cause }) as RunSummary
      );
    return {
      convert: missing,
      get: missing,
      stop: missing,
      retry: missing,
      folder: missing,
      list: known,
      start: async (...call) => {
        started.push(call);
        return { id: `run-${started.length - 1}` } as RunDetail;
      },
      ended: async id =>
        ({ id, number: 1, state: runState, error: null }) as unknown as RunDetail
    };
  }

  function feed(): void {
    const june = recordedHours('2011-06-01', '2011-07-01');
    const payloads = new PayloadStore(core.database);
    const endpoint = new OneEndpoint();
    endpoint.addPayloadSink(payload => payloads.add([payload], []));
    endpoint.replay(june);
    const labels = june.map(({ bikers }, index) => ({
      id: `day-${june[index - (index % 24)].time}`,
      row: index % 24,
      value: bikers
    }));
    payloads.addLabels('prod', 'bike-demand', labels);
  }

  async function ended(id: string): Promise<Retraining> {
    for (;;) {
      const retraining = retrainings.get(id);
      if (retraining.endedAt !== null) {
        return retraining;
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  }

  it('hides the newest thirty days from the notebook and judges both versions on them', async () => {
    feed();
    const retraining = await ended(retrainings.start(REQUEST, ANNA).id);
    expect(retraining).toMatchObject({
      state: 'succeeded',
      cutOff: '2011-05-31T23:00:00.000Z',
      challenger: 2,
      comparison: { champion: 1, challenger: 2, rows: 720 }
    });
    const [[{ files }, , cause]] = started;
    expect(cause).toEqual({
      kind: 'retraining',
      retraining: retraining.id,
      alert: null
    });
    const seen = readFileSync(files?.['data/rides.csv'] ?? '', 'utf8');
    expect(seen).toContain('2011-05-31T23:00:00Z');
    expect(seen).not.toContain('2011-06-01');
  });

  it('ends well but uncompared where no true value has arrived', async () => {
    const retraining = await ended(retrainings.start(REQUEST, ANNA).id);
    expect(retraining).toMatchObject({
      state: 'succeeded',
      challenger: 2,
      comparison: null,
      error: { code: 'no-rows-to-compare' }
    });
  });

  it('trains once, whatever happens between the start of the run and its being written down', async () => {
    const { id } = retrainings.start(REQUEST, ANNA);
    while (started.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    await retrainings.close();
    // As after a crash: neither the end of the step nor the run's id has been written.
    core.database.run(
      "UPDATE jobs SET status = 'running', done = '[\"prepare\"]', state = json_set(state, '$.run', NULL) WHERE id = ?",
      id
    );
    retrainings = build();
    retrainings.resume();
    await ended(id);
    expect(started).toHaveLength(1);
  });

  it('says which run failed, and leaves the champion alone', async () => {
    runState = 'failed';
    const retraining = await ended(retrainings.start(REQUEST, ANNA).id);
    expect(retraining).toMatchObject({
      state: 'failed',
      challenger: null,
      error: {
        code: 'retraining-run-failed',
        message: expect.stringContaining('Run 1')
      }
    });
  });

  it('says why the challenger was not registered', async () => {
    registered = {
      version: null,
      error: {
        code: 'no-model',
        message: 'This run trained nothing that can be registered.'
      }
    };
    const retraining = await ended(retrainings.start(REQUEST, ANNA).id);
    expect(retraining.error).toMatchObject({
      code: 'challenger-not-registered',
      cause: 'This run trained nothing that can be registered.'
    });
  });

  it('is refused where nothing says what fresh data is', async () => {
    cpSync(
      join(REPOSITORY, 'tests/projects/diabetes-named-model/mlops.yaml'),
      join(project, 'mlops.yaml')
    );
    const retraining = await ended(retrainings.start(REQUEST, ANNA).id);
    expect(retraining.error).toMatchObject({ code: 'retraining-not-configured' });
    expect(started).toEqual([]);
  });
});
