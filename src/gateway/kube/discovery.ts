import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { Fresh } from './fresh';
import type { KubeClient } from './kube-client';
import { groupPath, type IResource } from './resource';

/** How long an answer holds: operators are installed seldom. */
const FRESH = 60_000;

const GroupList = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      versions: z.array(z.object({ version: z.string() }))
    })
  )
});

const ResourceList = z.object({
  resources: z.array(z.object({ name: z.string(), namespaced: z.boolean() }))
});

const Version = z.object({ gitVersion: z.string() });

/** What the API server serves: groups, their versions and resources. */
export class Discovery {
  constructor(client: KubeClient, now: () => number = Date.now) {
    this._client = client;
    this._now = now;
    this._groups = new Fresh(FRESH, now);
    this._version = new Fresh(FRESH, now);
  }

  /** Whether this very version of the resource is served. */
  async serves({ group, version, plural }: IResource): Promise<boolean> {
    return (await this._resources(group, version)).includes(plural);
  }

  /** Versions of a group, the preferred one first; empty where it is not installed. */
  async versions(group: string): Promise<string[]> {
    const groups = await this._groups.get(
      async () => GroupList.parse(await this._json('/apis')).groups
    );
    return (
      groups.find(({ name }) => name === group)?.versions.map(one => one.version) ?? []
    );
  }

  /** Of the API server, such as `v1.34.4`. */
  async serverVersion(): Promise<string> {
    return this._version.get(
      async () => Version.parse(await this._json('/version')).gitVersion
    );
  }

  /** Ask again: something was installed or removed. */
  forget(): void {
    this._groups.forget();
    this._version.forget();
    this._byPath.clear();
  }

  private async _resources(group: string, version: string): Promise<string[]> {
    if (group !== '' && !(await this.versions(group)).includes(version)) {
      return [];
    }
    const path = groupPath({ group, version });
    const kept = this._byPath.get(path) ?? new Fresh<string[]>(FRESH, this._now);
    this._byPath.set(path, kept);
    return kept.get(async () => {
      try {
        return ResourceList.parse(await this._json(path)).resources.map(
          ({ name }) => name
        );
      } catch (error) {
        if (
          error instanceof MlopsError &&
          error.body.code === 'cluster-resource-unknown'
        ) {
          return [];
        }
        throw error;
      }
    });
  }

  private async _json(path: string): Promise<unknown> {
    const [, , group = '', version = ''] = path.split('/');
    return JSON.parse(
      await this._client.text(
        { verb: 'get', resource: { group, plural: version ? 'its resources' : path } },
        { method: 'GET', path }
      )
    );
  }

  private readonly _client: KubeClient;
  private readonly _now: () => number;
  private readonly _groups: Fresh<z.infer<typeof GroupList>['groups']>;
  private readonly _version: Fresh<string>;
  private readonly _byPath = new Map<string, Fresh<string[]>>();
}
