import { randomUUID } from 'node:crypto';
import { basename, dirname, join, normalize, resolve } from 'node:path';

import { z } from 'zod';

import { Actor } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { Comparison } from '../../contract/model';
import { Retraining, type RetrainRequest } from '../../contract/monitor';
import type { RetrainingSettings } from '../../contract/project';
import type { RunDetail } from '../../contract/run';
import { keptParameters, withoutSecrets } from '../../contract/secret-parameter';
import type { ICore } from '../core';
import { Jobs, toApiError, type IJob, type IJobRecord } from '../jobs/jobs';
import type { IModels } from '../models/port';
import type { IRuns } from '../pipelines/port';
import { readProject } from '../project/read-project';
import type { AlertStore } from './alert-store';
import { compareVersions, NOT_COMPARABLE, type IComparisonSources } from './comparison';
import { cutByTime, newestTime } from './fresh-data';
import { RetrainingFolders } from './retraining-folders';
import { checkAlert, checkConfigured } from './retraining-request';
import type { MonitoredVersions } from './subject';

const DAY = 86_400_000;

const State = z.object({
  environment: z.string(),
  model: z.string(),
  champion: z.number().int(),
  alert: z.string().nullable(),
  notebook: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  files: z.record(z.string(), z.string()),
  cutOff: z.string().nullable(),
  actor: Actor,
  phase: Retraining.shape.state,
  run: z.string().nullable(),
  challenger: z.number().int().nullable(),
  comparison: Comparison.nullable(),
  /** Why there is no comparison, where the training itself went well. */
  note: Retraining.shape.error
});
type State = z.infer<typeof State>;

export interface IRetrainingSources extends IComparisonSources {
  core: ICore;
  runs: IRuns;
  models: IModels;
  alerts: AlertStore;
  monitored: MonitoredVersions;
}

/** Trains again, registers, compares: each transition is written down and survives a crash. */
export class Retrainings {
  constructor(sources: IRetrainingSources) {
    this._sources = sources;
    const { core } = sources;
    this._folders = new RetrainingFolders(join(core.home.path, 'retrainings'));
    this._jobs = new Jobs(core.database, core.log, {
      kind: 'retraining',
      state: State,
      run: job => this._run(job),
      changed: record =>
        core.events.publish({ type: 'retraining', data: toRetraining(record) })
    });
  }

  /**
   * Nothing is written down or started where it cannot go on.
   *
   * @throws MlopsError `not-released`, `alert-unknown`, `alert-of-another`, `retraining-not-configured`
   */
  async start(
    request: z.output<typeof RetrainRequest>,
    actor: Actor
  ): Promise<Retraining> {
    const { environment, model } = request;
    const champion = this._sources.monitored.find(environment, model);
    if (!champion) {
      throw new MlopsError('refused', {
        code: 'not-released',
        message: `No version of ${model} answers in ${environment}, so there is nothing to train again.`
      });
    }
    const { notebook, parameters } = champion.registered.lineage;
    checkAlert(request, this._sources.alerts);
    checkConfigured(notebook, request);
    const id = randomUUID();
    await this._folders.keepSecrets(id, request.parameters);
    const record = this._jobs.start(
      {
        environment,
        model,
        champion: champion.version,
        alert: request.alert,
        notebook,
        // A value that was not kept stays as the notebook itself sets it.
        parameters: {
          ...keptParameters(parameters),
          ...withoutSecrets(request.parameters)
        },
        files: request.files ?? {},
        cutOff: request.cutOff ?? null,
        actor,
        phase: 'preparing',
        run: null,
        challenger: null,
        comparison: null,
        note: null
      },
      id
    );
    this._sources.core.audit.add({
      actor,
      action: 'retraining.start',
      object: `${environment}/${model}`,
      result: 'done',
      details: { retraining: record.id, alert: request.alert }
    });
    this._linkAlert(request.alert, record.id);
    return toRetraining(record);
  }

  get(id: string): Retraining {
    return toRetraining(this._jobs.get(id));
  }

  list(): Retraining[] {
    return this._jobs.list().map(toRetraining);
  }

  /**
   * Deletes the copies of data that ended retrainings were made with; gives the number of files.
   *
   * @param chosen Which; null for a folder of which nothing is known.
   */
  async deleteData(
    chosen: (retraining: Retraining | null, written: Date) => boolean
  ): Promise<number> {
    return this._folders.delete((id, written) => {
      const record = this._jobs.find(id);
      return (
        record?.status !== 'running' && chosen(record && toRetraining(record), written)
      );
    });
  }

  resume(): void {
    this._jobs.resume();
  }

  close(): Promise<void> {
    return this._jobs.close();
  }

  private async _run(job: IJob<State>): Promise<void> {
    try {
      await job.step('prepare', state => this._prepare(job.id, state));
    } catch (error) {
      if (!job.signal.aborted) {
        // No run will ask for them.
        this._folders.removeSecrets(job.id);
      }
      throw error;
    }
    await job.step('train', state => this._train(job, state));
    await job.step('register', state => this._register(job, state));
    await job.step('compare', state => this._compare(job, state));
  }

  /** Cuts the fresh data so that the notebook never sees the newest days. */
  private async _prepare(id: string, state: State): Promise<Partial<State>> {
    const { project, path } = readProject(state.notebook);
    const settings = project.monitoring.retraining;
    const root = path === null ? dirname(state.notebook) : dirname(path);
    const notebook = settings?.notebook
      ? resolve(root, settings.notebook)
      : state.notebook;
    if (!settings) {
      // Parameters or files were given: nothing says which column holds the time to cut by.
      return { notebook, phase: 'training' };
    }
    const cut = await this._cut(id, state, settings, root);
    return { ...cut, notebook, phase: 'training' };
  }

  private async _cut(
    id: string,
    state: State,
    settings: RetrainingSettings,
    root: string
  ): Promise<Partial<State>> {
    // The same file by another name would reach the notebook uncut.
    const input = normalize(settings.input);
    const files = Object.fromEntries(
      Object.entries(state.files).map(([path, file]) => [normalize(path), file])
    );
    const fresh = files[input] ?? resolve(root, settings.fresh);
    const cutOff =
      state.cutOff === null
        ? (await newestTime(fresh, settings.time)) - settings.holdoutDays * DAY
        : Date.parse(state.cutOff);
    const target = join(this._folders.make(id), basename(settings.input));
    await cutByTime({ file: fresh, column: settings.time }, cutOff, target);
    return {
      cutOff: new Date(cutOff).toISOString(),
      files: { ...files, [input]: target }
    };
  }

  private async _train(job: IJob<State>, state: State): Promise<Partial<State>> {
    const { runs } = this._sources;
    // A crash between the start of the run and its being written here must not train twice.
    const started = runs
      .list(1000)
      .find(({ cause }) => cause.kind === 'retraining' && cause.retraining === job.id);
    const run = started ?? (await this._startRun(job.id, state));
    job.note({ run: run.id });
    this._folders.removeSecrets(job.id);
    const ended = await runs.ended(run.id, job.signal);
    if (ended.state !== 'succeeded') {
      throw new MlopsError('failed', {
        code: 'retraining-run-failed',
        message: `Run ${ended.number} of the retraining ${ended.state}.`,
        cause: ended.error?.message,
        action: 'Open the run, mend the notebook or the data, and retrain again.'
      });
    }
    return { run: run.id, phase: 'registering' };
  }

  private async _startRun(
    retraining: string,
    { notebook, parameters, files, alert, actor }: State
  ): Promise<RunDetail> {
    const request = {
      notebook,
      parameters: this._folders.withSecrets(retraining, parameters),
      files
    };
    return this._sources.runs.start(request, actor, {
      kind: 'retraining',
      retraining,
      alert
    });
  }

  private async _register(job: IJob<State>, state: State): Promise<Partial<State>> {
    const { models } = this._sources;
    const run = state.run ?? '';
    const variable = models.version(state.model, state.champion).lineage.variable;
    const { id } = models.register({ run, name: state.model, variable }, state.actor);
    const { version, error } = await models.registrationEnded(id, job.signal);
    if (version === null || error) {
      throw new MlopsError('failed', {
        code: 'challenger-not-registered',
        message: 'The retrained model was not registered.',
        cause: error?.message,
        action: error?.action
      });
    }
    return { challenger: version, phase: 'comparing' };
  }

  private async _compare(job: IJob<State>, state: State): Promise<Partial<State>> {
    try {
      const comparison = await compareVersions(this._sources, {
        model: state.model,
        environment: state.environment,
        champion: state.champion,
        challenger: state.challenger ?? 0,
        after: state.cutOff === null ? undefined : Date.parse(state.cutOff),
        signal: job.signal
      });
      return { comparison, phase: 'succeeded' };
    } catch (error) {
      // No failure of the training: the challenger stands, uncompared.
      if (error instanceof MlopsError && NOT_COMPARABLE.includes(error.body.code)) {
        return { note: toApiError(error), phase: 'succeeded' };
      }
      throw error;
    }
  }

  private _linkAlert(id: string | null, retraining: string): void {
    if (id !== null) {
      const { alerts, core } = this._sources;
      const alert = alerts.put({ ...alerts.get(id), retraining });
      core.events.publish({ type: 'alert', data: alert });
    }
  }

  private readonly _sources: IRetrainingSources;
  private readonly _folders: RetrainingFolders;
  private readonly _jobs: Jobs<State>;
}

function toRetraining(record: IJobRecord<State>): Retraining {
  const { state, status } = record;
  return {
    id: record.id,
    environment: state.environment,
    model: state.model,
    champion: state.champion,
    alert: state.alert,
    state: status === 'running' ? running(state.phase) : status,
    cutOff: state.cutOff,
    run: state.run,
    challenger: state.challenger,
    comparison: state.comparison,
    createdAt: record.createdAt,
    endedAt: status === 'running' ? null : record.updatedAt,
    error: record.error ?? state.note
  };
}

/** The last transition is written a moment before the job itself ends. */
function running(phase: Retraining['state']): Retraining['state'] {
  return phase === 'succeeded' ? 'comparing' : phase;
}
