import type { Registration } from '../../contract/event';
import type { Actor } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import {
  RegisterRequest,
  type Evidence,
  type Model,
  type ModelVersion,
  type RegisterLiveRequest,
  type VersionState
} from '../../contract/model';
import { toName } from '../../contract/name';
import type { MonitoringSettings } from '../../contract/project';
import type { ICore } from '../core';
import type { OciLayout } from '../images/oci-layout';
import { Jobs } from '../jobs/jobs';
import type { IRuns } from '../pipelines/port';
import { readProject } from '../project/read-project';
import { chooseCandidate } from './candidate';
import { MODEL_TEST } from './model-test';
import type { IModels } from './port';
import type { Registrar } from './registrar';
import {
  registrationId,
  registrationOf,
  RegistrationState,
  type RegistrationSource
} from './registration';
import type { VersionTable } from './version-table';

const ROW_BYTES = 16;
/** How many registrations are looked through, and for how long a failed one is told. */
const LISTED = 100;
const REMEMBERED_MILLISECONDS = 24 * 3600 * 1000;

/** The registry of models: versions in SQLite, their content in the model store. */
export class Models implements IModels {
  constructor(options: Models.IOptions) {
    this._options = options;
    const { core, registrar } = options;
    this._jobs = new Jobs(core.database, core.log, {
      kind: 'registration',
      state: RegistrationState,
      run: job => registrar.run(job),
      changed: record =>
        core.events.publish({ type: 'registration', data: registrationOf(record) })
    });
  }

  list(): Model[] {
    return this._options.table.list();
  }

  version(model: string, version: number): ModelVersion {
    return this._options.table.get(model, version);
  }

  byDigest(digest: string): ModelVersion | null {
    return this._options.table.byDigest(digest);
  }

  register(request: RegisterRequest, actor: Actor): Registration {
    const { run: id, name, variable: asked } = RegisterRequest.parse(request);
    const run = this._options.runs.get(id);
    const { project } = readProject(run.notebook);
    const { variable } = chooseCandidate(run, asked ?? project.model.variable);
    const model = name ?? project.model.name ?? proposeName(run.notebook);
    return this._start({ from: 'run', run: id, variable }, model, actor);
  }

  /** Registers what a live kernel wrote into a folder below `<data home>/live`. */
  registerLive(request: RegisterLiveRequest, actor: Actor): Registration {
    const { notebook } = request;
    const { project } = readProject(notebook);
    const model = request.name ?? project.model.name ?? proposeName(notebook);
    const source = { from: 'live' as const, notebook, folder: request.folder };
    return this._start(source, model, actor);
  }

  /** Tests a version again in a fresh model server. */
  test(model: string, version: number, actor: Actor): Registration {
    const { digest } = this.version(model, version);
    return registrationOf(
      this._jobs.start({
        source: { from: 'version' },
        model,
        version,
        digest,
        phase: 'preparing-server',
        detail: '',
        actor
      })
    );
  }

  /** Those under way, and those that failed lately and were neither cancelled nor tried again. */
  registrations(now = Date.now()): Registration[] {
    const seen = new Set<string>();
    return this._jobs
      .list(LISTED)
      .filter(({ state, status, error, updatedAt }) => {
        const tested = state.source.from === 'version' ? state.version : null;
        const subject = JSON.stringify([state.source, state.model, tested]);
        const isNewest = !seen.has(subject);
        seen.add(subject);
        return (
          status === 'running' ||
          (status === 'failed' &&
            isNewest &&
            error?.code !== 'cancelled' &&
            Date.parse(updatedAt) > now - REMEMBERED_MILLISECONDS)
        );
      })
      .map(registrationOf);
  }

  /** @throws MlopsError `registration-unknown` */
  registration(id: string): Registration {
    return registrationOf(this._jobs.get(id));
  }

  async cancelRegistration(id: string, actor: Actor): Promise<Registration> {
    const { status, state } = this._jobs.get(id);
    if (status === 'running') {
      this._jobs.cancel(id);
      this._audit(actor, 'registration.cancel', state.model);
    }
    return registrationOf(await this._jobs.ended(id));
  }

  async registrationEnded(id: string, signal?: AbortSignal): Promise<Registration> {
    signal?.throwIfAborted();
    const ended = this._jobs.ended(id);
    if (!signal) {
      return registrationOf(await ended);
    }
    const listening = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), {
        signal: listening.signal
      });
    });
    try {
      return registrationOf(await Promise.race([ended, aborted]));
    } finally {
      listening.abort();
    }
  }

  addEvidence(model: string, version: number, evidence: Evidence): ModelVersion {
    const changed = this._options.table.addEvidence(model, version, evidence, null);
    return this._publish(changed);
  }

  setReleased(environment: string, model: string, version: number | null): void {
    const { core, table } = this._options;
    const before = this._released(environment, model);
    table.setReleased(environment, model, version);
    const numbers = new Set([before, version].filter(number => number !== null));
    for (const number of numbers) {
      core.events.publish({ type: 'version', data: table.get(model, number) });
    }
  }

  /** @throws MlopsError `version-released` while an environment has it */
  archive(model: string, number: number, actor: Actor): ModelVersion {
    const version = this.version(model, number);
    if (version.environments.length > 0) {
      throw new MlopsError('conflict', {
        code: 'version-released',
        message: `${model} version ${number} is released in ${version.environments.join(', ')}.`,
        action: 'Promote another version there first.'
      });
    }
    if (version.state === 'archived') {
      return version;
    }
    const archived = this._options.table.setState(model, number, 'archived');
    this._audit(actor, 'model.archive', `${model}/${number}`);
    return this._publish(archived);
  }

  /** Takes an archived version back; one that is not archived stays as it is. */
  unarchive(model: string, number: number, actor: Actor): ModelVersion {
    const version = this.version(model, number);
    if (version.state !== 'archived') {
      return version;
    }
    const back = this._options.table.setState(model, number, stateBefore(version));
    this._audit(actor, 'model.unarchive', `${model}/${number}`);
    return this._publish(back);
  }

  json(digest: string): unknown {
    const content = this._options.store.readBlobSync(digest);
    return JSON.parse(Buffer.from(content).toString('utf8'));
  }

  liveFolders(model: string): string[] {
    return this._options.core.database
      .all(
        `SELECT json_extract(state, '$.source.folder') AS folder FROM jobs
         WHERE kind = 'registration' AND status <> 'running'
           AND json_extract(state, '$.source.from') = 'live' AND json_extract(state, '$.model') = ?`,
        model
      )
      .map(({ folder }) => String(folder));
  }

  monitoring(model: string, version: number): MonitoringSettings | null {
    return this._options.table.monitoring(model, version);
  }

  trainingRows(model: string, version: number): Set<string> | null {
    const digest = this._options.table.rowsDigest(model, version);
    if (digest === null) {
      return null;
    }
    const rows = Buffer.from(this._options.store.readBlobSync(digest));
    return new Set(
      Array.from({ length: Math.floor(rows.length / ROW_BYTES) }, (_, row) =>
        rows.toString('hex', row * ROW_BYTES, (row + 1) * ROW_BYTES)
      )
    );
  }

  /** Goes on with the registrations of the last gateway. */
  resume(): void {
    this._jobs.resume();
  }

  close(): Promise<void> {
    return this._jobs.close();
  }

  private _start(
    source: RegistrationSource,
    model: string,
    actor: Actor
  ): Registration {
    let attempt = 1;
    // What failed or was cancelled may be tried again; what runs or succeeded is given.
    while (
      this._jobs.find(registrationId(source, model, attempt))?.status === 'failed'
    ) {
      attempt += 1;
    }
    const record = this._jobs.start(
      {
        source,
        model,
        version: null,
        digest: null,
        phase: 'collecting',
        detail: 'Collecting the model and its facts',
        actor
      },
      source.from === 'live' ? undefined : registrationId(source, model, attempt)
    );
    return registrationOf(record);
  }

  private _released(environment: string, model: string): number | null {
    const known = this.list().find(({ name }) => name === model);
    const version = known?.versions.find(({ environments }) =>
      environments.includes(environment)
    );
    return version?.version ?? null;
  }

  private _publish(version: ModelVersion): ModelVersion {
    this._options.core.events.publish({ type: 'version', data: version });
    return version;
  }

  private _audit(actor: Actor, action: string, object: string): void {
    this._options.core.audit.add({ actor, action, object, result: 'done' });
  }

  private readonly _options: Models.IOptions;
  private readonly _jobs: Jobs<RegistrationState>;
}

export namespace Models {
  export interface IOptions {
    core: ICore;
    runs: IRuns;
    store: OciLayout;
    table: VersionTable;
    registrar: Registrar;
  }
}

/** What the last test said; a test that has not ended settles it by itself. */
function stateBefore({ evidence }: ModelVersion): VersionState {
  const last = evidence.findLast(({ kind }) => kind === MODEL_TEST);
  if (!last) {
    return 'testing';
  }
  return last.result === 'passed' ? 'ready' : 'failed';
}

/** The notebook's file name as a model's name. */
function proposeName(notebook: string): string {
  const file = notebook.slice(notebook.lastIndexOf('/') + 1);
  return toName(file.replace(/\.ipynb$/, '')) || 'model';
}
