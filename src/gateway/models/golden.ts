import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import type { IPrediction } from '../serving/port';
import type { Description } from './model-folder';

const Scalar = z.union([z.number(), z.string(), z.boolean()]);

/** Rows of the training data and what the model said about them when it was trained. */
export const GoldenRequest = z.object({
  rows: z.array(z.record(z.string(), z.unknown())).min(1),
  predictions: z.array(Scalar),
  probabilities: z.array(z.array(z.number())).nullable()
});
export type GoldenRequest = z.infer<typeof GoldenRequest>;

/**
 * The golden request in a model's description; null where it has no example.
 *
 * @throws MlopsError `model-output-not-served` where the model gives several values for a row
 */
export function goldenRequest(example: Description['example']): GoldenRequest | null {
  if (!example?.rows.length) {
    return null;
  }
  const golden = GoldenRequest.safeParse(example);
  if (!golden.success) {
    throw new MlopsError('refused', {
      code: 'model-output-not-served',
      message: 'The model does not give one number, text or truth value for each row.',
      cause:
        'Models with several outputs a row, or with missing predictions, are not served.',
      action: 'Train one model for each output.'
    });
  }
  return golden.data;
}

const RELATIVE = 1e-6;
const ABSOLUTE = 1e-9;

/** How an answer compares with the golden one: counts and distances only, no values of rows. */
export interface IGoldenResult {
  same: boolean;
  /** One sentence. */
  summary: string;
}

/**
 * Compares an answer with what the model said in training: numbers within 1e-6 relative plus 1e-9
 * absolute, classes equal.
 */
export function compareGolden(
  golden: GoldenRequest,
  given: IPrediction
): IGoldenResult {
  const rows = golden.predictions.length;
  if (given.predictions.length !== rows) {
    return {
      same: false,
      summary: `${given.predictions.length} predictions were given, ${rows} expected.`
    };
  }
  const wrong = golden.predictions.filter(
    (expected, row) => !isSame(expected, given.predictions[row])
  ).length;
  if (wrong > 0) {
    return { same: false, summary: differ(wrong, rows, golden, given) };
  }
  const probabilities = golden.probabilities?.flat() ?? [];
  const answered = given.probabilities?.flat() ?? [];
  // Without probabilities in the answer there is nothing to compare them with.
  const moved = answered.length
    ? probabilities.filter((expected, index) => !isSame(expected, answered[index]))
        .length
    : 0;
  return moved > 0
    ? {
        same: false,
        summary: `${moved} of ${probabilities.length} probabilities differ from those in training.`
      }
    : { same: true, summary: `${rows} of ${rows} predictions are those of training.` };
}

function isSame(expected: unknown, given: unknown): boolean {
  if (typeof expected === 'number' && typeof given === 'number') {
    return Math.abs(expected - given) <= RELATIVE * Math.abs(expected) + ABSOLUTE;
  }
  return expected === given;
}

function differ(
  wrong: number,
  rows: number,
  golden: GoldenRequest,
  given: IPrediction
): string {
  const distances = golden.predictions.flatMap((expected, row) => {
    const other = given.predictions[row];
    return typeof expected === 'number' && typeof other === 'number'
      ? [Math.abs(expected - other)]
      : [];
  });
  const greatest = distances.length
    ? `, the greatest by ${Math.max(...distances).toPrecision(3)}`
    : '';
  return `${wrong} of ${rows} predictions differ from those in training${greatest}.`;
}
