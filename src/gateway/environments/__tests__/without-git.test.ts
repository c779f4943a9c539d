import { existsSync } from 'node:fs';

import { buildCore } from '../../__tests__/core-builder';
import { EmbeddedRepository } from '../git/embedded-repository';
import { startStage } from './stage-builder';

test('without git the stage starts, says what is missing, and comes to life once git is there', async () => {
  const core = buildCore();
  const absent = new EmbeddedRepository(core.home.gitops, '/nowhere/git');
  const present = new EmbeddedRepository(core.home.gitops);
  let installed = false;
  const stage = await startStage({
    core,
    repository: () =>
      new Proxy(absent, {
        get: (_, name) => {
          const repository = installed ? present : absent;
          const value: unknown = Reflect.get(repository, name);
          return typeof value === 'function' ? value.bind(repository) : value;
        }
      })
  });
  try {
    await expect(stage.call('listEnvironments')).rejects.toMatchObject({
      status: 503,
      body: { code: 'git-missing', action: expect.stringContaining('Install git') }
    });
    expect(await stage.stage.status('/')).toMatchObject([
      {
        state: 'not-installed',
        detail: expect.stringContaining('Git is not installed')
      }
    ]);
    installed = true;
    // Whoever only looks makes no repository; the gateway itself does, a moment later.
    await expect(stage.call('listEnvironments')).rejects.toMatchObject({
      body: { code: 'git-missing' }
    });
    expect(existsSync(core.home.gitops)).toBe(false);
    const dev = async (): Promise<string | null> =>
      stage.environment('dev').then(
        ({ target }) => target,
        () => null
      );
    const until = Date.now() + 10_000;
    while ((await dev()) === null && Date.now() < until) {
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    expect(await dev()).toBe('this computer');
    expect(await stage.stage.status('/')).toMatchObject([{ state: 'ready' }]);
  } finally {
    await stage.discard();
  }
});
