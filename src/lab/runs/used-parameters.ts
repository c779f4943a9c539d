import type { RunDetail } from '../../contract/run';

export interface IUsedParameter {
  name: string;
  value: unknown;
  /** The notebook's own value, where another one was set for the run. */
  instead?: unknown;
}

/** The values that a run used: the notebook's, replaced by those that were set for it. */
export function usedParameters({
  parameters,
  pipeline
}: Pick<RunDetail, 'parameters' | 'pipeline'>): IUsedParameter[] {
  const own = new Map(
    pipeline.parameters.map(({ name, default: value }) => [name, value])
  );
  const set = new Map(Object.entries(parameters));
  return [...new Set([...own.keys(), ...set.keys()])].map(name => {
    const value = set.has(name) ? set.get(name) : own.get(name);
    const isChanged =
      own.has(name) && JSON.stringify(value) !== JSON.stringify(own.get(name));
    return isChanged ? { name, value, instead: own.get(name) } : { name, value };
  });
}
