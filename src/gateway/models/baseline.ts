import type { Column } from '../../contract/model';
import type { IBaselineProfile } from '../../statistics/baseline-profile';
import { buildProfile } from '../../statistics/profile';
import type { ColumnKind } from '../../statistics/values';
import type { Training } from './model-folder';

/**
 * The profile of a training frame.
 *
 * @param inputs Only the model's inputs are profiled.
 * @param sensitive Columns of which nothing is kept.
 */
export function baselineOf(
  training: Training,
  inputs: readonly Column[],
  sensitive: readonly string[],
  windowHours: number
): IBaselineProfile {
  const types = new Map(inputs.map(({ name, datatype }) => [name, datatype]));
  const columns = training.columns
    .filter(({ name }) => types.has(name) && !sensitive.includes(name))
    .map(({ name, values }) => ({ name, values, kind: kindOfType(types.get(name)) }));
  const times = training.times?.map(time => (time === null ? null : Date.parse(time)));
  return buildProfile(columns, { times: times ?? null, windowHours });
}

function kindOfType(datatype: Column['datatype'] | undefined): ColumnKind {
  if (datatype === 'BOOL') {
    return 'boolean';
  }
  return datatype === 'BYTES' ? 'text' : 'number';
}
