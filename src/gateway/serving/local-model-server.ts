import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ModelVersion } from '../../contract/model';
import type { IImageStore } from '../images/port';
import { startTimeOf } from '../lease/process-identity';
import { environmentLock, type IEnvironmentLock } from './environment-lock';
import { removeInstances } from './instances';
import { servingKind } from './kinds';
import type { IModelServer, IServedModel, IServeOptions } from './port';
import { modelPath, ServedModel } from './served-model';
import { ServerProcess } from './server-process';
import type { ServingEnvironments } from './serving-environments';

/** Importing scikit-learn for the first time on a busy computer takes its time. */
const READY_WITHIN = 120;

/** Serves each model with an MLServer of its own, in a serving environment, on this computer. */
export class LocalModelServer implements IModelServer {
  constructor(options: LocalModelServer.IOptions) {
    this._options = options;
  }

  async serve(
    version: ModelVersion,
    options: IServeOptions = {}
  ): Promise<IServedModel> {
    const lock = lockOf(version);
    const python = await this._options.environments.prepare(lock, options);
    const { signal, progress } = options;
    signal?.throwIfAborted();
    progress?.(`Starting MLServer with ${version.model} version ${version.version}`);
    const folder = join(this._options.instances, randomUUID());
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this._options.store.unpack(version.digest, join(folder, 'models'));
      const process = await ServerProcess.start({
        python,
        launcher: this._options.launcher,
        folder,
        version: String(version.version)
      });
      const served = new ServedModel(version, process, folder);
      await this._admit(served, process, folder, signal);
      return served;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Environments that running servers use. */
  usedEnvironments(): Set<string> {
    return new Set([...this._running].map(({ version }) => lockOf(version).key));
  }

  /** Ends what servers of a dead gateway may have left, and removes their folders. */
  async clearUp(): Promise<void> {
    await removeInstances(this._options.instances);
  }

  /** Stops every server. */
  async close(): Promise<void> {
    await Promise.all([...this._running].map(served => served.stop()));
  }

  private async _admit(
    served: ServedModel,
    process: ServerProcess,
    folder: string,
    signal?: AbortSignal
  ): Promise<void> {
    this._running.add(served);
    void served.ended.then(() => this._running.delete(served));
    try {
      const pid = process.pid;
      if (pid !== null) {
        const identity = { pid, startTime: startTimeOf(pid) };
        await writeFile(join(folder, 'process.json'), JSON.stringify(identity));
      }
      const path = `${modelPath(served.version)}/ready`;
      await process.untilReady(path, READY_WITHIN, signal);
    } catch (error) {
      await served.stop();
      throw error;
    }
  }

  private readonly _options: LocalModelServer.IOptions;
  private readonly _running = new Set<ServedModel>();
}

export namespace LocalModelServer {
  export interface IOptions {
    environments: ServingEnvironments;
    store: IImageStore;
    /** Folder for the private folders of running servers. */
    instances: string;
    /** Path of `launch.py`. */
    launcher: string;
  }
}

/** What the environment of a version must hold. */
export function lockOf({ kind, lineage }: ModelVersion): IEnvironmentLock {
  return environmentLock(
    servingKind(kind, { variable: lineage.variable, type: lineage.type }),
    lineage
  );
}
