import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import type { ClusterSettings } from '../../../contract/cluster';
import { temporaryFolder } from '../../__tests__/core-builder';
import { Cluster } from '../cluster';
import type { IIdentityPin, IIdentityPins } from '../identity-guard';
import { ApiDouble, certificate } from './api-double';

/** Pins in memory. */
export class Pins implements IIdentityPins {
  get(key: string): IIdentityPin | null {
    return this._pins.get(key) ?? null;
  }

  set(key: string, pin: IIdentityPin): void {
    this._pins.set(key, pin);
  }

  private readonly _pins = new Map<string, IIdentityPin>();
}

export interface IKubeconfigParts {
  server: string;
  cluster?: object;
  user?: object;
  context?: object;
  current?: string;
}

/** A kubeconfig with the context `dev` as who `token-of-anna` is. */
export function kubeconfig(parts: IKubeconfigParts): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test-cluster',
        cluster: {
          server: parts.server,
          'certificate-authority-data': Buffer.from(certificate('ca')).toString(
            'base64'
          ),
          ...parts.cluster
        }
      }
    ],
    users: [{ name: 'me', user: parts.user ?? { token: 'token-of-anna' } }],
    contexts: [
      {
        name: 'dev',
        context: {
          cluster: 'test-cluster',
          user: 'me',
          namespace: 'ml-team',
          ...parts.context
        }
      }
    ],
    'current-context': parts.current ?? 'dev'
  });
}

/** An API server's double, a kubeconfig for it, and a cluster that uses both. */
export class TestCluster {
  readonly folder = temporaryFolder('mlops-kube-');
  readonly file = join(this.folder, 'config');
  readonly pins = new Pins();

  static async start(parts: Partial<IKubeconfigParts> = {}): Promise<TestCluster> {
    const api = await ApiDouble.start();
    const built = new TestCluster(api);
    built.write(parts);
    return built;
  }

  write(parts: Partial<IKubeconfigParts> = {}): void {
    writeFileSync(this.file, kubeconfig({ server: this.api.address, ...parts }));
  }

  open(
    settings: ClusterSettings = { context: 'dev', kubeconfig: this.file },
    environment: NodeJS.ProcessEnv = process.env,
    serviceAccountMount?: string
  ): Cluster {
    const cluster = new Cluster({
      settings,
      environment,
      serviceAccountMount,
      project: null,
      pins: this.pins
    });
    this._opened.push(cluster);
    return cluster;
  }

  async close(): Promise<void> {
    await Promise.all(this._opened.map(cluster => cluster.close()));
    await this.api.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private constructor(readonly api: ApiDouble) {}

  private readonly _opened: Cluster[] = [];
}
