import type { ICore } from '../../core';
import { EmbeddedRepository } from '../git/embedded-repository';
import { MAIN, type ILandedCommit, type INewCommit } from '../git/port';
import { startStage } from './stage-builder';
import { buildCore } from '../../__tests__/core-builder';
import { InMemoryModels } from './model-builder';

/** Dies as `kill -9` makes it die, just before or just after its first promotion's commit. */
class DyingRepository extends EmbeddedRepository {
  constructor(
    core: ICore,
    private readonly _when: string
  ) {
    super(core.home.gitops);
  }

  override async commit(commit: INewCommit): Promise<ILandedCommit> {
    const ours = 'Promotion' in commit.trailers && commit.branch === MAIN;
    if (ours && this._when === 'before') {
      process.kill(process.pid, 'SIGKILL');
    }
    const landed = await super.commit(commit);
    if (ours && this._when === 'after') {
      process.kill(process.pid, 'SIGKILL');
    }
    return landed;
  }
}

/** Started by `crash.test.ts` as a program of its own: data home and moment are its arguments. */
async function main([home, when]: string[]): Promise<void> {
  const stage = await startStage({
    core: buildCore({ home }),
    repository: each => new DyingRepository(each, when)
  });
  addVersions(stage.models);
  await stage.promote(1, 'dev');
  process.stdout.write('it did not die');
}

/** What both lives of the gateway know. */
export function addVersions(models: InMemoryModels): void {
  models.add();
}

if (process.env.MLOPS_CRASH_CHILD) {
  void main(process.argv.slice(2));
}
