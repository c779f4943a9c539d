import type { Conversion, Diagnostic, Split } from '../contract/pipeline';
import { assemble } from './assemble';
import { CellAnalyses } from './cell-analysis';
import { readNotebook } from './cells';
import type { INotebook } from './cells';
import { LocalModules } from './flow/local-modules';
import type { ReadLocal } from './flow/local-modules';
import { needsOf } from './needs';
import { diagnose, diagnoseNotebook } from './problem';
import { splitNotebook } from './split/choose';
import { isStepCode } from './split/roles';
import { problemsOf } from './solution-problems';
import { solve } from './solve';

/** A notebook to convert. */
export interface IConversionInput {
  /** The notebook as parsed JSON. */
  content: unknown;
  /** Its file name, without folder. */
  fileName: string;
  /** How to cut it; absent: what the notebook itself suggests. */
  split?: Split;
  /** Files beside the notebook, relative to its folder: tells local modules from packages. */
  folderFiles?: readonly string[];
  /** The source of such a file; absent or null where it is not known: then less is known. */
  readLocal?: ReadLocal;
  /** `MPLBACKEND` of the kernel's environment: where it is set, pyplot's figures may outlive a cell. */
  backend?: string;
  now?: never;
}

/**
 * Converts notebooks and remembers what it knows about each cell's source, so that an edit costs
 * one cell: for editors that convert at each keystroke.
 */
export class NotebookConverter {
  /** Never throws on bad input: what is wrong is a diagnostic, and `pipeline` is null. */
  convert(input: IConversionInput): Conversion {
    const notebook = readNotebook(input.content);
    if (!('cells' in notebook)) {
      return refused(diagnoseNotebook({ severity: 'error', ...notebook }));
    }
    const found = this._followed(notebook, input);
    this._analyses.next();
    return found;
  }

  private _followed(notebook: INotebook, input: IConversionInput): Conversion {
    try {
      return this._convert(notebook, input);
    } catch (error) {
      if (!(error instanceof RangeError)) {
        throw error;
      }
      // Functions over functions, deeper than the stack of this process
      return refused(
        diagnoseNotebook({
          code: 'calls-too-deep',
          severity: 'error',
          message:
            'The functions of the notebook call each other too deeply to be followed.',
          fix: 'Move some of them into a module beside the notebook, and import it.'
        })
      );
    }
  }

  private _convert(notebook: INotebook, input: IConversionInput): Conversion {
    const { language } = notebook;
    if (!/^(i?python[23]?)$/i.test(language)) {
      return refused(
        diagnoseNotebook({
          code: 'not-python',
          severity: 'error',
          message: `The notebook is written in ${language}; only Python can be converted.`,
          fix: 'Choose a Python kernel for it, or run it with its own tools.'
        })
      );
    }
    const code = notebook.cells.filter(isStepCode);
    if (code.length === 0) {
      return refused(
        diagnoseNotebook({
          code: 'no-code',
          severity: 'error',
          message: 'The notebook has no code to run.',
          fix: 'Add a code cell.'
        })
      );
    }
    const { plan, split } = splitNotebook(notebook, input.split, input.fileName);
    const diagnostics = plan.problems.map(({ cell, ...problem }) =>
      diagnose(cell, { ...problem, from: 0, to: 0 })
    );
    for (const cell of code) {
      const { problems } = this._analyses.of(cell.source);
      diagnostics.push(...problems.map(problem => diagnose(cell, problem)));
    }
    if (diagnostics.some(isError)) {
      return { pipeline: null, diagnostics: sorted(diagnostics) };
    }
    const modules = new LocalModules(input.readLocal ?? (() => null));
    const place = { modules, backend: input.backend ?? '' };
    const solution = solve(plan, this._analyses, place, this._changed);
    this._changed = solution.flow.changed;
    diagnostics.push(...problemsOf(solution, plan));
    const pipeline = diagnostics.some(isError)
      ? null
      : assemble({ notebook, input, plan, split, solution });
    return {
      pipeline,
      diagnostics: sorted(diagnostics),
      ...needsOf(solution.units, modules)
    };
  }

  private readonly _analyses = new CellAnalyses();
  private _changed: ReadonlyMap<string, number> = new Map();
}

/** Converts a notebook once. */
export function convert(input: IConversionInput): Conversion {
  return new NotebookConverter().convert(input);
}

/**
 * Reads the text of a notebook file.
 *
 * @returns Its content, or, where the text is no JSON, a diagnostic with line and column.
 */
export function parseNotebookText(
  text: string
):
  | { content: unknown; diagnostics: [] }
  | { content: undefined; diagnostics: Diagnostic[] } {
  try {
    const content: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { content, diagnostics: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const diagnostic = diagnoseNotebook({
      code: 'not-json',
      severity: 'error',
      message: `The file is no notebook: it is not JSON (${reason}).`,
      fix: 'Open a file that Jupyter has saved.'
    });
    return { content: undefined, diagnostics: [diagnostic] };
  }
}

function refused(diagnostic: Diagnostic): Conversion {
  return { pipeline: null, diagnostics: [diagnostic] };
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === 'error';
}

function sorted(diagnostics: Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => a.cell - b.cell || a.line - b.line || a.column - b.column
  );
}
