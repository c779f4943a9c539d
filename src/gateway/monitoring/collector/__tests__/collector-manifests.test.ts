import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { CollectorSettings } from '../../../../contract/collector';
import { collectorManifests } from '../collector-manifests';

const IMAGE = `registry.example.com/mlops@sha256:${'a'.repeat(64)}`;

const Named = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string() })
});
const Pod = z.looseObject({
  securityContext: z.unknown(),
  automountServiceAccountToken: z.boolean(),
  containers: z.tuple([
    z.looseObject({ image: z.string(), args: z.array(z.string()) })
  ]),
  volumes: z.array(z.unknown())
});
const Deployment = z.looseObject({
  spec: z.looseObject({ template: z.looseObject({ spec: Pod }) })
});

const render = (settings: object = {}) =>
  parseAllDocuments(
    collectorManifests('ml-dev', CollectorSettings.parse({ image: IMAGE, ...settings }))
  ).map(document => document.toJS() as unknown);

const podOf = (settings: object = {}) =>
  Deployment.parse(render(settings)[0]).spec.template.spec;

describe('the manifests of the collector', () => {
  it('are a Deployment, its Service and a NetworkPolicy in the namespace', () => {
    const objects = render().map(object => Named.parse(object));
    expect(objects.map(({ kind }) => kind)).toEqual([
      'Deployment',
      'Service',
      'NetworkPolicy'
    ]);
    for (const { metadata } of objects) {
      expect(metadata).toMatchObject({ name: 'mlops-monitor', namespace: 'ml-dev' });
    }
  });

  it('pass Pod Security “restricted”, and have no right on the cluster', () => {
    const pod = podOf();
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' }
    });
    expect(pod.containers[0]).toMatchObject({
      image: IMAGE,
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] }
      },
      resources: {
        requests: { cpu: '500m', memory: '512Mi' },
        limits: { cpu: '500m', memory: '512Mi' }
      }
    });
  });

  it('let models post, and nobody else anything', () => {
    expect(render()[2]).toMatchObject({
      spec: {
        podSelector: { matchLabels: { 'app.kubernetes.io/name': 'mlops-monitor' } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          {
            from: [
              {
                podSelector: {
                  matchExpressions: [
                    { key: 'serving.kserve.io/inferenceservice', operator: 'Exists' }
                  ]
                }
              }
            ],
            ports: [{ port: 8080, protocol: 'TCP' }]
          }
        ]
      }
    });
    expect(render()[2]).not.toHaveProperty('spec.egress');
  });

  it.each<[string, object, object]>([
    ['of the pod', {}, { name: 'data', emptyDir: { sizeLimit: '1536Mi' } }],
    [
      'of a claim',
      { claim: 'requests' },
      { name: 'data', persistentVolumeClaim: { claimName: 'requests' } }
    ]
  ])('keep requests on storage %s', (_, settings, volume) => {
    expect(podOf(settings).volumes).toContainEqual(volume);
  });

  it('say who the pod is where the cluster does not', () => {
    expect(podOf({ runAsUser: 1001, fsGroup: 1001 }).securityContext).toMatchObject({
      runAsUser: 1001,
      fsGroup: 1001
    });
  });

  it('are the same text for the same settings', () => {
    const settings = CollectorSettings.parse({ image: IMAGE });
    expect(collectorManifests('a', settings)).toBe(collectorManifests('a', settings));
  });

  it.each([
    [{ image: 'mlops:latest' }, /digest/],
    [{ image: IMAGE, memory: 'much' }, /2Gi/],
    [{ image: IMAGE, runAsUser: 0 }, />=1/]
  ])('are refused with %j', (settings, words) => {
    expect(() => CollectorSettings.parse(settings)).toThrow(words);
  });
});
