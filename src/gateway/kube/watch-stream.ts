import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { toMlopsError } from './api-error';
import type { KubeClient } from './kube-client';
import { KubeObject } from './kube-object';
import { collectionPath, type IResource } from './resource';

/** What a watch tells. */
export type WatchEvent =
  /** The connection stands. */
  | { type: 'opened' }
  | { type: 'changed' | 'deleted'; object: KubeObject; resourceVersion: string }
  /** Nothing changed up to this version. */
  | { type: 'bookmark'; resourceVersion: string };

const Line = z.object({
  type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']),
  object: z.unknown()
});

const Bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const Failure = z.object({ code: z.number().default(500) });

export interface IWatched {
  resource: IResource;
  /** Absent for what has no namespace, or for all of them. */
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

export interface IWatchLimits {
  /** Seconds after which the server ends the watch in peace. */
  lasts: number;
  /** Milliseconds without a byte after which the connection counts as dead. */
  silence: number;
}

/**
 * What changes from one resource version on, over one connection; ends when the server ends it.
 *
 * @throws MlopsError `cluster-list-expired` where that version is too old and a list must be read
 */
export async function* watchStream(
  client: KubeClient,
  watched: IWatched,
  resourceVersion: string,
  limits: IWatchLimits & { signal: AbortSignal }
): AsyncGenerator<WatchEvent> {
  const { resource, namespace, labelSelector, fieldSelector } = watched;
  const subject = { verb: 'watch', resource, namespace };
  const lines = await client.lines(subject, {
    method: 'GET',
    path: collectionPath(resource, namespace),
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion,
      timeoutSeconds: limits.lasts,
      labelSelector,
      fieldSelector
    },
    silence: limits.silence,
    signal: limits.signal
  });
  yield { type: 'opened' };
  for await (const line of lines) {
    if (line.trim() === '') {
      continue;
    }
    const { type, object } = parse(line);
    if (type === 'ERROR') {
      const { cluster } = await client.identity();
      const { code } = Failure.parse(object);
      throw toMlopsError(code, JSON.stringify(object), { subject, cluster });
    }
    if (type === 'BOOKMARK') {
      yield {
        type: 'bookmark',
        resourceVersion: Bookmark.parse(object).metadata.resourceVersion
      };
      continue;
    }
    const read = KubeObject.parse(object);
    yield {
      type: type === 'DELETED' ? 'deleted' : 'changed',
      object: read,
      resourceVersion: read.metadata.resourceVersion
    };
  }
}

/** A line may have been cut off with its connection: the version before it still holds. */
function parse(line: string): z.infer<typeof Line> {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    throw new MlopsError('unavailable', {
      code: 'cluster-unreachable',
      message: 'The connection to the cluster broke off in the middle of a line.'
    });
  }
}
