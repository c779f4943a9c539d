import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import type { KubeClient } from '../../kube/kube-client';
import { PODS } from '../../kube/resource';
import { WatchedList } from '../../kube/watched-list';
import type { IReplicas } from '../port';
import { collectorUrl } from '../../monitoring/collector/place';
import { INFERENCE_SERVICES, SERVICE_LABEL } from './resources';
import { seenPod, seenService, type ISeenPod, type ISeenService } from './seen-objects';
import {
  carries,
  servingState,
  type IWantedModel,
  type ServingState
} from './serving-state';

/** What came and went between two tellings would not be told: here its end must be. */
const AT_ONCE = { batch: 0 };

/** The InferenceService of one model and its pods, as they are now. */
export class FollowedModel {
  constructor(private readonly _options: FollowedModel.IOptions) {
    const { client, namespace, name, log } = _options;
    const onChanges = (): void => this._tell();
    this._services = new WatchedList({
      client,
      watched: {
        resource: INFERENCE_SERVICES,
        namespace,
        fieldSelector: `metadata.name=${name}`
      },
      read: seenService,
      onChanges,
      onHealth: onChanges,
      timing: AT_ONCE,
      log
    });
    this._pods = new WatchedList({
      client,
      watched: { resource: PODS, namespace, labelSelector: `${SERVICE_LABEL}=${name}` },
      read: seenPod,
      onChanges,
      onHealth: onChanges,
      timing: AT_ONCE,
      log
    });
  }

  get state(): ServingState {
    return servingState(this._options.wanted, this._service, this.pods);
  }

  get pods(): ISeenPod[] {
    return this._pods.items;
  }

  get replicas(): IReplicas {
    const present = this.pods.filter(({ leaving }) => !leaving);
    return {
      ready: present.filter(pod => pod.ready && carries(pod, this._options.wanted))
        .length,
      total: present.length
    };
  }

  /** Whether the cluster still means to serve this version. */
  get isDeclared(): boolean {
    return this._service?.digest === this._options.wanted.digest;
  }

  /** Whether KServe tells our collector of its requests. */
  get isCollected(): boolean {
    return this._service?.logger === collectorUrl(this._options.namespace);
  }

  /** Why what is known may be old; null while it is live. */
  get problem(): ApiError | null {
    return this._services.health.problem ?? this._pods.health.problem;
  }

  /** Resolves at the next change, or after these milliseconds. */
  async changed(milliseconds: number, signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const done = (): void => resolve();
    this._listeners.add(done);
    signal?.addEventListener('abort', done);
    await promise;
    clearTimeout(timer);
    this._listeners.delete(done);
    signal?.removeEventListener('abort', done);
  }

  /** Calls back at every change until the model is not followed any more. */
  onChange(listener: () => void): void {
    this._listeners.add(listener);
  }

  async close(): Promise<void> {
    this._listeners.clear();
    await Promise.all([this._services.close(), this._pods.close()]);
  }

  private get _service(): ISeenService | null {
    return this._services.get(this._options.name) ?? null;
  }

  private _tell(): void {
    [...this._listeners].forEach(listener => listener());
  }

  private readonly _services: WatchedList<ISeenService>;
  private readonly _pods: WatchedList<ISeenPod>;
  private readonly _listeners = new Set<() => void>();
}

export namespace FollowedModel {
  export interface IOptions {
    client: KubeClient;
    namespace: string;
    /** Of the InferenceService. */
    name: string;
    wanted: IWantedModel;
    log: Logger;
  }
}
