import type { IncomingMessage, ServerResponse } from 'node:http';

import { json, status, type ApiDouble } from '../../../kube/__tests__/api-double';

const GROUP = '/apis/argoproj.io/v1alpha1';

interface IStored {
  metadata: Record<string, unknown>;
  [key: string]: unknown;
}

/**
 * The part of an API server that Argo CD's Applications lie in, for faults that a real one does not
 * show when they are wanted. What Argo CD does is written by the tests.
 */
export class ArgocdDouble {
  /** Rights that are not there, as `verb resource namespace`; all namespaces are `*`. */
  readonly denied = new Set<string>();
  readonly patches: unknown[] = [];
  /** Called after a patch. */
  onPatch: () => void = () => undefined;
  sets: object[] = [];

  constructor(private readonly _api: ApiDouble) {
    const { answers } = _api;
    answers.set('GET /apis', (_, response) =>
      json(response, 200, {
        groups: [{ name: 'argoproj.io', versions: [{ version: 'v1alpha1' }] }]
      })
    );
    answers.set(`GET ${GROUP}`, (_, response) =>
      json(response, 200, {
        resources: ['applications', 'applicationsets'].map(name => ({
          name,
          namespaced: true
        }))
      })
    );
    answers.set(
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      (request, response) =>
        void bodyOf(request).then(body => {
          const { resourceAttributes: asked } = (
            body as { spec: { resourceAttributes: Record<string, string> } }
          ).spec;
          const right = `${asked.verb} ${asked.resource} ${asked.namespace ?? '*'}`;
          json(response, 201, { status: { allowed: !this.denied.has(right) } });
        })
    );
    answers.set(`GET ${GROUP}/applicationsets`, (_, response) =>
      json(response, 200, { metadata: { resourceVersion: '1' }, items: this.sets })
    );
    for (const place of ['', '/namespaces/argocd', '/namespaces/ml-team']) {
      answers.set(`GET ${GROUP}${place}/applications`, (request, response) =>
        this._list(request, response)
      );
    }
  }

  /** Puts an Application there as it now is. */
  put(application: Record<string, unknown>): void {
    const { metadata } = application as IStored;
    this._version += 1;
    const stored = {
      ...application,
      metadata: { ...metadata, resourceVersion: String(this._version) }
    };
    this._stored.set(String(metadata.name), stored);
    this._send({ type: 'MODIFIED', object: stored });
    const path = `${GROUP}/namespaces/${String(metadata.namespace)}/applications/${String(metadata.name)}`;
    this._api.answers.set(`PATCH ${path}`, (request, response) => {
      void bodyOf(request).then(body => {
        this.patches.push(body);
        const { metadata: change } = body as IStored;
        const now = this._stored.get(String(metadata.name));
        if (!now) {
          status(response, 404, { reason: 'NotFound', details: { name: 'bike-dev' } });
          return;
        }
        this.put({ ...now, metadata: { ...now.metadata, ...change } });
        json(response, 200, this._stored.get(String(metadata.name)));
        this.onPatch();
      });
    });
  }

  remove(name: string): void {
    const last = this._stored.get(name);
    this._stored.delete(name);
    this._version += 1;
    const resourceVersion = String(this._version);
    const metadata = { ...last?.metadata, resourceVersion };
    this._send({ type: 'DELETED', object: { ...last, metadata } });
  }

  private _list(request: IncomingMessage, response: ServerResponse): void {
    if (request.url?.includes('watch=')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
      const since = /resourceVersion=(\d+)/.exec(request.url)?.[1] ?? '0';
      for (const { version, line } of this._told) {
        if (version > Number(since)) {
          response.write(line);
        }
      }
      this._watching.add(response);
      request.once('close', () => this._watching.delete(response));
      return;
    }
    json(response, 200, {
      metadata: { resourceVersion: String(this._version) },
      items: [...this._stored.values()]
    });
  }

  private _send(event: object): void {
    const line = `${JSON.stringify(event)}\n`;
    this._told.push({ version: this._version, line });
    this._watching.forEach(response => response.write(line));
  }

  private readonly _stored = new Map<string, IStored>();
  private readonly _told: { version: number; line: string }[] = [];
  private readonly _watching = new Set<ServerResponse>();
  private _version = 10;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
  }
  return JSON.parse(text);
}
