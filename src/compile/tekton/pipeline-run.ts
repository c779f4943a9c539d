import type { ICompileInput } from '../compile-input';
import { WORKSPACE } from './tasks';

/** A run of the pipeline, with what its pods may do. */
export function pipelineRun({
  pipeline: { name },
  filesClaim
}: ICompileInput): unknown {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { generateName: `${name.slice(0, 50)}-` },
    spec: {
      pipelineRef: { name },
      // Tekton's own limit is an hour; steps have theirs.
      timeouts: { pipeline: '0' },
      taskRunTemplate: {
        podTemplate: {
          securityContext: {
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' }
          }
        }
      },
      workspaces: [workspace({ claim: filesClaim, storage: '5Gi' })]
    }
  };
}

/** The run's folder lies on a claim that is there, or on one that is made for the run. */
export function workspace(options: {
  claim?: string;
  storageClass?: string;
  storage: string;
}): object {
  const { claim, storageClass, storage } = options;
  return claim === undefined
    ? {
        name: WORKSPACE,
        volumeClaimTemplate: {
          spec: {
            accessModes: ['ReadWriteOnce'],
            ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
            resources: { requests: { storage } }
          }
        }
      }
    : { name: WORKSPACE, persistentVolumeClaim: { claimName: claim } };
}
