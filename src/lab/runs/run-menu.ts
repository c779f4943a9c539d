import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { RunSummary } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import { isOver } from './run-text';

/** What can be done with a run, in the order in which it is done. */
export function runActions(run: RunSummary): string[] {
  const isDone = isOver(run.state);
  return [
    CommandIDs.openRun,
    CommandIDs.openExecutedNotebook,
    ...(isDone ? [] : [CommandIDs.stopRun]),
    ...(isDone && run.state !== 'succeeded' ? [CommandIDs.retryRun] : []),
    CommandIDs.runAgain,
    ...(run.state === 'succeeded' ? [CommandIDs.registerModel] : [])
  ];
}

/** Opens the menu of a run at a place of the window. */
export function openRunMenu(
  run: RunSummary,
  commands: CommandRegistry,
  at: { x: number; y: number }
): void {
  const menu = new Menu({ commands });
  for (const command of runActions(run)) {
    menu.addItem({ command, args: { run: run.id } });
  }
  // The chosen command is executed after the menu has closed.
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  menu.open(at.x, at.y);
}
