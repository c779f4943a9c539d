import type { Parameter } from '../../contract/pipeline';

const TYPES: Record<Parameter['type'], string> = {
  int: 'NUMBER_INTEGER',
  float: 'NUMBER_DOUBLE',
  str: 'STRING',
  bool: 'BOOLEAN',
  list: 'LIST',
  dict: 'STRUCT',
  // Kubeflow has no type for everything: such a value is written as JSON.
  none: 'STRING',
  any: 'STRING'
};

/** The declaration of a parameter, the same for the pipeline and for a component. */
export function inputParameter({ type, default: value }: Parameter): unknown {
  const asText = TYPES[type] === 'STRING' && typeof value !== 'string';
  return {
    parameterType: TYPES[type],
    defaultValue: asText ? JSON.stringify(value) : value,
    isOptional: true
  };
}
