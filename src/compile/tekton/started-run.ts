import type { TektonSettings } from '../../contract/tekton';
import type { ICompileInput } from '../compile-input';
import { workspace } from './pipeline-run';
import type { ITakenSteps } from './tasks';

/** What a run that is started here adds to its pipeline. */
export interface IStartedRun {
  /** Of both objects, and of the run's folder on the claim. */
  name: string;
  labels: Record<string, string>;
  settings: TektonSettings;
  /** Values that differ from the notebook's own. */
  parameters: Record<string, unknown>;
  /** What an earlier run has done already, on the same claim. */
  taken?: ITakenSteps;
  /** The claim of that earlier run, where it was its own. */
  claim?: string;
}

/** The `PipelineRun` of one run, under the name that follows from the run's id. */
export function startedRun({ pipeline }: ICompileInput, run: IStartedRun) {
  const { name, labels, settings, parameters } = run;
  const { runAsUser, fsGroup, serviceAccount, storageClass, storage } = settings;
  const types = new Map(pipeline.parameters.map(one => [one.name, one.type]));
  const params = Object.entries(parameters).map(([key, value]) => ({
    name: key,
    value:
      typeof value === 'string' && types.get(key) === 'str'
        ? value
        : JSON.stringify(value)
  }));
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name, labels },
    spec: {
      pipelineRef: { name },
      ...(params.length > 0 ? { params } : {}),
      // Tekton's own limit is an hour; steps have theirs.
      timeouts: { pipeline: '0' },
      taskRunTemplate: {
        ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
        podTemplate: {
          securityContext: {
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
            ...(runAsUser === undefined ? {} : { runAsUser }),
            ...(fsGroup === undefined ? {} : { fsGroup })
          }
        }
      },
      workspaces: [
        workspace({ claim: settings.claim ?? run.claim, storageClass, storage })
      ]
    }
  };
}
