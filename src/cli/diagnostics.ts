import type { Diagnostic } from '../contract/pipeline';
import type { IOutput } from './output';

/** A line for each diagnostic, with cell, line and column as people count. */
export function printDiagnostics(diagnostics: Diagnostic[], output: IOutput): void {
  for (const { cell, line, column, severity, message, fix } of diagnostics) {
    output.line(
      `${severity}: cell ${cell + 1}, line ${line}, column ${column}: ${message}${fix ? ` ${fix}` : ''}`
    );
  }
}
