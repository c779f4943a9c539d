import type { Comparison, Signature } from '../../contract/model';
import { bootstrapInSteps } from '../../statistics/bootstrap';
import type { Label } from '../../statistics/performance';
import { beside } from './beside';

type ComparedMetric = Comparison['metrics'][number];

/** A metric of the drawn rows of one model. Prepared once: it is computed thousands of times. */
type Figure = (drawn: Uint32Array) => number;

export interface IScoredRows {
  /** True values, one a row. */
  labels: readonly Label[];
  /** Predictions of the same rows in the same order. */
  champion: readonly Label[];
  challenger: readonly Label[];
}

/**
 * The metrics of both models on the same rows, the deciding one first, each with the 95 % bootstrap
 * interval of challenger − champion over rows drawn for both alike.
 */
export async function compareMetrics(
  task: Signature['task'],
  { labels, champion, challenger }: IScoredRows
): Promise<ComparedMetric[]> {
  const metrics = task === 'regression' ? REGRESSION : CLASSIFICATION;
  const compared: ComparedMetric[] = [];
  for (const { name, betterIs, prepare } of metrics) {
    const [before, after] = [prepare(labels, champion), prepare(labels, challenger)];
    const all = Uint32Array.from(labels, (_, row) => row);
    const interval = await beside(
      bootstrapInSteps(labels.length, drawn => after(drawn) - before(drawn), {
        resamples: resamplesFor(labels.length)
      })
    );
    compared.push({
      name,
      betterIs,
      champion: before(all),
      challenger: after(all),
      ...interval
    });
  }
  return compared;
}

/** 2,000, fewer for many rows: their interval is narrow anyway. */
function resamplesFor(rows: number): number {
  return Math.max(200, Math.min(2000, Math.floor(4e6 / Math.max(rows, 1))));
}

interface IMetric {
  name: string;
  betterIs: ComparedMetric['betterIs'];
  prepare(labels: readonly Label[], predictions: readonly Label[]): Figure;
}

/** Definitions as in `statistics/performance.ts`. */
const REGRESSION: IMetric[] = [
  {
    name: 'mae',
    betterIs: 'lower',
    prepare: (labels, predictions) => {
      const errors = Float64Array.from(labels, (y, i) =>
        Math.abs(Number(y) - Number(predictions[i]))
      );
      return drawn => mean(errors, drawn);
    }
  },
  {
    name: 'rmse',
    betterIs: 'lower',
    prepare: (labels, predictions) => {
      const squares = squaredErrors(labels, predictions);
      return drawn => Math.sqrt(mean(squares, drawn));
    }
  },
  {
    name: 'r2',
    betterIs: 'higher',
    prepare: (labels, predictions) => {
      const squares = squaredErrors(labels, predictions);
      const values = Float64Array.from(labels, Number);
      return drawn => {
        const centre = mean(values, drawn);
        let spread = 0;
        for (const row of drawn) {
          spread += (values[row] - centre) ** 2;
        }
        return 1 - (mean(squares, drawn) * drawn.length) / spread;
      };
    }
  }
];

const CLASSIFICATION: IMetric[] = [
  {
    name: 'accuracy',
    betterIs: 'higher',
    prepare: (labels, predictions) => {
      const right = Float64Array.from(labels, (y, i) => (y === predictions[i] ? 1 : 0));
      return drawn => mean(right, drawn);
    }
  },
  { name: 'f1', betterIs: 'higher', prepare: macroF1 }
];

function macroF1(labels: readonly Label[], predictions: readonly Label[]): Figure {
  const codes = new Map(
    [...new Set([...labels, ...predictions])].map((one, i) => [one, i])
  );
  const truth = Uint32Array.from(labels, one => codes.get(one) ?? 0);
  const said = Uint32Array.from(predictions, one => codes.get(one) ?? 0);
  return drawn => {
    const hits = new Float64Array(codes.size);
    const mentions = new Float64Array(codes.size);
    for (const row of drawn) {
      mentions[truth[row]] += 1;
      mentions[said[row]] += 1;
      hits[truth[row]] += truth[row] === said[row] ? 1 : 0;
    }
    let sum = 0;
    let classes = 0;
    for (let code = 0; code < codes.size; code++) {
      if (mentions[code] > 0) {
        sum += (2 * hits[code]) / mentions[code];
        classes += 1;
      }
    }
    return sum / classes;
  };
}

function squaredErrors(
  labels: readonly Label[],
  predictions: readonly Label[]
): Float64Array {
  return Float64Array.from(labels, (y, i) => (Number(y) - Number(predictions[i])) ** 2);
}

function mean(values: Float64Array, drawn: Uint32Array): number {
  let sum = 0;
  for (const row of drawn) {
    sum += values[row];
  }
  return sum / drawn.length;
}
