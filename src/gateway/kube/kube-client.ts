import type { ClusterIdentity } from '../../contract/cluster';
import { MlopsError } from '../../contract/mlops-error';
import type { ContextAccess, IAccess } from './access';
import { isApiStatus, toMlopsError } from './api-error';
import { readAll, readError, readLines, send, type IHttpRequest } from './http';
import type { IdentityGuard } from './identity-guard';
import type { IdentitySource } from './identity-source';
import { KubeList, KubeObject, type IManifest } from './kube-object';
import type { IRequestSubject } from './request-subject';
import { collectionPath, objectPath, type IResource } from './resource';

/** Objects of one page; the API server sends no more at once. */
const PAGE = 500;

/** What a failed request may be tried again for: nothing had been read. */
const INTERRUPTED = new Set(['cluster-unreachable']);

/**
 * Requests to one cluster as one identity. Every reply that is no success is an MlopsError that
 * names verb, object and namespace; who acts is known before anything is asked.
 */
export class KubeClient {
  constructor(source: IdentitySource, guard: IdentityGuard) {
    this._source = source;
    this._guard = guard;
  }

  /** Who acts, and where. */
  async identity(): Promise<ClusterIdentity> {
    return (await this._open()).identity;
  }

  /** @throws MlopsError `cluster-object-missing`, `cluster-not-allowed`, … */
  async get(
    resource: IResource,
    at: IAt,
    options: { subresource?: string; signal?: AbortSignal } = {}
  ): Promise<KubeObject> {
    const { subresource, signal } = options;
    return this._object(
      { verb: 'get', resource, subresource, ...at },
      {
        method: 'GET',
        path: objectPath(resource, at.namespace, at.name, subresource),
        signal
      }
    );
  }

  /**
   * Lists page by page; `each` sees every object once, so that only what it keeps stays in memory.
   *
   * @returns The resource version from which a watch goes on.
   */
  async list(
    resource: IResource,
    namespace: string | undefined,
    each: (object: KubeObject) => void,
    options: IListOptions = {}
  ): Promise<string> {
    const { labelSelector, fieldSelector, pageSize = PAGE, signal } = options;
    const subject = { verb: 'list', resource, namespace };
    let next: string | undefined;
    for (;;) {
      const text = await this.text(subject, {
        method: 'GET',
        path: collectionPath(resource, namespace),
        query: {
          labelSelector,
          fieldSelector,
          limit: pageSize || undefined,
          continue: next
        },
        signal
      });
      const { items, metadata } = KubeList.parse(JSON.parse(text));
      items?.forEach(item => each(KubeObject.parse(item)));
      next = metadata.continue || undefined;
      if (next === undefined) {
        return metadata.resourceVersion;
      }
    }
  }

  /** @param manifest Goes to its own namespace where it names one. */
  async create(
    resource: IResource,
    namespace: string | undefined,
    manifest: IManifest,
    options: { dryRun?: boolean } = {}
  ): Promise<KubeObject> {
    const { name } = manifest.metadata;
    return this._object(
      { verb: 'create', resource, namespace, name },
      {
        method: 'POST',
        path: collectionPath(resource, namespace),
        query: { dryRun: options.dryRun ? 'All' : undefined, ...OWNER },
        body: manifest
      }
    );
  }

  /** Replaces an object; a `resourceVersion` in it makes a change by somebody else a conflict. */
  async replace(resource: IResource, at: IAt, object: IManifest): Promise<KubeObject> {
    return this._object(
      { verb: 'update', resource, ...at },
      {
        method: 'PUT',
        path: objectPath(resource, at.namespace, at.name),
        query: OWNER,
        body: object
      }
    );
  }

  /** JSON merge patch (RFC 7386). */
  async patch(
    resource: IResource,
    at: IAt,
    patch: object,
    options: { subresource?: string } = {}
  ): Promise<KubeObject> {
    const { subresource } = options;
    return this._object(
      { verb: 'patch', resource, subresource, ...at },
      {
        method: 'PATCH',
        path: objectPath(resource, at.namespace, at.name, subresource),
        query: OWNER,
        contentType: 'application/merge-patch+json',
        body: patch
      }
    );
  }

  /** Deletes an object and what it owns; its being gone already is no error. */
  async delete(resource: IResource, at: IAt): Promise<void> {
    try {
      await this.text(
        { verb: 'delete', resource, ...at },
        {
          method: 'DELETE',
          path: objectPath(resource, at.namespace, at.name),
          body: {
            apiVersion: 'v1',
            kind: 'DeleteOptions',
            propagationPolicy: 'Background'
          }
        }
      );
    } catch (error) {
      if (!(
        error instanceof MlopsError && error.body.code === 'cluster-object-missing'
      )) {
        throw error;
      }
    }
  }

  /** A reply as text, for what has no object's shape. */
  async text(subject: IRequestSubject, request: IHttpRequest): Promise<string> {
    const read = async (): Promise<string> => {
      const { response, access, cluster } = await this._send(subject, request);
      return readAll(response, access, cluster);
    };
    try {
      return await read();
    } catch (error) {
      // A kept connection may just have been closed; asking again harms nothing.
      if (
        request.method === 'GET' &&
        error instanceof MlopsError &&
        INTERRUPTED.has(error.body.code)
      ) {
        return read();
      }
      throw error;
    }
  }

  /**
   * A reply line by line as it comes, such as a log or a watch; resolves when it begins. It ends when
   * the reply does, the caller leaves, or the signal says so.
   */
  async lines(
    subject: IRequestSubject,
    request: IHttpRequest
  ): Promise<AsyncGenerator<string>> {
    const sent = await this._send(subject, request);
    return readLines(sent.response, sent.access, sent.cluster);
  }

  /**
   * What a service behind the API server answers, whatever its status; an error is only what the API
   * server says itself.
   */
  async answer(subject: IRequestSubject, request: IHttpRequest): Promise<IAnswer> {
    const { sent, opened } = await this._reply(request);
    const { response, access, cluster } = sent;
    const { statusCode: status, headers } = response;
    const text = await readAll(response, access, cluster);
    if (status >= 400 && isApiStatus(text)) {
      throw errorOf(status, text, opened, subject);
    }
    return { status, contentType: String(headers['content-type'] ?? ''), text };
  }

  /** What a connection needs that is no plain request, such as `exec`'s WebSocket. */
  async connection(): Promise<{ access: IAccess; identity: ClusterIdentity }> {
    const { access, identity } = await this._open();
    return { access, identity };
  }

  private async _object(
    subject: IRequestSubject,
    request: IHttpRequest
  ): Promise<KubeObject> {
    return KubeObject.parse(JSON.parse(await this.text(subject, request)));
  }

  private async _send(subject: IRequestSubject, request: IHttpRequest): Promise<ISent> {
    const { sent, opened } = await this._reply(request);
    const { statusCode } = sent.response;
    if (statusCode >= 200 && statusCode < 300) {
      return sent;
    }
    throw errorOf(statusCode, await readError(sent.response), opened, subject);
  }

  /** Once more with a credential that was fetched anew, where the first is refused. */
  private async _reply(
    request: IHttpRequest
  ): Promise<{ sent: ISent; opened: IOpened }> {
    const opened = await this._open();
    const sent = await this._attempt(opened, request);
    if (sent.response.statusCode !== 401) {
      return { sent, opened };
    }
    await sent.response.body.dump();
    opened.context.forget();
    this._guard.forget();
    const anew = await this._open();
    return { sent: await this._attempt(anew, request), opened: anew };
  }

  private async _attempt(
    { access, identity }: IOpened,
    request: IHttpRequest
  ): Promise<ISent> {
    const { cluster } = identity;
    return { response: await send(access, cluster, request), access, cluster };
  }

  private async _open(): Promise<IOpened> {
    const context = await this._source.access();
    const access = await context.current();
    const identity = await this._guard.check(access, context.chosen);
    return { context, access, identity };
  }

  private readonly _source: IdentitySource;
  private readonly _guard: IdentityGuard;
}

function errorOf(
  status: number,
  text: string,
  { identity }: IOpened,
  subject: IRequestSubject
): MlopsError {
  return toMlopsError(status, text, {
    subject,
    cluster: identity.cluster,
    user: identity.user,
    serviceAccount: identity.source === 'service-account'
  });
}

/** Under this name the API server notes which fields are ours. */
const OWNER = { fieldManager: 'jupyterlab-mlops' };

/** The reply of a service that was asked through the API server. */
export interface IAnswer {
  status: number;
  contentType: string;
  text: string;
}

/** Where an object is. */
export interface IAt {
  /** Absent for what has no namespace. */
  namespace?: string;
  name: string;
}

export interface IListOptions {
  labelSelector?: string;
  fieldSelector?: string;
  /** 0 for all at once. */
  pageSize?: number;
  signal?: AbortSignal;
}

interface IOpened {
  context: ContextAccess;
  access: IAccess;
  identity: ClusterIdentity;
}

interface ISent {
  response: Awaited<ReturnType<typeof send>>;
  access: IAccess;
  cluster: string;
}
