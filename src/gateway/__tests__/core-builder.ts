import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { pino } from 'pino';

import type { Actor } from '../../contract/identifier';
import type { ICore } from '../core';
import { EventBus } from '../events';
import type { LaunchContext } from '../launch-context';
import { AuditLog } from '../store/audit-log';
import { DataHome } from '../store/data-home';
import { Database } from '../store/database';
import { migrations } from '../store/migrations';

/** The repository's root: tests run real parts of it. */
export const REPOSITORY = resolve(__dirname, '../../..');

export const ANNA: Actor = { name: 'anna', asserted: true };

/** An empty folder of this test's own, with all symbolic links resolved. */
export function temporaryFolder(name = 'mlops-'): string {
  return realpathSync(mkdtempSync(join(tmpdir(), name)));
}

/** The environment that `make` sets up: the kernel, the interpreter, the step runner. */
export function buildContext(overrides: Partial<LaunchContext> = {}): LaunchContext {
  const environment = join(REPOSITORY, '.venv');
  const uv = join(environment, 'bin/uv');
  return {
    version: '0.0.0',
    home: temporaryFolder('mlops-home-'),
    kernelDirs: [join(environment, 'share/jupyter/kernels')],
    python: join(environment, 'bin/python'),
    runner: join(REPOSITORY, 'jupyterlab_mlops/runner'),
    serving: join(REPOSITORY, 'jupyterlab_mlops/serving'),
    uv: existsSync(uv) ? uv : null,
    rootDir: null,
    baseUrl: null,
    user: 'anna',
    ...overrides
  };
}

/** A gateway's core in a data home of its own, without log output and without a lease. */
export function buildCore(overrides: Partial<LaunchContext> = {}): ICore {
  const context = buildContext(overrides);
  mkdirSync(context.home, { recursive: true });
  const home = new DataHome(context.home);
  const database = new Database(home.database, { migrations, wal: !home.onNetwork });
  return {
    context,
    home,
    database,
    audit: new AuditLog(database),
    events: new EventBus(),
    log: pino({ level: 'silent' })
  };
}

/** Closes the core's database and removes its data home. */
export function discardCore(core: ICore): void {
  core.database.close();
  rmSync(core.home.path, { recursive: true, force: true });
}

/** A second core on the same data home, as after a restart of the gateway. */
export function reopenCore(core: ICore): ICore {
  return buildCore(core.context);
}
