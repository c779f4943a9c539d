import type { IncomingMessage, ServerResponse } from 'node:http';

import { json } from '../../../kube/__tests__/api-double';
import { TestCluster } from '../../../kube/__tests__/cluster-builder';

const GROUP = '/apis/serving.kserve.io/v1beta1';
const NAMESPACE = '/namespaces/ml-team';
const SERVICES = `${GROUP}${NAMESPACE}/inferenceservices`;
const CORE = `/api/v1${NAMESPACE}`;
const PODS = `${CORE}/pods`;
const MODEL = `${CORE}/services/fraud-predictor:80/proxy/v2/models/fraud`;

/** An API server with KServe behind which a model answers; `tests/cluster` asks real ones. */
export class KServeDouble {
  /** Verbs on resources that are refused, such as `create services/proxy`. */
  readonly refused = new Set<string>();
  /** Bodies of the requests that the model was asked. */
  readonly asked: string[] = [];
  /** How the model answers; one that sums up where not set. */
  infer: (response: ServerResponse) => void = response =>
    json(response, 200, {
      model_name: 'fraud',
      outputs: [{ name: 'predict', shape: [2, 1], datatype: 'FP64', data: [3, 5] }]
    });
  ready = true;
  log = '';
  requests = 0;

  static async start(): Promise<KServeDouble> {
    return new KServeDouble(await TestCluster.start());
  }

  /** What the cluster holds from now on; watches are told. */
  set(service: object | null, pods: object[]): void {
    this._version += 1;
    this._show(SERVICES, service === null ? [] : [service]);
    this._show(PODS, pods);
  }

  async close(): Promise<void> {
    await this.test.close();
  }

  private constructor(readonly test: TestCluster) {
    const { answers } = test.api;
    answers.set('GET /apis', (_, response) =>
      json(response, 200, {
        groups: [
          { name: 'serving.kserve.io', versions: [{ version: 'v1beta1' }] },
          { name: 'authorization.k8s.io', versions: [{ version: 'v1' }] }
        ]
      })
    );
    answers.set(`GET ${GROUP}`, (_, response) =>
      json(response, 200, {
        resources: [{ name: 'inferenceservices', namespaced: true }]
      })
    );
    answers.set(
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      (request, response) => void this._review(request, response)
    );
    for (const path of [SERVICES, PODS]) {
      answers.set(`GET ${path}`, (request, response) =>
        this._list(path, request, response)
      );
    }
    answers.set(`GET ${MODEL}/ready`, (_, response) =>
      json(response, this.ready ? 200 : 404, {})
    );
    answers.set(`POST ${MODEL}/infer`, (request, response) => {
      void textOf(request).then(body => {
        this.asked.push(body);
        this.infer(response);
      });
    });
    answers.set(`GET ${PODS}/new/log`, (_, response) => response.end(this.log));
    answers.set(`GET ${PODS}/new:8082/proxy/metrics`, (_, response) =>
      response.end(
        `model_infer_request_success_total{model="fraud",version=""} ${this.requests}.0\n`
      )
    );
    this.set(null, []);
  }

  private async _review(
    request: IncomingMessage,
    response: ServerResponse
  ): Promise<void> {
    const { spec } = JSON.parse(await textOf(request)) as {
      spec: {
        resourceAttributes: { verb: string; resource: string; subresource?: string };
      };
    };
    const { verb, resource, subresource } = spec.resourceAttributes;
    const what = `${verb} ${resource}${subresource ? `/${subresource}` : ''}`;
    json(response, 201, { status: { allowed: !this.refused.has(what) } });
  }

  private _list(
    path: string,
    request: IncomingMessage,
    response: ServerResponse
  ): void {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    if (searchParams.has('watch')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const since = Number(searchParams.get('resourceVersion'));
      this._events
        .filter(event => event.path === path && event.version > since)
        .forEach(({ event }) => send(response, event));
      this._watches.push({ path, response });
      return;
    }
    json(response, 200, {
      kind: 'List',
      metadata: { resourceVersion: String(this._version) },
      items: this._objects.get(path) ?? []
    });
  }

  private _show(path: string, objects: object[]): void {
    const before = this._objects.get(path) ?? [];
    const now = objects.map(object => this._stamped(object));
    this._objects.set(path, now);
    const gone = before.filter(one => !now.some(other => idOf(other) === idOf(one)));
    const events = [
      ...gone.map(object => ({ type: 'DELETED', object: this._stamped(object) })),
      ...now.map(object => ({ type: 'MODIFIED', object }))
    ];
    const version = this._version;
    this._events.push(...events.map(event => ({ path, version, event })));
    for (const { response } of this._watches.filter(one => one.path === path)) {
      events.forEach(event => send(response, event));
    }
  }

  private _stamped(object: object): IObject {
    const { metadata, ...rest } = object as IObject;
    const resourceVersion = String(this._version);
    return { ...rest, metadata: { ...metadata, resourceVersion } };
  }

  private readonly _objects = new Map<string, IObject[]>();
  private readonly _watches: { path: string; response: ServerResponse }[] = [];
  private readonly _events: { path: string; version: number; event: object }[] = [];
  private _version = 100;
}

interface IObject {
  metadata: { name: string; uid: string; resourceVersion?: string };
}

const idOf = ({ metadata }: IObject): string => metadata.uid;

function send(response: ServerResponse, event: object): void {
  response.write(`${JSON.stringify(event)}\n`);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
  }
  return text;
}
