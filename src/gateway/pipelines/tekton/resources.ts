import { TEKTON_NEEDS } from '../../kube/adapter-needs';
import type { IRequestSubject } from '../../kube/request-subject';
import type { IResource } from '../../kube/resource';

function tekton(plural: string): IResource {
  return { group: 'tekton.dev', version: 'v1', plural, namespaced: true };
}

export const PIPELINES = tekton('pipelines');
export const PIPELINE_RUNS = tekton('pipelineruns');
export const TASK_RUNS = tekton('taskruns');

/** Says which run of ours an object belongs to. */
export const RUN_LABEL = 'mlops.jupyter.org/run';
/** Set by Tekton on TaskRuns and pods. */
export const PIPELINE_RUN_LABEL = 'tekton.dev/pipelineRun';
export const TASK_LABEL = 'tekton.dev/pipelineTask';

/** Everything that a run needs: asked for before it is begun. */
export function neededRights(namespace: string): IRequestSubject[] {
  return TEKTON_NEEDS.rights.flatMap(({ verbs, ...what }) =>
    verbs.map(verb => ({ verb, namespace, ...what }))
  );
}
