import { parseAllDocuments } from 'yaml';

import { EnvironmentRules } from '../../../../contract/environment';
import { CollectorSettings } from '../../../../contract/collector';
import { MonitoringSettings, Project } from '../../../../contract/project';
import { ServingSettings } from '../../../../contract/serving';
import { readOrigin } from '../../../monitoring/collector/annotations';
import { buildVersion, digestOf } from '../../__tests__/model-builder';
import {
  declared,
  DEFAULT_ENVIRONMENTS,
  inOrder,
  readEnvironment,
  renderEnvironment
} from '../environment-manifest';
import { releaseOf } from '../layout';
import { collectorOf } from '../../promotion/collector-of';
import { renderRelease } from '../release-manifests';
import type { IReleaseParts } from '../release-parts';
import { readRelease } from '../release-reader';

const parts: IReleaseParts = {
  environment: 'prod',
  version: buildVersion(),
  app: digestOf('app'),
  rules: EnvironmentRules.parse({}),
  cluster: null
};

function files(changed: Partial<IReleaseParts> = {}): Map<string, string> {
  const rendered = renderRelease({ ...parts, ...changed });
  return new Map(
    [...rendered].flatMap(([path, text]) => (text === null ? [] : [[path, text]]))
  );
}

function objects(text: string): { kind: string; apiVersion: string }[] {
  const documents = parseAllDocuments(text);
  return (Array.isArray(documents) ? documents : []).map(document => document.toJS());
}

describe('the manifests of a release on a cluster', () => {
  const IMAGE = `registry.example.com/x@${digestOf('image')}`;
  const cluster = {
    namespace: 'ml-prod',
    repository: 'registry.example.com/models',
    image: digestOf('model image'),
    settings: ServingSettings.parse({ image: IMAGE }),
    prometheus: false
  };
  const settings = CollectorSettings.parse({ image: IMAGE });

  test('declare the collector, and send it what they serve', () => {
    const collector = { settings, sensitive: ['temp'] };
    const rendered = files({ cluster: { ...cluster, collector } });
    const declared = rendered.get('environments/prod/monitor.yaml') ?? '';
    expect(objects(declared).map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Service',
      'NetworkPolicy'
    ]);
    const folder = `environments/prod/${parts.version.model}`;
    const [service] = objects(rendered.get(`${folder}/inferenceservice.yaml`) ?? '');
    const { metadata, spec } = Object(service);
    expect(spec.predictor.logger.url).toBe('http://mlops-monitor.ml-prod.svc:8080/');
    expect(readOrigin(metadata.annotations)).toEqual({
      digest: parts.version.digest,
      environment: 'prod',
      sensitive: ['temp']
    });
    // What reads releases is not led astray by it.
    expect(releaseOf('environments/prod/monitor.yaml')).toBeNull();
  });

  test('are read back with the digests that its pods must carry', () => {
    const rendered = files({ cluster: { ...cluster, collector: null } });
    expect(readRelease('prod', parts.version.model, rendered)).toEqual({
      environment: 'prod',
      model: parts.version.model,
      digest: parts.version.digest,
      images: { model: cluster.image, server: digestOf('image') },
      app: parts.app,
      baseline: parts.version.baseline
    });
  });

  test.each([
    [
      'digest of the artifact',
      'inferenceservice.yaml',
      /jupyterlab-mlops\/digest: .*/,
      'x: y'
    ],
    ['name', 'inferenceservice.yaml', /name: bike\n/, 'name: car\n'],
    ['digest of the server', 'servingruntime.yaml', /@sha256:.*/, ':latest']
  ])('are refused without the %s', (_, file, from, to) => {
    const rendered = files({ cluster: { ...cluster, collector: null } });
    const path = `environments/prod/bike/${file}`;
    rendered.set(path, (rendered.get(path) ?? '').replace(from, to));
    expect(() => readRelease('prod', 'bike', rendered)).toThrow(
      expect.objectContaining({
        body: expect.objectContaining({
          code: 'manifest-broken',
          message: expect.stringContaining(path)
        })
      })
    );
  });

  test('ask Prometheus only where its operator is installed', () => {
    const kinds = (prometheus: boolean): string[] =>
      objects(
        files({ cluster: { ...cluster, prometheus, collector: null } }).get(
          'environments/prod/bike/monitoring.yaml'
        ) ?? ''
      ).map(({ kind }) => kind);
    expect(kinds(false)).toEqual(['ConfigMap']);
    expect(kinds(true)).toEqual(['ConfigMap', 'PodMonitor', 'PrometheusRule']);
  });

  test('are all in the namespace of the target', () => {
    for (const text of files({
      cluster: { ...cluster, prometheus: true, collector: null }
    }).values()) {
      for (const object of objects(text)) {
        expect(object).toMatchObject({ metadata: { namespace: 'ml-prod' } });
      }
    }
  });

  test('have no collector where none is named', () => {
    const rendered = files({ cluster: { ...cluster, collector: null } });
    expect([...rendered.keys()]).not.toContain('environments/prod/monitor.yaml');
    expect([...rendered.values()].join()).not.toContain('logger');
  });
});

describe('the target of an environment', () => {
  const text = (target: string): string =>
    renderEnvironment(declared('dev', {})).replace('name: this computer', target);

  test('is a cluster and a namespace', () => {
    const target = { name: 'datacenter', namespace: 'ml-dev' };
    const written = renderEnvironment(declared('dev', {}, target));
    expect(readEnvironment('dev', written).target).toEqual(target);
  });

  test.each(['name: elsewhere', 'namespace: ml-dev'])(
    'is refused where it is %s',
    target => {
      expect(() => readEnvironment('dev', text(target))).toThrow(
        expect.objectContaining({
          body: expect.objectContaining({
            cause: expect.stringContaining("a cluster's name and namespace")
          })
        })
      );
    }
  );
});

describe('the collector of a release', () => {
  const image = `registry.example.com/x@${digestOf('image')}`;
  const project = (text: object): Project => Project.parse(text);
  const registered = MonitoringSettings.parse({ sensitive: ['age', 'name'] });

  test('keeps no column that the registration or the project calls sensitive', () => {
    const named = project({
      monitoring: { collector: { image }, sensitive: ['name', 'city'] }
    });
    expect(collectorOf(named, registered)?.sensitive).toEqual(['age', 'name', 'city']);
    expect(collectorOf(named, null)?.sensitive).toEqual(['name', 'city']);
  });

  test.each([
    ['nothing is named', {}],
    [
      'somebody else is told of the requests',
      {
        monitoring: { collector: { image } },
        serving: { image, logger: 'http://sink.example.com' }
      }
    ]
  ])('is none where %s', (_, text) => {
    expect(collectorOf(project(text), registered)).toBeNull();
  });
});

describe('the manifests of a release', () => {
  test('are the same text for the same release', () => {
    expect(renderRelease(parts)).toEqual(renderRelease(structuredClone(parts)));
  });

  test('are real objects of KServe and of the Prometheus operator', () => {
    const kinds = [...files().values()]
      .flatMap(objects)
      .map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(kinds).toEqual([
      'serving.kserve.io/v1beta1 InferenceService',
      'serving.kserve.io/v1alpha1 ServingRuntime',
      'v1 ConfigMap',
      'v1 ConfigMap',
      'monitoring.coreos.com/v1 PodMonitor',
      'monitoring.coreos.com/v1 PrometheusRule'
    ]);
  });

  test('have labels and names that Kubernetes accepts', () => {
    for (const object of [...files().values()].flatMap(objects)) {
      const { labels, name } = Object(object).metadata;
      expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
      for (const value of Object.values(labels)) {
        expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
      }
    }
  });

  test('name every content by digest and hold no row of data', () => {
    const image = digestOf('image');
    const text = [...files({ version: { ...parts.version, image } }).values()].join(
      '\n'
    );
    for (const digest of [
      parts.version.digest,
      parts.app,
      parts.version.baseline,
      image
    ]) {
      expect(text).toContain(digest);
    }
    expect(text).not.toMatch(/:latest|image: [^@\n]*\n/);
  });

  test.each([parts.app, null])('are read back as they were written (app %s)', app => {
    const { version } = parts;
    expect(readRelease('prod', 'bike', files({ app }))).toEqual({
      environment: 'prod',
      model: 'bike',
      digest: version.digest,
      images: null,
      app,
      baseline: version.baseline
    });
  });

  test('say that a model has no app by having no file for one', () => {
    expect(
      renderRelease({ ...parts, app: null }).get('environments/prod/bike/app.yaml')
    ).toBeNull();
  });

  test('without their inferenceservice.yaml are refused', () => {
    const left = files();
    left.delete('environments/prod/bike/inferenceservice.yaml');
    expect(() => readRelease('prod', 'bike', left)).toThrow(
      'has no inferenceservice.yaml'
    );
  });

  test('of another model in this folder are refused', () => {
    const path = 'environments/prod/bike/inferenceservice.yaml';
    const text = (files().get(path) ?? '').replace('name: bike', 'name: taxi');
    expect(() => readRelease('prod', 'bike', new Map([[path, text]]))).toThrow(
      'environments/prod/bike/inferenceservice.yaml in the'
    );
  });
});

describe('environment.yaml', () => {
  test('is read back as it was written', () => {
    const staging = declared('staging', {
      after: 'dev',
      approvals: 2,
      maxP95Milliseconds: 50
    });
    for (const environment of [...DEFAULT_ENVIRONMENTS, staging]) {
      expect(readEnvironment(environment.name, renderEnvironment(environment))).toEqual(
        environment
      );
    }
  });

  test.each([
    ['an unknown key', 'approvals: 0', 'approvers: 0'],
    ['a wrong type', 'approvals: 0', 'approvals: many'],
    ['another name than its folder', 'name: dev', 'name: prod'],
    ['a target that is not this computer', 'name: this computer', 'name: moon']
  ])('with %s is refused', (_, good, bad) => {
    const text = renderEnvironment(DEFAULT_ENVIRONMENTS[0]);
    expect(text).toContain(good);
    expect(() => readEnvironment('dev', text.replace(good, bad))).toThrow(
      'cannot be used'
    );
  });

  test('puts each environment behind the one that it asks for', () => {
    const names = inOrder([
      declared('prod', { after: 'staging' }),
      declared('staging', { after: 'dev' }),
      declared('alpha', { after: 'prod' }),
      declared('dev', {})
    ]).map(({ name }) => name);
    expect(names).toEqual(['dev', 'staging', 'prod', 'alpha']);
  });

  test('in a circle loses nobody', () => {
    const circle = [declared('a', { after: 'b' }), declared('b', { after: 'a' })];
    expect(inOrder(circle)).toHaveLength(2);
  });
});

test.each([
  ['environments/dev/bike/app.yaml', { environment: 'dev', model: 'bike' }],
  ['environments/dev/bike/edge/app.yaml', { environment: 'dev', model: 'bike' }],
  ['environments/dev/environment.yaml', null],
  ['environments/Dev/bike/app.yaml', null],
  ['README.md', null],
  ['other/dev/bike/app.yaml', null]
])('%s belongs to the release %j', (path, release) => {
  expect(releaseOf(path)).toEqual(release);
});
