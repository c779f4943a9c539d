import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion } from '../../../contract/model';
import { requireRights } from '../../kube/access-review';
import type { Cluster } from '../../kube/cluster';
import type { IModelServer, IServedModel, IServeOptions } from '../port';
import { FollowedModel } from './followed-model';
import { KServeServedModel } from './kserve-served-model';
import { notLoaded } from './pod-trouble';
import {
  INFERENCE_SERVICES,
  neededRights,
  SERVER_CONTAINER,
  serviceName
} from './resources';
import { ServiceProxy } from './service-proxy';
import { neverReady, type IWantedModel, type ServingState } from './serving-state';

/** Pulling an image and loading a model may take this long. */
const READY_WITHIN = 15 * 60_000;
/** How often is looked again where nothing changes. */
const LOOK_AGAIN = 5_000;
const ASK_AGAIN = 500;
/** A failure must last so long: it may be of pods that the cluster is about to replace. */
const LASTS = 3_000;
const LOG_LINES = 200;

/**
 * Models that KServe serves. What is declared reaches the cluster through Git; this waits until the
 * promoted version answers there, and asks it. While a version starts, the one before answers.
 */
export class KServeModelServer implements IModelServer {
  constructor(private readonly _options: KServeModelServer.IOptions) {}

  /**
   * Resolves when the promoted version alone answers on the cluster: KServe says so, a ready pod
   * carries its digest, and the model says that it is ready.
   *
   * Waits as long as nobody has applied what Git declares; from then on `readyWithin`.
   *
   * @throws MlopsError with the reason why it does not: `image-not-pulled`, `model-not-loaded`,
   *   `model-out-of-memory`, `model-never-ready`, …
   */
  async serve(
    version: ModelVersion,
    options: IServeOptions = {}
  ): Promise<IServedModel> {
    const { cluster, namespace, images, log } = this._options;
    const wanted = {
      model: version.model,
      digest: images.model,
      server: images.server
    };
    const { client } = cluster;
    await this._check();
    const name = serviceName(version.model);
    const followed = new FollowedModel({ client, namespace, name, wanted, log });
    const proxy = new ServiceProxy(client, namespace, name);
    try {
      await this._untilReady(followed, proxy, wanted, options);
      return new KServeServedModel(version, followed, proxy);
    } catch (error) {
      await followed.close();
      throw error;
    }
  }

  private async _untilReady(
    followed: FollowedModel,
    proxy: ServiceProxy,
    wanted: IWantedModel,
    { signal, progress }: IServeOptions
  ): Promise<void> {
    const { readyWithin = READY_WITHIN } = this._options;
    let deadline = Infinity;
    let told = '';
    let failedSince = Infinity;
    for (;;) {
      signal?.throwIfAborted();
      const { state } = followed;
      if (followed.isDeclared) {
        // Until then it is not KServe that is waited for, but whoever applies what Git declares.
        deadline = Math.min(deadline, Date.now() + readyWithin);
      }
      failedSince =
        state.state === 'failed' ? Math.min(failedSince, Date.now()) : Infinity;
      if (state.state === 'failed' && Date.now() - failedSince >= LASTS) {
        throw await this._failure(state, followed, proxy, wanted);
      }
      if (state.state === 'ready' && (await proxy.ready(wanted.model))) {
        return;
      }
      const news = JSON.stringify(newsOf(state));
      if (news !== told) {
        told = news;
        progress?.(...newsOf(state));
      }
      if (Date.now() > deadline) {
        const problem = followed.problem;
        throw new MlopsError(
          'failed',
          problem ?? neverReady(wanted, state, readyWithin / 60_000)
        );
      }
      if (state.state !== 'waiting') {
        // Its Service may need a moment to learn of the pod.
        await sleep(ASK_AGAIN, undefined, { signal });
      } else {
        await followed.changed(Math.min(LOOK_AGAIN, readyWithin), signal);
      }
    }
  }

  /** With what the model server itself said: KServe repeats the very end only. */
  private async _failure(
    { error }: Extract<ServingState, { state: 'failed' }>,
    followed: FollowedModel,
    proxy: ServiceProxy,
    { model, digest }: IWantedModel
  ): Promise<MlopsError> {
    const pod = followed.pods.find(
      one => !one.leaving && !one.ready && one.digests.includes(digest)
    );
    if (error.code !== 'model-not-loaded' || !pod) {
      return new MlopsError('failed', error);
    }
    const log = await proxy
      .lastLog(pod.name, SERVER_CONTAINER, LOG_LINES)
      .catch((failure: unknown) => {
        this._options.log.info({ err: failure, model }, 'the log could not be read');
        return '';
      });
    return new MlopsError('failed', log ? notLoaded(model, log) : error);
  }

  private async _check(): Promise<void> {
    const { cluster, namespace } = this._options;
    if (!(await cluster.discovery.serves(INFERENCE_SERVICES))) {
      const { cluster: name } = await cluster.identity();
      throw new MlopsError('refused', {
        code: 'model-server-not-installed',
        message: `KServe is not installed on the cluster ${name}.`,
        action: 'Ask for KServe or OpenShift AI there, or promote to this computer.'
      });
    }
    await requireRights(cluster.client, neededRights(namespace));
  }
}

/** For people, and what stands in the way. */
function newsOf(state: ServingState): [string, ApiError | null] {
  switch (state.state) {
    case 'waiting':
      return [state.detail, state.trouble];
    case 'failed':
      return [state.error.message, state.error];
    case 'ready':
      return ['The model is asked', null];
  }
}

export namespace KServeModelServer {
  export interface IOptions {
    cluster: Cluster;
    /** Where the environment's models are served. */
    namespace: string;
    /** What Git declares: digests of the model image and of the serving image. */
    images: { model: string; server: string };
    /** Milliseconds after which a model counts as one that never gets ready. */
    readyWithin?: number;
    log: Logger;
  }
}
