import { parseAllDocuments } from 'yaml';

import type { ICompiled } from '../compile-input';
import { compileKfp } from '../kfp/compile-kfp';
import { quantity } from '../quantity';
import { compileTekton } from '../tekton/compile-tekton';
import { compileInput as input, compileStep as step } from './compile-builder';

/** The documents as plain values, read as an old reader of YAML 1.1 does. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- documents of others
function read({ yaml }: ICompiled): any[] {
  return parseAllDocuments(yaml ?? '', { version: '1.1' }).map(one => one.toJS());
}

function codes({ diagnostics }: ICompiled): string[] {
  return diagnostics.map(({ code }) => code);
}

/** Bytes that nothing compresses, the same each time. */
function noise(bytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: bytes }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  });
}

const COMPILERS = { kfp: compileKfp, tekton: compileTekton };

describe.each(Object.entries(COMPILERS))('%s', (_, compile) => {
  it('gives the same bytes for the same input', () => {
    expect(compile(input()).yaml).toBe(compile(input()).yaml);
  });

  it('lets nothing of a cell stand in the open', () => {
    expect(compile(input()).yaml).not.toMatch(/touch x|workflow\.name/);
  });

  it('refuses a step without an image, and an image by its tag', () => {
    const none = compile(input({ image: undefined }));
    expect(none.yaml).toBeNull();
    expect(codes(none)).toEqual(['image-missing', 'image-missing']);
    const tagged = compile(input({ image: 'python:3' }));
    expect(tagged.yaml).toBeNull();
    expect(tagged.diagnostics[0]).toMatchObject({
      code: 'image-by-tag',
      fix: expect.stringContaining('docker://python:3')
    });
  });

  it('carries small files and asks for a claim for the others', () => {
    const files = [
      { path: 'small.csv', content: noise(100) },
      { path: 'large.csv', content: noise(600 * 1024) }
    ];
    const refused = compile(input({ files }));
    expect(codes(refused)).toEqual(['files-too-large']);
    expect(refused.diagnostics[0].message).toContain('large.csv (600 KiB)');
    expect(refused.diagnostics[0].message).not.toContain('small.csv');
    const compiled = compile(input({ files, filesClaim: 'data' }));
    expect(codes(compiled)).toEqual(['files-required']);
    expect(compiled.yaml).toContain('--required');
  });

  it('says which step is too large', () => {
    const source = Buffer.from(noise(600 * 1024)).toString('base64');
    const steps = [step('big', { cells: [{ id: 'c', index: 4, source }] })];
    const refused = compile(input({}, steps));
    expect(codes(refused)).toEqual(['step-too-large']);
    expect(refused.diagnostics[0].message).toContain('cell 5');
  });

  it('says which parts make a pipeline larger than a cluster keeps', () => {
    const source = Buffer.from(noise(60 * 1024)).toString('base64');
    const steps = Array.from({ length: 30 }, (__, at) =>
      step(`s${at}`, { cells: [{ id: 'c', index: at, source }] })
    );
    expect(codes(compile(input({}, steps)))).toEqual(['pipeline-too-large']);
  });

  it('warns of an environment variable that nothing sets', () => {
    const steps = [step('load', { environment: ['PASSWORD', 'HOME'] })];
    expect(codes(compile(input({}, steps)))).toEqual(['environment-unset']);
    const secrets = { PASSWORD: { secret: 'db', key: 'password' } };
    const set = compile(input({ secrets }, steps));
    expect(codes(set)).toEqual([]);
    expect(set.yaml).toMatch(/db/);
  });

  it('keeps its own tasks apart from steps of the same name', () => {
    const steps = [step('prepare'), step('executed-notebook')];
    expect(compile(input({}, steps)).yaml).toContain('prepare-0');
  });
});

describe('Kubeflow Pipelines', () => {
  it('sets resources in the words of old and new back ends, retries, cache and time', () => {
    const steps = [
      step('train', {
        resources: { cpu: '500m', memory: '4Gi' },
        retries: 2,
        timeoutSeconds: 90,
        cache: false
      })
    ];
    const [spec, platform] = read(compileKfp(input({}, steps)));
    expect(spec.deploymentSpec.executors['exec-train'].container.resources).toEqual({
      cpuLimit: 0.5,
      resourceCpuLimit: '500m',
      memoryLimit: 4.294967296,
      resourceMemoryLimit: '4Gi'
    });
    const { train } = spec.root.dag.tasks;
    expect(train.cachingOptions).toEqual({});
    expect(train.retryPolicy.maxRetryCount).toBe(2);
    const { executors } = platform.platforms.kubernetes.deploymentSpec;
    expect(executors['exec-train'].activeDeadlineSeconds).toBe('150');
  });

  it('declares parameters with their types, whatever their names mean to YAML', () => {
    const given = input();
    given.pipeline.parameters = [
      { name: 'no', type: 'str', default: '12:30', cell: 0 },
      { name: 'count', type: 'int', default: 3, cell: 0 },
      { name: 'parts', type: 'list', default: [1], cell: 0 },
      { name: 'any', type: 'none', default: null, cell: 0 }
    ];
    given.pipeline.parametersCell = 0;
    const [spec] = read(compileKfp(given));
    expect(spec.root.inputDefinitions.parameters).toMatchObject({
      no: { parameterType: 'STRING', defaultValue: '12:30' },
      count: { parameterType: 'NUMBER_INTEGER', defaultValue: 3 },
      parts: { parameterType: 'LIST', defaultValue: [1] },
      any: { parameterType: 'STRING', defaultValue: 'null' }
    });
  });

  it('hands the values of a step only to those that read them', () => {
    const steps = [
      step('a', { outputs: ['x'] }),
      step('b', { after: ['a'] }),
      step('c', { after: ['b'], inputs: [{ variable: 'x', from: 'a' }] })
    ];
    const [spec] = read(compileKfp(input({}, steps)));
    const inputs = (id: string): string[] =>
      Object.keys(spec.components[`comp-${id}`].inputDefinitions.artifacts);
    expect(inputs('b')).toEqual(['bundle', 'files-a']);
    expect(inputs('c')).toEqual(['bundle', 'values-a', 'files-a', 'files-b']);
  });
});

describe('Tekton', () => {
  it('passes Pod Security "restricted" in every container', () => {
    const [pipeline] = read(compileTekton(input()));
    const { tasks, finally: last } = pipeline.spec;
    for (const { taskSpec } of [...tasks, ...last]) {
      for (const { securityContext } of taskSpec.steps) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          runAsNonRoot: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' }
        });
      }
    }
  });

  it('orders tasks, limits their time and hands on metrics', () => {
    const steps = [
      step('a'),
      step('b', { after: ['a'], timeoutSeconds: 30, retries: 1 })
    ];
    const [pipeline, run] = read(compileTekton(input({}, steps)));
    const b = pipeline.spec.tasks.find(({ name }: { name: string }) => name === 'b');
    expect(b).toMatchObject({ runAfter: ['prepare', 'a'], timeout: '90s', retries: 1 });
    expect(pipeline.spec.results).toContainEqual({
      name: 'metrics-b',
      value: '$(tasks.b.results.metrics)'
    });
    expect(run.spec.pipelineRef).toEqual({ name: 'demo' });
  });

  it('runs on the claim that holds the large files', () => {
    const large = { 'data/all.csv': 10 ** 9 };
    const [, run] = read(compileTekton(input({ large, filesClaim: 'data' })));
    expect(run.spec.workspaces[0].persistentVolumeClaim).toEqual({ claimName: 'data' });
  });
});

it('reads quantities as Kubernetes does', () => {
  expect(['500m', '2', '1.5', '4Gi', '1G', '1k'].map(quantity)).toEqual([
    0.5,
    2,
    1.5,
    4 * 2 ** 30,
    1e9,
    1000
  ]);
  expect(['', '-1', '4GB', '1e3', 'two'].map(quantity)).toEqual([
    null,
    null,
    null,
    null,
    null
  ]);
});
