import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import type { KubeClient } from '../../kube/kube-client';
import { WatchedList } from '../../kube/watched-list';
import { readApplication, type IApplication } from './application';
import { APPLICATIONS } from './resources';

/** The Applications of several namespaces as they are now. */
export class ApplicationLists {
  constructor({ client, places, changed, log }: ApplicationLists.IOptions) {
    this._lists = places.map(
      namespace =>
        new WatchedList<IApplication>({
          client,
          watched: { resource: APPLICATIONS, namespace },
          read: readApplication,
          onChanges: changed,
          onHealth: changed,
          log
        })
    );
  }

  /** Resolves when all of them were read once. */
  async ready(): Promise<void> {
    await Promise.all(this._lists.map(list => list.ready));
  }

  get applications(): IApplication[] {
    return this._lists.flatMap(({ items }) => items);
  }

  /** Why what is seen may be old; null where it is not. */
  get problem(): ApiError | null {
    return this._lists.find(({ health }) => health.problem)?.health.problem ?? null;
  }

  async close(): Promise<void> {
    await Promise.all(this._lists.map(list => list.close()));
  }

  private readonly _lists: WatchedList<IApplication>[];
}

export namespace ApplicationLists {
  export interface IOptions {
    client: KubeClient;
    /** Namespaces; undefined for all. */
    places: (string | undefined)[];
    /** Called after something has changed, or became unknown. */
    changed(): void;
    log: Logger;
  }
}
