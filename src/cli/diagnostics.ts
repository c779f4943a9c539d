import type { Diagnostic } from '../contract/pipeline';
import type { IOutput } from './output';

/** A line for each diagnostic, with cell, line and column as people count. */
export function printDiagnostics(diagnostics: Diagnostic[], output: IOutput): void {
  for (const { id, cell, line, column, severity, message, fix } of diagnostics) {
    // What concerns the whole notebook has no cell.
    const place = id === '' ? '' : ` cell ${cell + 1}, line ${line}, column ${column}:`;
    output.line(`${severity}:${place} ${message}${fix ? ` ${fix}` : ''}`);
  }
}
