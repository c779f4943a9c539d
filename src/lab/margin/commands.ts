import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { Diagnostic } from '../../contract/pipeline';
import { CommandIDs } from '../command-ids';
import { describe } from '../elements/command-args';
import { announce } from './announce';
import { neighbour, type Place } from './problem-order';
import type { Problems } from './problems';

interface IOptions {
  commands: CommandRegistry;
  tracker: INotebookTracker;
  problems: Problems;
  trans: TranslationBundle;
}

/** Leads through the problems of the notebook in front, without a mouse. */
export function addProblemCommands(options: IOptions): void {
  const { commands, problems, trans } = options;
  const add = (id: string, label: string, direction: 1 | -1): void => {
    commands.addCommand(id, {
      label,
      caption: trans.__('Go to a problem of the pipeline and say its fix'),
      describedBy: describe({}),
      isEnabled: () => problems.all.length > 0,
      execute: () => reveal(direction, options)
    });
  };
  add(CommandIDs.nextProblem, trans.__('Next Problem'), 1);
  add(CommandIDs.previousProblem, trans.__('Previous Problem'), -1);
}

async function reveal(direction: 1 | -1, options: IOptions): Promise<void> {
  const { commands, tracker, problems, trans } = options;
  const panel = tracker.currentWidget;
  const found = panel && neighbour(problems.all, placeOf(panel), direction);
  if (!found) {
    return;
  }
  await commands.execute(CommandIDs.revealCell, { cell: found.cell });
  await panel.content.activeCell?.ready;
  setCursor(panel, found);
  announce(
    [trans.__('Cell %1: %2', found.cell + 1, found.message), found.fix]
      .filter(Boolean)
      .join(' ')
  );
}

/** Where the cursor is; before the cell while none is edited in it. */
function placeOf({ content }: NotebookPanel): Place {
  const cursor =
    content.mode === 'edit' ? content.activeCell?.editor?.getCursorPosition() : null;
  return {
    cell: content.activeCellIndex,
    line: cursor ? cursor.line + 1 : 0,
    column: cursor ? cursor.column + 1 : 0
  };
}

function setCursor({ content }: NotebookPanel, { line, column }: Diagnostic): void {
  const editor = content.activeCell?.editor;
  if (editor) {
    content.mode = 'edit';
    editor.setCursorPosition({ line: line - 1, column: column - 1 });
  }
}
