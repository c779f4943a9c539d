import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pino } from 'pino';

import type { Environment } from '../../../contract/environment';
import type { Actor } from '../../../contract/identifier';
import type { RouteName } from '../../../contract/paths';
import type { Promotion } from '../../../contract/promotion';
import { routes, type CallOf, type ReplyOf } from '../../../contract/routes';
import { API_PREFIX } from '../../../contract/paths';
import { ANNA, buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { createApplication } from '../../http/application';
import { OciLayout } from '../../images/oci-layout';
import type { Clusters } from '../../kube/clusters';
import type { IStage } from '../../stage';
import type { IGitRepository } from '../git/port';
import type { IEnvironments } from '../port';
import { createEnvironmentsStage } from '../stage';
import { InMemoryModels } from './model-builder';
import { ProcessModelServer } from './model-server-double';

export const BORIS: Actor = { name: 'boris', asserted: false };

/** A started stage in a data home of its own, called as the panel calls it. */
export interface IRunningStage {
  core: ICore;
  stage: IStage;
  environments: IEnvironments;
  models: InMemoryModels;
  modelServer: ProcessModelServer;
  /** The reply of a route; errors are thrown as they came over the wire. */
  call<N extends RouteName>(
    name: N,
    given?: CallOf<N>,
    by?: Actor
  ): Promise<ReplyOf<N>>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Plans and confirms in one go; resolves when the promotion has ended. */
  promote(version: number, environment: string, model?: string): Promise<Promotion>;
  /** Resolves with the promotion once it waits, or has ended. */
  ended(id: string): Promise<Promotion>;
  environment(name: string): Promise<Environment>;
  git(...args: string[]): string;
  close(): Promise<void>;
  /** Closes it and removes its data home. */
  discard(): Promise<void>;
}

export interface IStageOptions {
  /** Reopens this stage's data home, as the next gateway does. */
  after?: IRunningStage;
  core?: ICore;
  models?: InMemoryModels;
  repository?(core: ICore): IGitRepository;
  clusters?: Pick<Clusters, 'of'>;
}

/** Of a project that names no cluster. */
export const NO_CLUSTERS: Pick<Clusters, 'of'> = { of: async () => null };

export async function startStage(options: IStageOptions = {}): Promise<IRunningStage> {
  const { after } = options;
  const core = options.core ?? (after ? reopenCore(after.core) : buildCore());
  const models = options.models ?? after?.models ?? new InMemoryModels();
  const modelServer = new ProcessModelServer();
  const index = join(core.home.oci, 'index.json');
  if (!existsSync(index)) {
    // A store that holds models already has its index.
    writeFileSync(index, '{"schemaVersion":2,"manifests":[]}');
  }
  const { stage, environments } = createEnvironmentsStage(core, {
    models,
    modelServer,
    imageStore: new OciLayout(core.home.oci),
    clusters: options.clusters ?? NO_CLUSTERS,
    repository: options.repository?.(core)
  });
  await stage.start();
  const app = createApplication({
    log: pino({ level: 'silent' }),
    user: 'anna',
    rootDir: '/srv',
    handlers: () => stage.handlers,
    local: {},
    elsewhere: () => Promise.reject(new Error('there is no other gateway'))
  });
  const fetch = async (path: string, init?: RequestInit): Promise<Response> =>
    app.request(`${API_PREFIX}${path}`, init);
  const call = async <N extends RouteName>(
    name: N,
    given: CallOf<N> = {},
    by = ANNA
  ): Promise<ReplyOf<N>> => {
    const route = routes[name];
    const path = Object.entries(given.params ?? {}).reduce(
      (text, [key, value]) =>
        text.replace(`:${key}`, encodeURIComponent(String(value))),
      route.path
    );
    const response = await fetch(path, {
      method: route.method,
      body: route.method === 'GET' ? undefined : JSON.stringify(given.body ?? {}),
      headers: {
        'X-Mlops-User': by.name,
        'X-Mlops-User-Asserted': by.asserted ? '1' : '0'
      }
    });
    const body: unknown = await response.json();
    if (!response.ok) {
      throw Object.assign(new Error(JSON.stringify(body)), {
        status: response.status,
        body
      });
    }
    // The application answers what the route's schema says; the parse proves it.
    return route.reply.parse(body) as ReplyOf<N>;
  };
  const ended = async (id: string): Promise<Promotion> => {
    for (;;) {
      const promotion = await call('getPromotion', { params: { id } });
      if (!['committing', 'deploying'].includes(promotion.state)) {
        return promotion;
      }
      await new Promise(resolve => setTimeout(resolve, 10));
    }
  };
  return {
    core,
    stage,
    environments,
    models,
    modelServer,
    call,
    fetch,
    ended,
    promote: async (version, environment, model = 'bike') => {
      const request = { model, version, environment };
      const { base } = await call('planPromotion', { body: request });
      const body = { ...request, base, reason: 'It is better.' };
      return ended((await call('confirmPromotion', { body })).id);
    },
    environment: async name => {
      const { environments: all } = await call('listEnvironments');
      const found = all.find(each => each.name === name);
      if (!found) {
        throw new Error(`there is no ${name}`);
      }
      return found;
    },
    git: (...args) => gitIn(core, args),
    close: async () => {
      await stage.close();
      core.database.close();
    },
    discard: async () => {
      await stage.close();
      discardCore(core);
    }
  };
}

/** Runs git by hand on the environments' repository, as an engineer would. */
export function gitIn(core: ICore, args: string[]): string {
  const environment = {
    ...process.env,
    GIT_AUTHOR_NAME: 'Hand',
    GIT_AUTHOR_EMAIL: 'hand@example.org',
    GIT_COMMITTER_NAME: 'Hand',
    GIT_COMMITTER_EMAIL: 'hand@example.org'
  };
  return execFileSync('git', args, {
    cwd: core.home.gitops,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe']
  }).trim();
}

/** Commits through a clone and pushes, as an engineer would; `edit` changes files in the clone. */
export function commitByHand(
  core: ICore,
  subject: string,
  edit: (folder: string) => void
): string {
  const clone = join(core.home.path, `clone-${Math.random().toString(36).slice(2)}`);
  gitIn(core, ['clone', '--quiet', core.home.gitops, clone]);
  edit(clone);
  gitIn(core, ['-C', clone, 'add', '-A']);
  gitIn(core, ['-C', clone, 'commit', '--quiet', '-m', subject]);
  gitIn(core, ['-C', clone, 'push', '--quiet', 'origin', 'main']);
  return gitIn(core, ['rev-parse', 'main']);
}

/** Waits until something holds; the test's own time limit ends it where it never does. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
