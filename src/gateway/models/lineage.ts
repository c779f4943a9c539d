import type { Lineage } from '../../contract/model';
import type { RunDetail } from '../../contract/run';

const SECRET = /token|secret|passw|credential|api_?key|access_?key/i;

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

/** Values of parameters whose name says that they are secret go into no registry and no image. */
export function withoutSecrets(
  parameters: Record<string, unknown>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      SECRET.test(name) ? '[not kept]' : value
    ])
  );
}
