import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { pino } from 'pino';

import { temporaryFolder } from '../../__tests__/core-builder';
import { EmbeddedRepository } from '../git/embedded-repository';
import { buildCommit } from '../git/__tests__/repository-contract';
import { Reconciler } from '../reconciler/reconciler';

describe('the reconciler of this computer', () => {
  const folder = temporaryFolder();
  const repository = new EmbeddedRepository(join(folder, 'gitops.git'));
  const applied: string[] = [];
  const reconciler = new Reconciler({
    repository,
    log: pino({ level: 'silent' }),
    apply: ({ revision }) => applied.push(revision)
  });
  const at = { environment: 'dev', model: 'bike' };

  beforeAll(() => repository.open());
  afterAll(async () => {
    await reconciler.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has reached a commit when it, or one on top of it, is applied', async () => {
    const first = await repository.commit(buildCommit());
    const files = new Map([['environments/dev/b.yaml', 'b: 1\n']]);
    const top = await repository.commit(buildCommit({ expected: first.id, files }));
    const { signal } = new AbortController();
    const reached = await reconciler.reached({ ...at, revision: first.id }, { signal });
    expect(reached).toEqual({ revision: top.id, by: ['this computer'], leftovers: [] });
    expect(applied).toEqual([top.id]);
  });

  test('waits for one that is not on the branch, until the caller leaves', async () => {
    const leave = new AbortController();
    const wanted = { ...at, revision: 'f'.repeat(40) };
    const waiting = reconciler.reached(wanted, { signal: leave.signal });
    setTimeout(() => leave.abort(new Error('Gone.')), 50);
    await expect(waiting).rejects.toThrow('Gone.');
  });
});
