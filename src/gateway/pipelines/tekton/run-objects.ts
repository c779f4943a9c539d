import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import type { KubeClient } from '../../kube/kube-client';
import type { KubeObject } from '../../kube/kube-object';
import { PODS, type IResource } from '../../kube/resource';
import { WatchedList } from '../../kube/watched-list';
import { PIPELINE_RUN_LABEL, PIPELINE_RUNS, TASK_RUNS } from './resources';
import {
  seenPipelineRun,
  seenPod,
  seenTaskRun,
  type ISeenPipelineRun,
  type ISeenPod,
  type ISeenTaskRun
} from './seen-objects';

/** The objects of one PipelineRun as they are now. */
export class RunObjects {
  constructor(options: RunObjects.IOptions) {
    const { name } = options;
    const labelSelector = `${PIPELINE_RUN_LABEL}=${name}`;
    this._options = options;
    this._pipelineRuns = this._watch(PIPELINE_RUNS, seenPipelineRun, {
      fieldSelector: `metadata.name=${name}`
    });
    this._taskRuns = this._watch(TASK_RUNS, seenTaskRun, { labelSelector });
    this._pods = this._watch(PODS, seenPod, { labelSelector });
  }

  /** Resolves when all of it was read once. */
  async ready(): Promise<void> {
    await Promise.all(this._lists.map(list => list.ready));
  }

  get pipelineRun(): ISeenPipelineRun | null {
    return this._pipelineRuns.get(this._options.name) ?? null;
  }

  get taskRuns(): ISeenTaskRun[] {
    return this._taskRuns.items;
  }

  taskRun(task: string): ISeenTaskRun | undefined {
    return this._taskRuns.items.find(one => one.task === task);
  }

  /** The pod of a TaskRun's present attempt. */
  pod(taskRun: ISeenTaskRun | undefined): ISeenPod | undefined {
    return this._pods.items.find(({ name }) => name === taskRun?.pod);
  }

  /** Why what is seen may be old; null where it is not. */
  get problem(): ApiError | null {
    return this._lists.find(({ health }) => health.problem)?.health.problem ?? null;
  }

  async close(): Promise<void> {
    await Promise.all(this._lists.map(list => list.close()));
  }

  private _watch<T>(
    resource: IResource,
    read: (object: KubeObject) => T,
    selectors: { labelSelector?: string; fieldSelector?: string }
  ): WatchedList<T> {
    const { client, namespace, log, changed } = this._options;
    const list = new WatchedList<T>({
      client,
      watched: { resource, namespace, ...selectors },
      read,
      onChanges: changed,
      onHealth: changed,
      log
    });
    this._lists.push(list);
    return list;
  }

  private readonly _options: RunObjects.IOptions;
  private readonly _lists: Pick<WatchedList<unknown>, 'ready' | 'health' | 'close'>[] =
    [];
  private readonly _pipelineRuns: WatchedList<ISeenPipelineRun>;
  private readonly _taskRuns: WatchedList<ISeenTaskRun>;
  private readonly _pods: WatchedList<ISeenPod>;
}

export namespace RunObjects {
  export interface IOptions {
    client: KubeClient;
    namespace: string;
    /** Of the PipelineRun. */
    name: string;
    /** Called after something has changed, or became unknown. */
    changed(): void;
    log: Logger;
  }
}
