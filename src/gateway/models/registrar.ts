import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import type { ModelVersion } from '../../contract/model';
import type { ICore } from '../core';
import type { OciLayout } from '../images/oci-layout';
import { toApiError, type IJob } from '../jobs/jobs';
import type { IRuns } from '../pipelines/port';
import { readProject } from '../project/read-project';
import type { IModelServer } from '../serving/port';
import { collectFromRun, type ICollected } from './collect';
import { collectFromLive } from './collect-live';
import { GoldenRequest, goldenRequest } from './golden';
import { evidenceOf, testModel } from './model-test';
import { packageModel } from './package-model';
import type { RegistrationSource, RegistrationState } from './registration';
import type { VersionTable } from './version-table';

type RegistrationJob = IJob<RegistrationState>;

/** Does the work of a registration: collect, package, test. */
export class Registrar {
  constructor(private readonly _options: Registrar.IOptions) {}

  async run(job: RegistrationJob): Promise<void> {
    if (job.state.source.from !== 'version') {
      await job.step('package', () => this._package(job));
    }
    await job.step('test', async () => {
      await this._test(job);
      return {};
    });
  }

  private async _package(job: RegistrationJob): Promise<Partial<RegistrationState>> {
    const { core, store, table } = this._options;
    const { source, model, actor } = job.state;
    job.note({ phase: 'collecting', detail: 'Collecting the model and its facts' });
    const collected = await this._collect(source);
    job.signal.throwIfAborted();
    job.note({ phase: 'packaging', detail: 'Writing the model artifact' });
    const { version, extras } = await packageModel(collected, {
      store,
      name: model,
      actor,
      found: readProject(collected.lineage.notebook),
      signal: job.signal,
      runtime: join(core.context.serving, 'runtime.py')
    });
    job.signal.throwIfAborted();
    const stored = table.add(version, extras);
    this._tell(stored, actor, 'model.register', 'done');
    return { version: stored.version, digest: stored.digest };
  }

  private _collect(source: RegistrationSource): Promise<ICollected> {
    const { runs } = this._options;
    switch (source.from) {
      case 'run':
        return collectFromRun(runs, source.run, source.variable ?? undefined);
      case 'live':
        return this._collectLive(source);
      case 'version':
        throw new Error('A version that exists is not collected again.');
    }
  }

  private async _collectLive(source: {
    notebook: string;
    folder: string;
  }): Promise<ICollected> {
    const { core } = this._options;
    const live = liveFolder(core);
    await mkdir(live, { recursive: true, mode: 0o700 });
    return await collectFromLive(live, source, core.context);
  }

  private async _test(job: RegistrationJob): Promise<void> {
    const { table, server, core } = this._options;
    const { model, version: number, actor } = job.state;
    const version = table.get(model, number ?? 0);
    try {
      job.note({ phase: 'preparing-server', detail: 'Preparing the model server' });
      const evidence = await testModel(version, {
        server,
        golden: await this._golden(version, job.state.source),
        signal: job.signal,
        progress: (phase, detail) => job.note({ phase, detail })
      });
      core.database.write(() => {
        table.addEvidence(model, version.version, evidence, job.id);
        this._settle(version, 'ready');
      });
      this._tell(version, actor, 'model.test', 'done');
    } catch (error) {
      if (this._letsGo(job.signal)) {
        throw error;
      }
      const { message, cause } = toApiError(error);
      const summary = cause ? `${message} ${cause}` : message;
      core.database.write(() => {
        const result = job.signal.aborted ? 'noted' : 'failed';
        const evidence = evidenceOf(version, result, summary);
        table.addEvidence(model, version.version, evidence, job.id);
        this._settle(version, 'failed');
      });
      this._tell(version, actor, 'model.test', 'failed');
      throw error;
    }
  }

  /** An archived version that is tested again stays archived. */
  private _settle({ model, version }: ModelVersion, state: 'ready' | 'failed'): void {
    const { table } = this._options;
    if (table.get(model, version).state !== 'archived') {
      table.setState(model, version, state);
    }
  }

  /** The gateway ends: the next one goes on, so nothing has failed. */
  private _letsGo(signal: AbortSignal): boolean {
    return signal.aborted && !(signal.reason instanceof MlopsError);
  }

  private async _golden(
    version: ModelVersion,
    source: RegistrationSource
  ): Promise<GoldenRequest | null> {
    if (version.golden) {
      const content = await this._options.store.readBlob(version.golden);
      return GoldenRequest.parse(JSON.parse(Buffer.from(content).toString('utf8')));
    }
    if (source.from === 'version') {
      return null;
    }
    // Rows that may not be kept are there as long as their run is.
    const { description } = await this._collect(source);
    return goldenRequest(description.example);
  }

  private _tell(
    version: ModelVersion,
    actor: RegistrationState['actor'],
    action: string,
    result: 'done' | 'failed'
  ): void {
    const { core, table } = this._options;
    const { model, version: number, digest } = version;
    core.audit.add({
      actor,
      action,
      object: `${model}/${number}`,
      result,
      details: { digest }
    });
    core.events.publish({ type: 'version', data: table.get(model, number) });
  }
}

export namespace Registrar {
  export interface IOptions {
    core: ICore;
    runs: IRuns;
    server: IModelServer;
    store: OciLayout;
    table: VersionTable;
  }
}

/** The only folder from which models of live kernels are read. */
export function liveFolder({ home }: ICore): string {
  return join(home.path, 'live');
}
