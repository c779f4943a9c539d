import { MlopsError } from '../../../contract/mlops-error';
import type { IAnswer, KubeClient } from '../../kube/kube-client';
import type { IRequestSubject } from '../../kube/request-subject';
import { objectPath, PODS, SERVICES } from '../../kube/resource';
import { METRICS_PORT, predictorService } from './resources';

/** A KServe Service has this one, whatever port its pods listen on. */
const SERVICE_PORT = 80;

const ANSWER_WITHIN = 60_000;
const READY_WITHIN = 5_000;

/**
 * The model server behind an InferenceService, asked through the API server: it needs no route into
 * the cluster, and every request is made as the user.
 */
export class ServiceProxy {
  /** @param name Of the InferenceService. */
  constructor(
    private readonly _client: KubeClient,
    private readonly _namespace: string,
    private readonly _name: string,
    private readonly _timing: { answer: number; ready: number } = {
      answer: ANSWER_WITHIN,
      ready: READY_WITHIN
    }
  ) {}

  /**
   * Sends the body of an Open Inference Protocol request as it is.
   *
   * @throws MlopsError `prediction-failed` where nothing answers, or not in time
   */
  async infer(model: string, body: string): Promise<IAnswer> {
    const name = predictorService(this._name);
    return this._ask(model, this._timing.answer, signal =>
      this._client.answer(this._service('create', name), {
        method: 'POST',
        path: this._path(name, `${modelPath(model)}/infer`),
        body,
        // The model may take as long as the whole answer may.
        silence: this._timing.answer,
        signal
      })
    );
  }

  /** Whether the model says that it is ready. @throws MlopsError where the cluster refuses to ask */
  async ready(model: string): Promise<boolean> {
    const name = predictorService(this._name);
    try {
      const { status } = await this._ask(model, this._timing.ready, signal =>
        this._client.answer(this._service('get', name), {
          method: 'GET',
          path: this._path(name, `${modelPath(model)}/ready`),
          signal
        })
      );
      return status === 200;
    } catch (error) {
      if (error instanceof MlopsError && error.kind === 'unavailable') {
        return false;
      }
      throw error;
    }
  }

  /** What MLServer tells Prometheus, from one pod. */
  async metrics(pod: string): Promise<string> {
    const { _namespace: namespace } = this;
    const place = objectPath(PODS, namespace, pod).concat(`:${METRICS_PORT}`);
    const { status, text } = await this._ask(pod, this._timing.ready, signal =>
      this._client.answer(
        { verb: 'get', resource: PODS, subresource: 'proxy', namespace, name: pod },
        { method: 'GET', path: `${place}/proxy/metrics`, signal }
      )
    );
    if (status !== 200) {
      throw notAnswered(pod, `Its figures came with status ${status}.`);
    }
    return text;
  }

  /** The end of what the model server said before it ended. */
  async lastLog(pod: string, container: string, lines: number): Promise<string> {
    const { _namespace: namespace } = this;
    const read = (previous: boolean): Promise<string> =>
      this._client.text(
        { verb: 'get', resource: PODS, subresource: 'log', namespace, name: pod },
        {
          method: 'GET',
          path: objectPath(PODS, namespace, pod, 'log'),
          query: { container, tailLines: lines, previous: previous || undefined }
        }
      );
    // Between two attempts, only the one before has a log.
    return read(true).catch(() => read(false));
  }

  private async _ask(
    what: string,
    milliseconds: number,
    ask: (signal: AbortSignal) => Promise<IAnswer>
  ): Promise<IAnswer> {
    const signal = AbortSignal.timeout(milliseconds);
    try {
      return await ask(signal);
    } catch (error) {
      if (signal.aborted) {
        throw notAnswered(what, `It took longer than ${milliseconds / 1000} seconds.`);
      }
      if (error instanceof MlopsError && error.body.code !== 'cluster-not-allowed') {
        throw error.status >= 500 || error.kind === 'not-found'
          ? notAnswered(what, error.body.cause ?? error.body.message)
          : error;
      }
      throw error;
    }
  }

  private _service(verb: string, name: string): IRequestSubject {
    const { _namespace: namespace } = this;
    return { verb, resource: SERVICES, subresource: 'proxy', namespace, name };
  }

  private _path(service: string, path: string): string {
    const place = objectPath(SERVICES, this._namespace, service);
    return `${place}:${SERVICE_PORT}/proxy${path}`;
  }
}

/** Where the protocol answers for a model: a pod holds one version only. */
export function modelPath(model: string): string {
  return `/v2/models/${encodeURIComponent(model)}`;
}

function notAnswered(what: string, cause: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'prediction-failed',
    message: `${what} did not answer on the cluster.`,
    cause,
    action:
      'Try again in a few seconds; the Environments section says how its pods are.'
  });
}
