import { parseAllDocuments } from 'yaml';

import { EnvironmentRules } from '../../../../contract/environment';
import { buildVersion, digestOf } from '../../__tests__/model-builder';
import {
  declared,
  DEFAULT_ENVIRONMENTS,
  inOrder,
  readEnvironment,
  renderEnvironment
} from '../environment-manifest';
import { releaseOf } from '../layout';
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
