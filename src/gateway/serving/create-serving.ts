import { join } from 'node:path';

import type { AdapterStatus } from '../../contract/status';
import type { ICore } from '../core';
import type { IImageStore } from '../images/port';
import { MLSERVER } from './environment-lock';
import { LocalModelServer } from './local-model-server';
import { ServingEnvironments } from './serving-environments';

export interface IServing {
  modelServer: LocalModelServer;
  environments: ServingEnvironments;
  /** Clears up after the last gateway. */
  start(): Promise<void>;
  close(): Promise<void>;
  status(): Promise<AdapterStatus>;
}

/**
 * The model servers of this computer.
 *
 * `MLOPS_SERVING_ENVIRONMENTS` names another folder for the serving environments, so that several
 * data homes can share them; none is collected then.
 */
export function createServing(core: ICore, store: IImageStore): IServing {
  const { context, home } = core;
  const shared = process.env.MLOPS_SERVING_ENVIRONMENTS;
  const environments = new ServingEnvironments({
    root: shared ?? join(home.serving, 'environments'),
    uv: context.uv,
    python: context.python,
    shared: shared !== undefined
  });
  const modelServer = new LocalModelServer({
    environments,
    store,
    instances: join(home.serving, 'instances'),
    launcher: join(context.serving, 'launch.py')
  });
  return {
    modelServer,
    environments,
    start: async () => {
      await modelServer.clearUp();
      await environments.removeHalfMade();
    },
    close: () => modelServer.close(),
    status: async () => ({
      stage: 'serving',
      adapter: `MLServer ${MLSERVER}`,
      state: context.uv === null ? 'not-installed' : 'ready',
      detail:
        context.uv === null
          ? 'uv is not installed: no serving environment can be made. Install it beside Jupyter: pip install uv'
          : `${(await environments.list()).length} serving environments on this computer`
    })
  };
}
