import { TektonSettings } from '../../contract/tekton';
import type { IStartedRun } from '../tekton/started-run';
import { compileTektonRun } from '../tekton/compile-tekton';
import { compileInput, compileStep, IMAGE } from './compile-builder';

function started(more: Partial<IStartedRun> = {}, settings: object = {}) {
  const input = compileInput({}, [
    compileStep('load', { outputs: ['x'] }),
    compileStep('train', {
      inputs: [{ variable: 'x', from: 'load' }],
      after: ['load']
    })
  ]);
  input.pipeline.parameters = [
    { name: 'word', type: 'str', default: 'a', cell: 0 },
    { name: 'trees', type: 'int', default: 1, cell: 0 },
    { name: 'any', type: 'any', default: null, cell: 0 }
  ];
  const { objects, diagnostics } = compileTektonRun(input, {
    name: 'demo-1',
    labels: { 'mlops.jupyter.org/run': 'id' },
    settings: TektonSettings.parse({ image: IMAGE, ...settings }),
    parameters: {},
    ...more
  });
  expect(diagnostics).toEqual([]);
  if (!objects) {
    throw new Error('Nothing was compiled.');
  }
  return objects;
}

describe('a run that is started with Tekton', () => {
  it('has its name and labels on both objects', () => {
    const { pipeline, pipelineRun } = started();
    for (const { metadata } of [pipeline, pipelineRun]) {
      expect(metadata).toEqual({
        name: 'demo-1',
        labels: { 'mlops.jupyter.org/run': 'id' }
      });
    }
    expect(pipelineRun.spec.pipelineRef).toEqual({ name: 'demo-1' });
  });

  it('hands on parameters as text that keeps their types', () => {
    const parameters = { word: '5', trees: 8, any: 'five' };
    expect(started({ parameters }).pipelineRun.spec.params).toEqual([
      { name: 'word', value: '5' },
      { name: 'trees', value: '8' },
      { name: 'any', value: '"five"' }
    ]);
  });

  it('gets a claim of its own, or the one that is named', () => {
    expect(started({}, { storageClass: 'fast' }).pipelineRun.spec.workspaces).toEqual([
      {
        name: 'run',
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'fast',
            resources: { requests: { storage: '5Gi' } }
          }
        }
      }
    ]);
    expect(started({}, { claim: 'runs' }).pipelineRun.spec.workspaces).toEqual([
      { name: 'run', persistentVolumeClaim: { claimName: 'runs' } }
    ]);
  });

  it('has only the steps that are left, and begins with what the others have left', () => {
    const taken = { run: 'demo-0', steps: ['load'] };
    const { pipeline, pipelineRun } = started({ taken, claim: 'runs' });
    const [prepare, train, ...rest] = pipeline.spec.tasks;
    expect(rest).toEqual([]);
    expect(JSON.stringify(prepare)).toContain(
      '"--taken-from","$(workspaces.run.path)/mlops-runs/demo-0","--taken","load"'
    );
    expect(train).toMatchObject({ name: 'train', runAfter: ['prepare'] });
    expect(pipeline.spec.results.map(({ name }) => name)).toEqual(['metrics-train']);
    expect(pipelineRun.spec.workspaces).toEqual([
      { name: 'run', persistentVolumeClaim: { claimName: 'runs' } }
    ]);
  });

  it('prints for a program, and is a user that may not be root', () => {
    const { pipeline, pipelineRun } = started({}, { runAsUser: 1000, fsGroup: 2000 });
    expect(JSON.stringify(pipeline.spec.tasks[1])).toContain('"--live"');
    expect(pipelineRun.spec.taskRunTemplate.podTemplate.securityContext).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
      runAsUser: 1000,
      fsGroup: 2000
    });
  });
});
