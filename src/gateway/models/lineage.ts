import type { Lineage } from '../../contract/model';
import type { RunDetail } from '../../contract/run';
import { withoutSecrets } from '../../contract/secret-parameter';

/** Where a model of a run comes from. */
export function lineageOfRun(
  run: RunDetail,
  model: Pick<Lineage, 'variable' | 'type' | 'python' | 'imports'>
): Lineage {
  const { cause } = run;
  return {
    ...model,
    run: run.id,
    runNumber: run.number,
    notebook: run.notebook,
    source: run.source,
    data: run.dataDigests,
    packages: run.packages,
    parameters: withoutSecrets(run.parameters),
    retraining: cause.kind === 'retraining' ? cause.retraining : null,
    alert: cause.kind === 'retraining' ? cause.alert : null
  };
}
