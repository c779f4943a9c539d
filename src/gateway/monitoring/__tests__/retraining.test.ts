import { cpSync, existsSync, readFileSync } from 'node:fs';
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
  let trainedWith: Record<string, unknown>;
  let retrainings: Retrainings;

  beforeEach(() => {
    core = buildCore();
    project = temporaryFolder();
    cpSync(join(REPOSITORY, 'examples/bike-demand'), project, { recursive: true });
    started = [];
    runState = 'succeeded';
    trainedWith = {};
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
        {
          ...champion,
          lineage: { ...champion.lineage, notebook, parameters: trainedWith }
        },
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
    const retraining = await ended((await retrainings.start(REQUEST, ANNA)).id);
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

  it('cuts the file that is given, however its path is written', async () => {
    const files = { './data/rides.csv': join(project, 'data/rides-to-june.csv') };
    const { id } = await retrainings.start({ ...REQUEST, files }, ANNA);
    await ended(id);
    const given = started[0][0].files ?? {};
    expect(Object.keys(given)).toEqual(['data/rides.csv']);
    expect(readFileSync(given['data/rides.csv'], 'utf8')).not.toContain('2011-06-01');
  });

  it('ends well but uncompared where no true value has arrived', async () => {
    const retraining = await ended((await retrainings.start(REQUEST, ANNA)).id);
    expect(retraining).toMatchObject({
      state: 'succeeded',
      challenger: 2,
      comparison: null,
      error: { code: 'no-rows-to-compare' }
    });
  });

  it('trains once, whatever happens between the start of the run and its being written down', async () => {
    const { id } = await retrainings.start(REQUEST, ANNA);
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
    const retraining = await ended((await retrainings.start(REQUEST, ANNA)).id);
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
    const retraining = await ended((await retrainings.start(REQUEST, ANNA)).id);
    expect(retraining.error).toMatchObject({
      code: 'challenger-not-registered',
      cause: 'This run trained nothing that can be registered.'
    });
  });

  it('names the column that keeps both versions from being compared', async () => {
    feed();
    core.database.run(
      "UPDATE payload_rows SET features = json_remove(features, '$.temp')"
    );
    const retraining = await ended((await retrainings.start(REQUEST, ANNA)).id);
    expect(retraining).toMatchObject({
      state: 'succeeded',
      challenger: 2,
      comparison: null,
      error: { code: 'column-not-stored', message: expect.stringContaining('temp') }
    });
  });

  it('starts nothing for an alert that is not there, or is about something else', async () => {
    const before = core.audit.list(100).length;
    const about = (alert: string) => retrainings.start({ ...REQUEST, alert }, ANNA);
    await expect(about('none')).rejects.toMatchObject({
      body: { code: 'alert-unknown' }
    });
    const other = new AlertStore(core.database).create({
      kind: 'errors',
      environment: 'dev',
      model: 'bike-demand',
      version: 1,
      severity: 'critical',
      state: 'firing',
      summary: '',
      features: [],
      pendingSince: '2026-01-01T00:00:00.000Z',
      firingSince: '2026-01-01T00:00:00.000Z'
    });
    await expect(about(other.id)).rejects.toMatchObject({
      body: { code: 'alert-of-another' }
    });
    expect(retrainings.list()).toEqual([]);
    expect(core.audit.list(100)).toHaveLength(before);
    expect(started).toEqual([]);
  });

  it('gives the notebook what the champion was trained with, but for what was not kept', async () => {
    trainedWith = { months: 3, api_token: '[not kept]', max_tokens: 9 };
    retrainings = build();
    const parameters = { months: 4, db_password: 'hush-4711' };
    const { id } = await retrainings.start({ ...REQUEST, parameters }, ANNA);
    await ended(id);
    expect(started[0][0].parameters).toEqual({
      months: 4,
      max_tokens: 9,
      db_password: 'hush-4711'
    });
    // The value was there for the run only.
    expect(existsSync(join(core.home.path, 'retrainings', id, 'secrets.json'))).toBe(
      false
    );
    for (const file of ['', '-wal'].map(end => core.home.database + end)) {
      expect(readFileSync(file).includes('hush-4711')).toBe(false);
    }
  });

  describe('without monitoring.retraining', () => {
    beforeEach(() =>
      cpSync(
        join(REPOSITORY, 'tests/projects/diabetes-named-model/mlops.yaml'),
        join(project, 'mlops.yaml')
      )
    );

    it.each([
      ['nothing says what fresh data is', {}, 'retraining-not-configured'],
      [
        'nothing says what a cut-off is about',
        { parameters: { months: 4 }, cutOff: '2011-05-01T00:00:00.000Z' },
        'cut-off-not-configured'
      ]
    ])('is refused where %s', async (_, given, code) => {
      // What the champion was trained with names the old data.
      trainedWith = { months: 3 };
      retrainings = build();
      await expect(
        retrainings.start({ ...REQUEST, ...given }, ANNA)
      ).rejects.toMatchObject({ body: { code } });
      expect(started).toEqual([]);
      expect(retrainings.list()).toEqual([]);
    });

    it('trains on what is given, uncut', async () => {
      const files = { 'data/rides.csv': join(project, 'data/rides-to-june.csv') };
      const { id } = await retrainings.start({ ...REQUEST, files }, ANNA);
      expect(await ended(id)).toMatchObject({ state: 'succeeded', cutOff: null });
      expect(started[0][0].files).toEqual(files);
    });
  });
});
