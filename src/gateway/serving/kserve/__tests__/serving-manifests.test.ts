import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { ServingSettings } from '../../../../contract/serving';
import { REPOSITORY } from '../../../__tests__/core-builder';
import {
  originAnnotations,
  readOrigin
} from '../../../monitoring/collector/annotations';
import { serviceName } from '../resources';
import { servingManifests } from '../serving-manifests';
import { NEW, REGISTRY, SERVER } from './objects';

/** Cut from KServe's own definitions by `tests/golden/kserve.py`; unknown fields are refused. */
const { definitions } = z
  .object({ definitions: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(
    JSON.parse(readFileSync(join(REPOSITORY, 'tests/fixtures/kserve.json'), 'utf8'))
  );
const taken = (kind: string): z.ZodType => z.fromJSONSchema(definitions[kind]);

const IMAGE = `${REGISTRY}/mlserver@${SERVER}`;

const render = (
  settings: object = {},
  parts: object = {}
): ReturnType<typeof servingManifests> =>
  servingManifests({
    namespace: 'fraud-prod',
    model: 'fraud',
    kind: 'sklearn',
    modelImage: `${REGISTRY}/models@${NEW}`,
    settings: ServingSettings.parse({ image: IMAGE, ...settings }),
    labels: { 'jupyterlab-mlops/version': '3' },
    annotations: { 'jupyterlab-mlops/digest': NEW },
    ...parts
  });

describe('the manifests of a served model', () => {
  it('name model and server by digest, and what KServe and Argo CD agree about', () => {
    const { inferenceService, servingRuntime } = render();
    expect(inferenceService).toEqual({
      apiVersion: 'serving.kserve.io/v1beta1',
      kind: 'InferenceService',
      metadata: {
        name: 'fraud',
        namespace: 'fraud-prod',
        labels: { 'jupyterlab-mlops/version': '3' },
        annotations: {
          'jupyterlab-mlops/digest': NEW,
          'serving.kserve.io/deploymentMode': 'Standard',
          'serving.kserve.io/autoscalerClass': 'none'
        }
      },
      spec: {
        predictor: {
          minReplicas: 1,
          maxReplicas: 1,
          model: {
            modelFormat: { name: 'sklearn' },
            protocolVersion: 'v2',
            runtime: 'fraud-runtime',
            storageUri: `oci://${REGISTRY}/models@${NEW}`
          }
        }
      }
    });
    expect(servingRuntime.metadata.name).toBe('fraud-runtime');
    expect(servingRuntime).toMatchObject({
      spec: {
        protocolVersions: ['v2'],
        containers: [{ name: 'kserve-container', image: IMAGE }]
      }
    });
  });

  it('call a pod ready only when it has the model', () => {
    expect(render().servingRuntime).toMatchObject({
      spec: {
        containers: [
          {
            readinessProbe: { httpGet: { path: '/v2/models/fraud/ready', port: 8080 } },
            startupProbe: { periodSeconds: 2, failureThreshold: 150 }
          }
        ]
      }
    });
  });

  it('leave the number of pods to KServe only where it may differ', () => {
    const annotations = (settings: object): object =>
      render(settings).inferenceService.metadata.annotations ?? {};
    expect(annotations({ minReplicas: 2 })).toHaveProperty([
      'serving.kserve.io/autoscalerClass'
    ]);
    expect(annotations({ minReplicas: 1, maxReplicas: 3 })).not.toHaveProperty([
      'serving.kserve.io/autoscalerClass'
    ]);
  });

  it.each<[string, object, object]>([
    [
      'an older KServe',
      { deploymentMode: 'RawDeployment' },
      {
        metadata: {
          annotations: { 'serving.kserve.io/deploymentMode': 'RawDeployment' }
        }
      }
    ],
    [
      'several pods',
      { minReplicas: 2, maxReplicas: 5 },
      { spec: { predictor: { minReplicas: 2, maxReplicas: 5 } } }
    ],
    [
      'a fixed number of pods',
      { minReplicas: 3 },
      { spec: { predictor: { minReplicas: 3, maxReplicas: 3 } } }
    ],
    [
      'a service account',
      { serviceAccount: 'models' },
      { spec: { predictor: { serviceAccountName: 'models' } } }
    ],
    [
      'a sink of requests',
      { logger: 'http://sink.monitoring.svc' },
      {
        spec: {
          predictor: { logger: { mode: 'all', url: 'http://sink.monitoring.svc' } }
        }
      }
    ]
  ])('say what was asked for: %s', (_, settings, expected) => {
    const { inferenceService } = render(settings);
    expect(inferenceService).toMatchObject(expected);
    taken('InferenceService').parse(inferenceService.spec);
  });

  const collected = { digest: NEW, environment: 'prod', sensitive: ['age', 'a,b=c&d'] };

  it('send requests to the collector, with what it has to know of them', () => {
    const { inferenceService } = render({}, { collected });
    expect(inferenceService.spec).toMatchObject({
      predictor: {
        logger: {
          mode: 'all',
          url: 'http://mlops-monitor.fraud-prod.svc:8080/',
          metadataAnnotations: [
            'jupyterlab-mlops/digest',
            'jupyterlab-mlops/environment',
            'jupyterlab-mlops/sensitive'
          ]
        }
      }
    });
    const { annotations = {} } = inferenceService.metadata;
    // KServe's agent does not start with a comma or a quote in one.
    expect(Object.values(annotations).join('')).not.toMatch(/[",]/);
    expect(readOrigin(annotations)).toEqual(collected);
    taken('InferenceService').parse(inferenceService.spec);
  });

  it('send requests to whom the settings name, even where there is a collector', () => {
    const url = 'http://sink.monitoring.svc';
    const { inferenceService } = render({ logger: url }, { collected });
    expect(inferenceService.spec).toMatchObject({
      predictor: { logger: { mode: 'all', url } }
    });
    expect(Object.keys(inferenceService.metadata.annotations ?? {})).not.toContain(
      'jupyterlab-mlops/sensitive'
    );
  });

  it.each([
    ['no digest', { 'jupyterlab-mlops/digest': undefined }],
    ['no environment', { 'jupyterlab-mlops/environment': undefined }],
    ['no word of sensitive columns', { 'jupyterlab-mlops/sensitive': undefined }],
    ['names that are not encoded', { 'jupyterlab-mlops/sensitive': '%zz' }],
    ['another digest', { 'jupyterlab-mlops/digest': 'latest' }]
  ])('are not guessed about: %s', (_, change) => {
    expect(readOrigin({ ...originAnnotations(collected), ...change })).toBeNull();
    const none = originAnnotations({ ...collected, sensitive: [] });
    expect(readOrigin(none)?.sensitive).toEqual([]);
  });

  it('ask for what the pods are allowed', () => {
    const { servingRuntime } = render({ cpu: '500m', memory: '1Gi' });
    const resources = { cpu: '500m', memory: '1Gi' };
    expect(servingRuntime).toMatchObject({
      spec: {
        containers: [{ resources: { requests: resources, limits: resources } }]
      }
    });
  });

  it('are taken by KServe, which refuses an unknown field', () => {
    const { inferenceService, servingRuntime } = render();
    taken('InferenceService').parse(inferenceService.spec);
    taken('ServingRuntime').parse(servingRuntime.spec);
    const odd = {
      predictor: { model: { modelFormat: { name: 'x' }, storageUrl: '' } }
    };
    expect(taken('InferenceService').safeParse(odd).success).toBe(false);
  });

  it.each([
    ['2024-fraud', /^x-2024-fraud-[0-9a-f]{10}$/],
    ['a'.repeat(63), /^a{42}-[0-9a-f]{10}$/],
    ['fraud', /^fraud$/]
  ])('give %s a name that its Service can have', (model, expected) => {
    const name = serviceName(model);
    expect(name).toMatch(expected);
    expect(`${name}-predictor`.length).toBeLessThanOrEqual(63);
  });

  it.each([
    [{ image: 'mlserver:1.7.1' }, /digest/],
    [{ minReplicas: 3, maxReplicas: 2 }, /less than/],
    [{ memory: 'much' }, /2Gi/],
    [{ logger: 'file:///tmp/rows' }, /URL/]
  ])('are refused with %j', (settings, words) => {
    expect(() => ServingSettings.parse({ image: IMAGE, ...settings })).toThrow(words);
  });
});
