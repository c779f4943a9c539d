import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import { requireRights } from '../access-review';
import { CONFIG_MAPS, type IResource } from '../resource';
import { certificate, json, status } from './api-double';
import { TestCluster, type IKubeconfigParts } from './cluster-builder';

const RUNS: IResource = {
  group: 'tekton.dev',
  version: 'v1',
  plural: 'pipelineruns',
  namespaced: true
};
const RUNS_PATH = '/apis/tekton.dev/v1/namespaces/ml-team/pipelineruns';
const MANIFEST = {
  apiVersion: 'tekton.dev/v1',
  kind: 'PipelineRun',
  metadata: { name: 'a' }
};

describe('a reply that is no success', () => {
  let test: TestCluster;

  beforeEach(async () => {
    test = await TestCluster.start();
  });
  afterEach(() => test.close());

  async function refusal(code: number, words: object): Promise<MlopsError> {
    test.api.answers.set(`POST ${RUNS_PATH}`, (_, response) =>
      status(response, code, words)
    );
    const asked = test.open().client.create(RUNS, 'ml-team', MANIFEST);
    return asked.then(
      () => Promise.reject(new Error('it was accepted')),
      (error: MlopsError) => error
    );
  }

  it.each<[number, object, string, string]>([
    [
      403,
      {
        message:
          'pipelineruns.tekton.dev is forbidden: User "anna" cannot create resource "pipelineruns"'
      },
      'cluster-not-allowed',
      'You may not create pipelineruns in ml-team.'
    ],
    [
      403,
      { message: 'pods "a" is forbidden: exceeded quota: compute, requested: cpu=2' },
      'cluster-quota-exceeded',
      'The quota in ml-team does not leave room for more pipelineruns.'
    ],
    [
      403,
      { message: 'pods "a" is forbidden: violates PodSecurity "restricted:latest"' },
      'cluster-policy-refused',
      'A rule of the cluster test-cluster refuses to create pipelineruns ‘a’ in ml-team.'
    ],
    [
      404,
      {
        message: 'namespaces "ml-team" not found',
        details: { kind: 'namespaces', name: 'ml-team' }
      },
      'cluster-namespace-missing',
      'There is no namespace ‘ml-team’ on test-cluster.'
    ],
    [
      404,
      { message: 'the server could not find the requested resource', details: {} },
      'cluster-resource-unknown',
      'The cluster test-cluster does not know pipelineruns: tekton.dev is not installed there.'
    ],
    [
      409,
      { message: 'exists', reason: 'AlreadyExists', details: { name: 'a' } },
      'cluster-object-exists',
      '‘a’ is there already among the pipelineruns in ml-team.'
    ],
    [
      409,
      { message: 'the object has been modified', reason: 'Conflict' },
      'cluster-object-changed',
      'Somebody else has changed pipelineruns ‘a’ in ml-team in the meantime.'
    ],
    [
      422,
      { message: 'invalid', details: { causes: [{ field: 'spec.timeouts' }] } },
      'cluster-object-invalid',
      'The cluster test-cluster does not accept pipelineruns ‘a’ in ml-team: spec.timeouts.'
    ],
    [
      400,
      {
        message:
          'admission webhook "validation.tekton.dev" denied the request: bad runAfter'
      },
      'cluster-webhook-refused',
      'validation.tekton.dev on test-cluster refuses to create pipelineruns ‘a’ in ml-team.'
    ],
    [429, { message: 'too many' }, 'cluster-busy', 'has too much to do'],
    [503, { message: 'etcd is down' }, 'cluster-unavailable', '(HTTP 503)']
  ])('%i %j', async (code, words, expected, message) => {
    const error = await refusal(code, words);
    expect(error.body.code).toBe(expected);
    expect(error.message).toContain(message);
    expect(error.body.action).toEqual(expect.any(String));
  });

  it('names verb, resource, namespace, user and the next step where a right is missing', async () => {
    const error = await refusal(403, {
      message:
        'User "anna" cannot create resource "pipelineruns" in API group "tekton.dev"'
    });
    expect(error.kind).toBe('forbidden');
    expect(error.body).toMatchObject({
      action:
        'Ask for a role in ml-team that allows ‘create’ on ‘pipelineruns.tekton.dev’ to anna, or work in another namespace.',
      details: {
        verb: 'create',
        resource: 'pipelineruns',
        group: 'tekton.dev',
        namespace: 'ml-team',
        user: 'anna'
      }
    });
  });

  it('is never quoted with a token in it', async () => {
    const words =
      'bad Bearer abc.def and eyJhbGciOi.eyJzdWIi.sig at https://u:p@host/x';
    const error = await refusal(500, { message: words });
    const text = JSON.stringify(error.body);
    expect(text).not.toMatch(/abc\.def|eyJ|u:p/);
    expect(text).toContain('https://host/x');
    test.api.users.clear();
    const expired = await test.open().identity().catch(toApiError);
    expect(JSON.stringify(expired)).not.toContain('token-of-anna');
  });

  it('of something that is no API server is told so', async () => {
    test.api.answers.set(`POST ${RUNS_PATH}`, (_, response) => {
      response.writeHead(403, { 'content-type': 'text/html' });
      response.end('<html>login</html>');
    });
    await expect(
      test.open().client.create(RUNS, 'ml-team', MANIFEST)
    ).rejects.toMatchObject({ body: { code: 'cluster-entry-refused' } });
  });

  it('about a deleted object lets a deletion be done', async () => {
    test.api.answers.set(`DELETE ${RUNS_PATH}/a`, (_, response) =>
      status(response, 404, {
        message: 'gone',
        details: { name: 'a', kind: 'pipelineruns' }
      })
    );
    const at = { namespace: 'ml-team', name: 'a' };
    await expect(test.open().client.delete(RUNS, at)).resolves.toBeUndefined();
  });

  it('comes before anything was changed where the rights are asked for first', async () => {
    test.api.answers.set(
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      (request, response) => {
        let text = '';
        request.on('data', chunk => (text += String(chunk)));
        request.on('end', () => {
          const { verb } = JSON.parse(text).spec.resourceAttributes;
          json(response, 201, { status: { allowed: verb === 'get', reason: '' } });
        });
      }
    );
    const { client } = test.open();
    const rights = ['get', 'create', 'watch'].map(verb => ({
      verb,
      resource: RUNS,
      namespace: 'ml-team'
    }));
    await expect(requireRights(client, rights)).rejects.toMatchObject({
      message: 'You may not create pipelineruns in ml-team.',
      body: {
        details: { missing: [{ verb: 'create' }, { verb: 'watch' }], user: 'anna' }
      }
    });
    await expect(requireRights(client, rights.slice(0, 1))).resolves.toBeUndefined();
    expect(test.api.asksFor(`POST ${RUNS_PATH}`)).toEqual([]);
  });
});

describe('a list', () => {
  it('is read page by page, without the fields of managers', async () => {
    const test = await TestCluster.start();
    test.api.answers.set(
      'GET /api/v1/namespaces/ml-team/configmaps',
      (request, response) => {
        const page = Number(/continue=(\d)/.exec(request.url ?? '')?.[1] ?? 0);
        const item = {
          metadata: { name: `m${page}`, managedFields: [{ manager: 'x' }] }
        };
        json(response, 200, {
          metadata: {
            resourceVersion: '7',
            continue: page < 2 ? String(page + 1) : ''
          },
          items: [item]
        });
      }
    );
    const seen: unknown[] = [];
    const version = await test
      .open()
      .client.list(CONFIG_MAPS, 'ml-team', object => seen.push(object), {
        pageSize: 1
      });
    expect(version).toBe('7');
    expect(seen).toMatchObject([
      { metadata: { name: 'm0' } },
      { metadata: { name: 'm1' } },
      { metadata: { name: 'm2' } }
    ]);
    expect(JSON.stringify(seen)).not.toContain('managedFields');
    await test.close();
  });
});

describe('a cluster that cannot be reached', () => {
  let test: TestCluster;

  beforeEach(async () => {
    test = await TestCluster.start();
  });
  afterEach(() => test.close());

  async function problem(
    parts: Partial<IKubeconfigParts>
  ): Promise<MlopsError['body']> {
    test.write(parts);
    const { problem: told } = await test.open().status();
    return told ?? { code: 'none', message: '' };
  }

  it('by its name', async () => {
    expect(
      await problem({ server: 'https://no-such-host.invalid:6443' })
    ).toMatchObject({
      code: 'cluster-name-unknown',
      message: 'The name no-such-host.invalid:6443 cannot be resolved.'
    });
  });

  it('because nothing listens there', async () => {
    expect(await problem({ server: 'https://127.0.0.1:1' })).toMatchObject({
      code: 'cluster-unreachable',
      cause: expect.stringContaining('ECONNREFUSED')
    });
  });

  it('because its authority is not known, also where Node was told not to look', async () => {
    const cluster = {
      'certificate-authority-data': Buffer.from(certificate('other-ca')).toString(
        'base64'
      )
    };
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect(await problem({ cluster })).toMatchObject({
        code: 'cluster-authority-unknown',
        action: expect.stringContaining('never switched off')
      });
      const none = { 'certificate-authority-data': undefined };
      expect((await problem({ cluster: none })).code).toBe('cluster-authority-unknown');
    } finally {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    }
    expect(test.api.asked).toEqual([]);
  });

  it('because its certificate is for another name', async () => {
    expect(
      (await problem({ cluster: { 'tls-server-name': 'other.example' } })).code
    ).toBe('cluster-certificate-name');
  });

  it('because its authority file is gone', async () => {
    const gone = {
      'certificate-authority-data': undefined,
      'certificate-authority': '/no/such/ca.crt'
    };
    expect(await problem({ cluster: gone })).toMatchObject({
      code: 'credential-not-readable',
      message:
        'The kubeconfig names the file /no/such/ca.crt, which cannot be read (ENOENT).'
    });
  });

  it('because its proxy lets nothing through', async () => {
    const proxy = createServer(socket => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    expect(
      (await problem({ cluster: { 'proxy-url': `http://127.0.0.1:${port}` } })).code
    ).toBe('cluster-proxy-refused');
    proxy.close();
  });
});
