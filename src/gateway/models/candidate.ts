import { MlopsError } from '../../contract/mlops-error';
import type { ModelCandidate, RunDetail } from '../../contract/run';
import { SERVED_KINDS, servingKind } from '../serving/kinds';

/**
 * Finds the model of a run.
 *
 * @param chosen The variable that the user or `mlops.yaml` names.
 * @throws MlopsError `run-not-succeeded`, `no-model`, `several-models`, `model-variable-unknown`,
 *   `model-kind-not-served`
 */
export function chooseCandidate(
  run: Pick<RunDetail, 'state' | 'number' | 'models'>,
  chosen: string | undefined
): ModelCandidate {
  if (run.state !== 'succeeded') {
    throw new MlopsError('conflict', {
      code: 'run-not-succeeded',
      message: `Run ${run.number} has not succeeded (${run.state}): its model is not registered.`,
      action: 'Wait for its end, or retry it from the failed step.'
    });
  }
  return pickCandidate(run.models, chosen);
}

/**
 * Picks the model among those that were found.
 *
 * @throws MlopsError as {@link chooseCandidate}
 */
export function pickCandidate(
  models: ModelCandidate[],
  chosen: string | undefined
): ModelCandidate {
  const candidates = lastOfEach(models);
  if (candidates.length === 0) {
    throw new MlopsError('refused', {
      code: 'no-model',
      message: 'This run trained nothing that can be registered.',
      cause: `No variable at the end of a step holds a trained model (${SERVED_KINDS}).`
    });
  }
  const candidate = pick(candidates, chosen);
  servingKind(candidate.kind, candidate);
  return candidate;
}

function pick(
  candidates: ModelCandidate[],
  chosen: string | undefined
): ModelCandidate {
  const variables = candidates.map(({ variable }) => variable);
  if (chosen !== undefined) {
    const found = candidates.find(({ variable }) => variable === chosen);
    if (!found) {
      throw new MlopsError('refused', {
        code: 'model-variable-unknown',
        message: `No model is in the variable "${chosen}" at the end of a step.`,
        cause: `Models were found in: ${variables.join(', ')}.`,
        details: { variables }
      });
    }
    return found;
  }
  // A model whose training was not seen was loaded, or is a part of another.
  for (const group of [
    candidates,
    candidates.filter(({ fitCaptured }) => fitCaptured),
    candidates.filter(({ fitCaptured, kind }) => fitCaptured && kind !== null)
  ]) {
    if (group.length === 1) {
      return group[0];
    }
  }
  throw new MlopsError('refused', {
    code: 'several-models',
    message: `This run trained several models: ${variables.join(', ')}.`,
    action: 'Choose one, or name its variable as model.variable in mlops.yaml.',
    details: { variables }
  });
}

/** A variable that several steps hold is one model: the one that the last step left. */
function lastOfEach(models: ModelCandidate[]): ModelCandidate[] {
  return [...new Map(models.map(model => [model.variable, model])).values()];
}
