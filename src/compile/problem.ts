import type { Diagnostic, Step } from '../contract/pipeline';

/** A problem of a step, shown at its first cell; of the whole pipeline where there is no step. */
export function problem(
  step: Step | null,
  parts: Pick<Diagnostic, 'code' | 'message' | 'fix'> &
    Partial<Pick<Diagnostic, 'severity'>>
): Diagnostic {
  const cell = step?.cells[0];
  return {
    cell: cell?.index ?? 0,
    id: cell?.id ?? '',
    line: 1,
    column: 1,
    severity: 'error',
    ...parts
  };
}

/** Bytes in the words of people. */
export function size(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KiB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
