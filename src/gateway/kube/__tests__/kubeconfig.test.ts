import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { chooseContext, type IChosenContext } from '../chosen-context';
import { kubeconfigFiles, readKubeconfig } from '../kubeconfig-file';
import { serviceAccountContext } from '../service-account';
import { kubeconfig } from './cluster-builder';

const SERVER = 'https://api.example:6443';
const SECRET = 'sha256~not-to-be-shown';

describe('a kubeconfig', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, 'config');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function choose(text: string, context = 'dev'): IChosenContext {
    writeFileSync(file, text);
    return chooseContext(readKubeconfig([file]), context);
  }

  it('gives the named context, whatever the current one is', () => {
    const chosen = choose(kubeconfig({ server: SERVER, current: 'prod' }));
    expect(chosen).toMatchObject({
      context: 'dev',
      cluster: 'test-cluster',
      namespace: 'ml-team',
      server: { server: SERVER },
      user: { token: 'token-of-anna' }
    });
  });

  it('names the contexts that there are where the asked one is not', () => {
    expect(() => choose(kubeconfig({ server: SERVER }), 'prod')).toThrow(
      expect.objectContaining({
        message: `There is no context ‘prod’ in the kubeconfig ${file}.`,
        body: expect.objectContaining({
          code: 'context-unknown',
          action: 'Name one of these under ‘cluster’ in mlops.yaml: dev.'
        })
      })
    );
  });

  it.each([
    ['', 'kubeconfig-empty', /holds no context/],
    ['apiVersion: v1\nkind: Config\n', 'kubeconfig-empty', /holds no context/],
    [
      `users:\n- name: a\n  token: "${SECRET}\n`,
      'kubeconfig-broken',
      /line \d+, column \d+ is no YAML/
    ],
    [`clusters: ${SECRET}`, 'kubeconfig-broken', /‘clusters’ is not as it must be/],
    [`- ${SECRET}`, 'kubeconfig-broken', /it is no mapping/],
    [`a: *${SECRET}`, 'kubeconfig-broken', /broken/]
  ])('that is broken or empty is told without its content: %j', (text, code, words) => {
    expect(() => choose(text)).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ code }) })
    );
    expect(() => choose(text)).toThrow(words);
    expect(() => choose(text)).not.toThrow(SECRET);
  });

  it.each<[string, object, string]>([
    [
      'tls-verification-off',
      { cluster: { 'insecure-skip-tls-verify': true } },
      'not verified'
    ],
    ['cluster-without-tls', { server: 'http://api.example' }, 'https://'],
    ['cluster-without-tls', { server: 'api.example' }, 'https://'],
    ['cluster-proxy-unknown', { cluster: { 'proxy-url': 'ftp://proxy' } }, 'proxy-url'],
    [
      'impersonation-unsupported',
      { user: { token: 't', 'as-groups': ['x'] } },
      'groups'
    ],
    [
      'auth-provider-unsupported',
      { user: { 'auth-provider': { name: 'gcp' } } },
      'gcp'
    ],
    [
      'basic-auth-unsupported',
      { user: { username: 'a', password: SECRET } },
      'password'
    ],
    ['credential-missing', { user: {} }, 'no credential'],
    ['kubeconfig-broken', { context: { cluster: 'gone' } }, '‘gone’'],
    ['kubeconfig-broken', { context: { user: 'gone' } }, '‘gone’']
  ])('is refused: %s %j', (code, parts, words) => {
    const text = kubeconfig({ server: SERVER, ...parts });
    expect(() => choose(text)).toThrow(
      expect.objectContaining({ body: expect.objectContaining({ code }) })
    );
    expect(() => choose(text)).toThrow(words);
    expect(() => choose(text)).not.toThrow(SECRET);
  });

  it('has paths that stand against its own folder, also behind a link', () => {
    mkdirSync(join(folder, 'real'));
    writeFileSync(
      join(folder, 'real/config'),
      kubeconfig({
        server: SERVER,
        cluster: { 'certificate-authority': 'ca.crt' },
        user: { tokenFile: 'token' }
      })
    );
    symlinkSync(join(folder, 'real/config'), file);
    const chosen = chooseContext(readKubeconfig([file]), 'dev');
    expect(chosen.server['certificate-authority']).toBe(join(folder, 'real/ca.crt'));
    expect(chosen.user.tokenFile).toBe(join(folder, 'real/token'));
  });

  it('of several files takes the first entry of each name, and passes over absent ones', () => {
    const other = join(folder, 'other');
    writeFileSync(file, kubeconfig({ server: SERVER }));
    writeFileSync(other, kubeconfig({ server: 'https://other.example' }));
    const merged = readKubeconfig([join(folder, 'absent'), file, other]);
    expect(chooseContext(merged, 'dev').server.server).toBe(SERVER);
    expect(merged.contexts).toHaveLength(1);
    expect(() => readKubeconfig([join(folder, 'absent')])).toThrow(
      /There is no kubeconfig at/
    );
  });

  describe('is found', () => {
    const environment = { HOME: '/home/anna' };

    it('where KUBECONFIG says, else in the home folder', () => {
      expect(kubeconfigFiles(undefined, { environment, project: null })).toEqual([
        '/home/anna/.kube/config'
      ]);
      const several = { ...environment, KUBECONFIG: ['/a', '/b'].join(delimiter) };
      expect(
        kubeconfigFiles(undefined, { environment: several, project: null })
      ).toEqual(['/a', '/b']);
      expect(kubeconfigFiles('~/k', { environment, project: null })).toEqual([
        '/home/anna/k'
      ]);
    });

    it('never in the project itself, nor by a link out of it', () => {
      writeFileSync(file, '');
      const project = folder;
      for (const named of ['config', './config', file]) {
        expect(() => kubeconfigFiles(named, { environment, project })).toThrow(
          /kubeconfig/
        );
      }
      const outside = temporaryFolder();
      symlinkSync(file, join(outside, 'link'));
      expect(() =>
        kubeconfigFiles(join(outside, 'link'), { environment, project })
      ).toThrow("lies in the project's folder");
      rmSync(outside, { recursive: true });
    });

    it("where the user's own one lies below the project, as in a home folder", () => {
      mkdirSync(join(folder, '.kube'));
      const own = join(folder, '.kube/config');
      writeFileSync(own, '');
      const options = { environment: { HOME: folder }, project: folder };
      expect(kubeconfigFiles('~/.kube/config', options)).toEqual([own]);
    });
  });
});

describe('the service account of a pod', () => {
  it('is read from where it is mounted', () => {
    const mount = temporaryFolder();
    writeFileSync(join(mount, 'token'), 'a');
    writeFileSync(join(mount, 'namespace'), 'ml-team\n');
    const environment = {
      KUBERNETES_SERVICE_HOST: 'fd00::1',
      KUBERNETES_SERVICE_PORT: '443'
    };
    expect(serviceAccountContext(environment, mount)).toMatchObject({
      namespace: 'ml-team',
      server: {
        server: 'https://[fd00::1]:443',
        'certificate-authority': `${mount}/ca.crt`
      },
      user: { tokenFile: `${mount}/token` }
    });
    rmSync(mount, { recursive: true });
  });

  it('is told to be missing on a laptop', () => {
    expect(() => serviceAccountContext({})).toThrow(
      'This computer is no pod with a service account.'
    );
  });
});

it('reads entries of others without minding what they hold', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'config');
  writeFileSync(
    file,
    kubeconfig({ server: SERVER }).replace(
      'users:\n',
      'users:\n  - name: odd\n    user: { token: 3, exec: x }\n'
    )
  );
  expect(chooseContext(readKubeconfig([file]), 'dev').userName).toBe('me');
  rmSync(folder, { recursive: true });
});
