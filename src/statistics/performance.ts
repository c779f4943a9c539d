/** A label of a classification, as data and predictions carry it. */
export type Label = string | number | boolean;

/** NaN for no rows, in every metric of this file. Both arguments are one value a row. */
function requireSameLength(a: { length: number }, b: { length: number }): number {
  if (a.length !== b.length) {
    throw new RangeError(
      `There are ${a.length} labels but ${b.length} predictions; each row needs both.`
    );
  }
  return a.length;
}

/** (1/n) Σ |yᵢ − ŷᵢ|, in the units of the target. */
export function meanAbsoluteError(
  labels: readonly number[],
  predictions: readonly number[]
): number {
  const rows = requireSameLength(labels, predictions);
  return labels.reduce((sum, y, i) => sum + Math.abs(y - predictions[i]), 0) / rows;
}

/** √((1/n) Σ (yᵢ − ŷᵢ)²), in the units of the target. */
export function rootMeanSquaredError(
  labels: readonly number[],
  predictions: readonly number[]
): number {
  const rows = requireSameLength(labels, predictions);
  return Math.sqrt(squaredError(labels, predictions) / rows);
}

/** R² = 1 − Σ (yᵢ − ŷᵢ)² / Σ (yᵢ − ȳ)²; NaN where all labels are equal: there is nothing to explain. */
export function rSquared(
  labels: readonly number[],
  predictions: readonly number[]
): number {
  const rows = requireSameLength(labels, predictions);
  const mean = labels.reduce((sum, y) => sum + y, 0) / rows;
  const spread = labels.reduce((sum, y) => sum + (y - mean) ** 2, 0);
  return spread > 0 ? 1 - squaredError(labels, predictions) / spread : NaN;
}

function squaredError(
  labels: readonly number[],
  predictions: readonly number[]
): number {
  return labels.reduce((sum, y, i) => sum + (y - predictions[i]) ** 2, 0);
}

/** Share of rows whose prediction is the label. */
export function accuracy(
  labels: readonly Label[],
  predictions: readonly Label[]
): number {
  const rows = requireSameLength(labels, predictions);
  return labels.filter((label, i) => label === predictions[i]).length / rows;
}

/** F₁ = 2 TP / (2 TP + FP + FN) of one class; 0 where it is neither labelled nor predicted. */
export function f1Score(
  labels: readonly Label[],
  predictions: readonly Label[],
  positive: Label
): number {
  const rows = requireSameLength(labels, predictions);
  let hits = 0;
  let mentions = 0;
  for (let i = 0; i < rows; i++) {
    hits += labels[i] === positive && predictions[i] === positive ? 1 : 0;
    mentions +=
      (labels[i] === positive ? 1 : 0) + (predictions[i] === positive ? 1 : 0);
  }
  if (rows === 0) {
    return NaN;
  }
  return mentions > 0 ? (2 * hits) / mentions : 0;
}

/** Mean of F₁ over all classes that are labelled or predicted, each weighing the same. */
export function macroF1Score(
  labels: readonly Label[],
  predictions: readonly Label[]
): number {
  requireSameLength(labels, predictions);
  const classes = [...new Set([...labels, ...predictions])];
  const scores = classes.map(one => f1Score(labels, predictions, one));
  return scores.reduce((sum, score) => sum + score, 0) / classes.length;
}

/**
 * −(1/n) Σ log p̂ᵢ(yᵢ), natural logarithm; probabilities are kept at 2⁻⁵² and above, so that a
 * confident miss stays finite. Each row is divided by its sum.
 *
 * @param labels one a row, each one of `classes`
 * @param probabilities one list a row, in the order of `classes`
 * @throws RangeError on a label that is no class
 */
export function logLoss(
  labels: readonly Label[],
  probabilities: readonly (readonly number[])[],
  classes: readonly Label[]
): number {
  const rows = requireSameLength(labels, probabilities);
  const column = new Map(classes.map((one, index) => [one, index]));
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const index = column.get(labels[i]);
    if (index === undefined) {
      throw new RangeError(
        `The model knows ${classes.length} classes, and the label of row ${i} is none of them.`
      );
    }
    const total = probabilities[i].reduce((all, p) => all + p, 0);
    const p = probabilities[i][index] / total;
    sum -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)));
  }
  return sum / rows;
}
