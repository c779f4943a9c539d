import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { buildCore, temporaryFolder } from '../../__tests__/core-builder';
import { addVersions } from './crash-child';
import { InMemoryModels } from './model-builder';
import { startStage, until } from './stage-builder';

const folder = temporaryFolder();
const program = join(folder, 'crash-child.cjs');

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, 'crash-child.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error'
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['before', 'after'])(
  'a gateway killed just %s the commit of a promotion: the next one ends it with exactly one commit',
  async when => {
    const core = buildCore();
    const child = spawnSync(process.execPath, [program, core.home.path, when], {
      encoding: 'utf8',
      env: { ...process.env, MLOPS_CRASH_CHILD: '1' }
    });
    expect([child.signal, child.stdout, child.stderr]).toEqual(['SIGKILL', '', '']);
    const models = new InMemoryModels();
    addVersions(models);
    const stage = await startStage({ core, models });
    try {
      expect(stage.git('rev-list', '--count', 'main')).toBe(
        when === 'after' ? '2' : '1'
      );
      const { promotions } = await stage.call('listPromotions');
      expect(promotions).toHaveLength(1);
      const ended = await stage.ended(promotions[0].id);
      expect(ended).toMatchObject({ state: 'succeeded', version: 1 });
      expect(stage.git('log', '--format=%s', 'main').split('\n')).toEqual([
        'Promote bike v1 to dev',
        'Create the environments dev and prod'
      ]);
      expect(ended.revision).toBe(stage.git('rev-parse', 'main'));
      await until(async () => (await stage.environment('dev')).endpoints[0].synced);
    } finally {
      await stage.discard();
    }
  }
);
