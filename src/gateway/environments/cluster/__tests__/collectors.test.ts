import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pino } from 'pino';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { TestCluster } from '../../../kube/__tests__/cluster-builder';
import { EmbeddedRepository } from '../../git/embedded-repository';
import { ClusterTargets } from '../cluster-targets';

const IMAGE = `registry.example.com/mlops@sha256:${'a'.repeat(64)}`;

describe('the collectors of environments on a cluster', () => {
  let test: TestCluster;
  let folder: string;

  beforeEach(async () => {
    test = await TestCluster.start();
    folder = temporaryFolder('mlops-targets-');
  });
  afterEach(async () => {
    await test.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const targets = (text: string): ClusterTargets => {
    writeFileSync(join(folder, 'mlops.yaml'), text);
    return new ClusterTargets({
      clusters: { of: async () => test.open() },
      rootDir: folder,
      repository: new EmbeddedRepository(join(folder, 'gitops.git')),
      log: pino({ level: 'silent' })
    });
  };
  const environment = (name: string, namespace: string) => ({
    name,
    target: { name: 'datacenter', namespace }
  });

  it('are one for each namespace, with all that it serves', async () => {
    const found = await targets(
      `monitoring: {collector: {image: '${IMAGE}'}}`
    ).collectors([
      environment('dev', 'ml-dev'),
      environment('prod', 'ml'),
      environment('pilot', 'ml')
    ]);
    expect(found.map(({ name, environments }) => [name, environments])).toEqual([
      ['ml-dev on test-cluster', ['dev']],
      ['ml on test-cluster', ['prod', 'pilot']]
    ]);
  });

  it('are none where the project names none, and the cluster is not asked', async () => {
    expect(
      await targets('monitoring: {}').collectors([environment('dev', 'ml')])
    ).toEqual([]);
    expect(test.api.asked).toEqual([]);
  });
});
