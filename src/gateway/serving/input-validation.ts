import { MlopsError } from '../../contract/mlops-error';
import type { Column, Signature } from '../../contract/model';

type Rows = readonly Readonly<Record<string, unknown>>[];

const EXPECTED: Record<Column['datatype'], string> = {
  FP64: 'a number',
  INT64: 'a whole number',
  BOOL: 'true or false',
  BYTES: 'text'
};

/**
 * Checks rows against a signature before a model sees them.
 *
 * @throws MlopsError `input-invalid` naming row, column, what was expected and what was given
 */
export function validateRows(rows: Rows, signature: Signature): void {
  const names = new Set(signature.inputs.map(({ name }) => name));
  rows.forEach((row, index) => {
    const unknown = Object.keys(row).find(name => !names.has(name));
    if (unknown !== undefined) {
      throw invalid(index, unknown, {
        message: `Row ${index + 1} has a column "${unknown}" that the model does not know.`,
        cause: `The model takes these columns: ${[...names].join(', ')}.`
      });
    }
    for (const column of signature.inputs) {
      checkValue(row, index, column);
    }
  });
}

function checkValue(row: Rows[number], index: number, column: Column): void {
  const { name } = column;
  if (!Object.hasOwn(row, name)) {
    throw invalid(index, name, {
      message: `Row ${index + 1} has no column "${name}".`,
      cause: `The model needs ${EXPECTED[column.datatype]} there${
        column.nullable ? ', or null where it is missing' : ''
      }.`
    });
  }
  const value = row[name];
  if (value === null ? canBeMissing(column) : fits(value, column)) {
    return;
  }
  throw invalid(index, name, {
    message: `Row ${index + 1}, column "${name}": expected ${EXPECTED[column.datatype]}, given ${describe(value)}.`,
    cause:
      value === null
        ? `"${name}" was never missing in training, and ${column.dtype} has no missing value.`
        : `The model was trained with ${column.dtype}.`
  });
}

/** What the dtype cannot hold is refused; what it can is the model's to judge. */
function canBeMissing(column: Column): boolean {
  return column.nullable || column.datatype === 'FP64' || column.datatype === 'BYTES';
}

function fits(value: unknown, { datatype }: Column): boolean {
  switch (datatype) {
    case 'FP64':
      return typeof value === 'number' && Number.isFinite(value);
    case 'INT64':
      return Number.isSafeInteger(value);
    case 'BOOL':
      return typeof value === 'boolean';
    case 'BYTES':
      return typeof value === 'string';
  }
}

/** Never the value itself: messages are logged, and rows of data are not. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'number':
      return Number.isInteger(value) ? 'a whole number' : 'a number with a fraction';
    case 'object':
      return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : 'an object';
    default:
      return 'nothing';
  }
}

function invalid(
  row: number,
  column: string,
  words: { message: string; cause: string }
): MlopsError {
  return new MlopsError('refused', {
    code: 'input-invalid',
    ...words,
    details: { row, column }
  });
}
