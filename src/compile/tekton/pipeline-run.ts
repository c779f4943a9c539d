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
      workspaces: [
        filesClaim === undefined
          ? {
              name: WORKSPACE,
              volumeClaimTemplate: {
                spec: {
                  accessModes: ['ReadWriteOnce'],
                  resources: { requests: { storage: '5Gi' } }
                }
              }
            }
          : { name: WORKSPACE, persistentVolumeClaim: { claimName: filesClaim } }
      ]
    }
  };
}
