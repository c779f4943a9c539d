import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import type { IPrediction, IServedModel } from '../../serving/port';

/** An example batch with the predictions that the model gave when it was registered. */
export const Golden = z.object({
  rows: z.array(z.record(z.string(), z.unknown())).min(1),
  predictions: z.array(z.union([z.number(), z.string(), z.boolean()]))
});
export type Golden = z.infer<typeof Golden>;

const RELATIVE = 1e-4;
const ABSOLUTE = 1e-6;

/**
 * Asks a model that has just become ready for the answers it gave when it was registered: numbers
 * within 1e-6 + 1e-4 of their size, everything else exactly.
 *
 * @throws MlopsError `golden-request-failed`
 */
export async function answerGolden(
  served: IServedModel,
  golden: Golden
): Promise<void> {
  const { predictions } = await served.predict(golden.rows);
  const wrong = golden.predictions.findIndex(
    (expected, index) => !agrees(expected, predictions[index])
  );
  if (wrong >= 0 || predictions.length !== golden.predictions.length) {
    const { model, version } = served.version;
    const row = Math.max(wrong, 0) + 1;
    throw new MlopsError('failed', {
      code: 'golden-request-failed',
      message: `${model} v${version} does not answer its golden request as it did when it was registered.`,
      cause: `The answer to row ${row} of ${golden.rows.length} differs.`,
      action: 'Test the version again; train and register it anew if it still differs.'
    });
  }
}

function agrees(
  expected: IPrediction['predictions'][number],
  found: IPrediction['predictions'][number] | undefined
): boolean {
  if (typeof expected === 'number' && typeof found === 'number') {
    return Math.abs(expected - found) <= ABSOLUTE + RELATIVE * Math.abs(expected);
  }
  return expected === found;
}
