import type { Column, Signature } from '../../contract/model';
import type { Description } from './model-folder';

/** Input and output schema of a model as its step described it. */
export function signatureOf(description: Description): Signature {
  const { task, inputs, target, classes } = description;
  const dtype = target?.dtype ?? (task === 'regression' ? 'float64' : 'object');
  const prediction: Column = {
    name: target?.name ?? 'prediction',
    datatype: outputType(description, dtype),
    dtype,
    nullable: false,
    categories: classes?.map(String) ?? null
  };
  return { task, inputs, outputs: [prediction], target: target?.name ?? null };
}

/** What the model answers; the target's dtype only tells where there is no example. */
function outputType({ task, classes, example }: Description, dtype: string) {
  const sample = classes?.[0] ?? example?.predictions[0];
  if (typeof sample === 'string') {
    return 'BYTES';
  }
  if (typeof sample === 'boolean') {
    return 'BOOL';
  }
  if (task === 'regression' || /^float/.test(dtype)) {
    return 'FP64';
  }
  return typeof sample === 'number' || /^u?int/.test(dtype) ? 'INT64' : 'BYTES';
}
