import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pino } from 'pino';

import { ApiError } from '../../../contract/error';
import { API_PREFIX } from '../../../contract/paths';
import { routes } from '../../../contract/routes';
import { buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { createApplication } from '../../http/application';
import { createClusterStage } from '../cluster-stage';
import { json } from './api-double';
import { TestCluster } from './cluster-builder';

const CORE = '/api/v1';
const RUNS = '/apis/tekton.dev/v1';

describe('the cluster of a project', () => {
  let test: TestCluster;
  let core: ICore;
  let stage: ReturnType<typeof createClusterStage>;
  let root: string;

  beforeEach(async () => {
    test = await TestCluster.start();
    core = buildCore();
    stage = createClusterStage(core);
    root = join(test.folder, 'project');
    mkdirSync(root);
    project(`cluster: { context: dev, kubeconfig: ${test.file} }`);
  });
  afterEach(async () => {
    await stage.stage.close();
    discardCore(core);
    await test.close();
  });

  function project(text: string): void {
    writeFileSync(join(root, 'mlops.yaml'), text);
  }

  async function ask(path: string, body?: object): Promise<Response> {
    const app = createApplication({
      log: pino({ level: 'silent' }),
      user: 'anna',
      rootDir: root,
      local: {},
      handlers: () => stage.stage.handlers,
      elsewhere: () => Promise.reject(new Error('There is nowhere else.'))
    });
    return app.request(`${API_PREFIX}${path}`, {
      method: body ? 'POST' : 'GET',
      body: body && JSON.stringify(body)
    });
  }

  async function status(path = '/cluster') {
    const reply = await ask(path);
    return routes.cluster.reply.parse(await reply.json()).cluster;
  }

  /** A cluster with Tekton, where only pods may be looked at. */
  function tekton(): void {
    const { answers } = test.api;
    answers.set('GET /version', (_, response) =>
      json(response, 200, { gitVersion: 'v1.34.4' })
    );
    answers.set('GET /apis', (_, response) =>
      json(response, 200, {
        groups: [{ name: 'tekton.dev', versions: [{ version: 'v1' }] }]
      })
    );
    const resources = (names: string[]) => ({
      resources: names.map(name => ({ name, namespaced: true }))
    });
    answers.set(`GET ${RUNS}`, (_, response) =>
      json(response, 200, resources(['pipelineruns', 'pipelines', 'taskruns']))
    );
    answers.set(`GET ${CORE}`, (_, response) =>
      json(response, 200, resources(['pods', 'pods/log']))
    );
    answers.set(`GET ${CORE}/namespaces/ml-team`, (_, response) =>
      json(response, 200, { metadata: { name: 'ml-team' } })
    );
    answers.set(
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      (request, response) => {
        let text = '';
        request.on('data', chunk => (text += String(chunk)));
        request.on('end', () => {
          const { resource } = JSON.parse(text).spec.resourceAttributes;
          json(response, 201, { status: { allowed: resource === 'pods' } });
        });
      }
    );
  }

  it('is told with who acts, its version, and what each adapter finds', async () => {
    tekton();
    expect(await status()).toMatchObject({
      identity: { user: 'anna', namespace: 'ml-team', cluster: 'test-cluster' },
      version: 'v1.34.4',
      problem: null,
      adapters: [
        {
          adapter: 'tekton',
          state: 'not-allowed',
          detail:
            'You may not create, get, list, watch, patch pipelineruns.tekton.dev; create, patch pipelines.tekton.dev; list, watch taskruns.tekton.dev in ml-team.'
        },
        { adapter: 'argocd', state: 'not-installed' },
        { adapter: 'kserve', state: 'not-installed' },
        {
          stage: 'monitoring',
          adapter: 'collector',
          state: 'ready',
          detail: 'Requests that a collector keeps in ml-team'
        }
      ]
    });
  });

  describe('with Argo CD', () => {
    const argocd = (allowed: (right: string) => boolean): void => {
      tekton();
      const { answers } = test.api;
      const group = { name: 'argoproj.io', versions: [{ version: 'v1alpha1' }] };
      answers.set('GET /apis', (_, response) =>
        json(response, 200, { groups: [group] })
      );
      const resources = [{ name: 'applications', namespaced: true }];
      answers.set('GET /apis/argoproj.io/v1alpha1', (_, response) =>
        json(response, 200, { resources })
      );
      answers.set(
        'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        (request, response) => {
          let text = '';
          request.on('data', chunk => (text += String(chunk)));
          request.on('end', () => {
            const { verb, namespace = '*' } = JSON.parse(text).spec.resourceAttributes;
            const verdict = { allowed: allowed(`${verb} ${namespace}`) };
            json(response, 201, { status: verdict });
          });
        }
      );
    };
    const facts = async () =>
      (await status())?.adapters.find(({ adapter }) => adapter === 'argocd');

    it.each<[string, (right: string) => boolean, string, string]>([
      ['all namespaces', () => true, 'ready', 'Argo CD in any namespace'],
      [
        'its own namespace',
        right => right.endsWith(' openshift-gitops'),
        'ready',
        'Argo CD in openshift-gitops'
      ],
      [
        'what may only be read',
        right => !right.startsWith('patch'),
        'ready',
        'Argo CD in any namespace; it cannot be asked to look at once, and looks by itself every few minutes'
      ],
      [
        'nothing',
        right => right.startsWith('list'),
        'not-allowed',
        'You may not watch applications.argoproj.io in argocd, openshift-gitops, ml-team.'
      ]
    ])('looks at %s', async (_what, allowed, state, detail) => {
      argocd(allowed);
      expect(await facts()).toMatchObject({ state, detail });
    });

    it('looks where the project says that it is', async () => {
      argocd(right => right.endsWith(' team-gitops'));
      expect((await facts())?.state).toBe('not-allowed');
      project(
        `cluster: { context: dev, kubeconfig: ${test.file} }\ngitops: { repository: /a/b, argocd: { namespace: team-gitops } }`
      );
      expect(await facts()).toMatchObject({
        state: 'ready',
        detail: 'Argo CD in team-gitops'
      });
    });
  });

  it('is asked little where somebody looks again and again', async () => {
    tekton();
    await status();
    const before = test.api.asked.length;
    await status();
    expect(test.api.asked.length - before).toBeLessThanOrEqual(1);
  });

  it('is none where mlops.yaml names none, or there is no such file', async () => {
    project('engine: local');
    expect(await status()).toBeNull();
    mkdirSync(join(root, 'deep'));
    writeFileSync(
      join(root, 'deep/mlops.yaml'),
      `cluster: { context: dev, kubeconfig: ${test.file} }`
    );
    expect((await status('/cluster?path=deep/'))?.engine).toBe('local');
    writeFileSync(
      join(root, 'deep/mlops.yaml'),
      `engine: tekton\ncluster: { context: dev, kubeconfig: ${test.file} }`
    );
    expect((await status('/cluster?path=deep/'))?.engine).toBe('tekton');
    expect(await status('/cluster?path=deep/a.ipynb')).not.toBeNull();
    expect(await status('/cluster?path=a.ipynb')).toBeNull();
  });

  it('that cannot be used is told with the reason, and not as a failed request', async () => {
    project(`cluster: { context: prod, kubeconfig: ${test.file} }`);
    expect(await status()).toMatchObject({
      identity: null,
      adapters: [],
      problem: { code: 'context-unknown' }
    });
    writeFileSync(join(root, 'kubeconfig'), 'x');
    project(`cluster: { context: dev, kubeconfig: ${join(root, 'kubeconfig')} }`);
    expect((await status())?.problem?.code).toBe('kubeconfig-in-project');
  });

  it.each([
    ['cluster: {}', 'Either ‘context’ or ‘serviceAccount: true’'],
    ['cluster: { context: a, serviceAccount: true }', 'Either ‘context’'],
    ['cluster: { serviceAccount: true, kubeconfig: /a }', 'has no ‘kubeconfig’'],
    ['cluster: { context: a, namespace: Not_a_Name }', 'Lower-case letters'],
    ['cluster: { contxt: a }', 'unknown key ‘contxt’']
  ])('is refused with line and column: %s', async (text, words) => {
    project(text);
    const reply = await ask('/cluster');
    expect(reply.status).toBe(422);
    const { code, message } = ApiError.parse(await reply.json());
    expect(code).toBe('project-invalid');
    expect(message).toContain('line 1, column');
    expect(message).toContain(words);
  });

  it('is the same one after a restart, and somebody else only by the word of the user', async () => {
    tekton();
    await status();
    await stage.stage.close();
    core.database.close();
    test.api.users.set('token-of-bob', 'bob');
    test.write({ user: { token: 'token-of-bob' } });
    core = reopenCore(core);
    stage = createClusterStage(core);
    const changed = await status();
    expect(changed).toMatchObject({
      identity: null,
      problem: { code: 'cluster-identity-changed', details: { now: { user: 'bob' } } }
    });
    const refused = await ask('/cluster/identity', {
      user: 'carl',
      server: test.api.address
    });
    expect(refused.status).toBe(409);
    const accepted = await ask('/cluster/identity', {
      user: 'bob',
      server: test.api.address
    });
    expect(await accepted.json()).toMatchObject({
      cluster: { identity: { user: 'bob' } }
    });
    expect(core.audit.list(10)).toMatchObject([
      {
        actor: { name: 'anna' },
        action: 'cluster.accept-identity',
        object: 'dev',
        details: { user: 'bob' }
      }
    ]);
  });
});
