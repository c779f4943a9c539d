import type { ICell } from '../cells';

const PARAMETERS = /^(parameters|pipeline-parameters)$/;

/** True for the cell that holds parameters: papermill's or Kale's tag. */
export function isParametersCell(cell: ICell): boolean {
  return cell.type === 'code' && cell.tags.some(tag => PARAMETERS.test(tag));
}

/** Code cells that may become part of a step: papermill's injected values are left out. */
export function isStepCode(cell: ICell): boolean {
  return (
    cell.type === 'code' &&
    !cell.tags.includes('injected-parameters') &&
    cell.source.replace(/^\s*#.*$/gm, '').trim() !== ''
  );
}

/** Kale's way to say which step a cell belongs to: `step:name`, older `block:name`. */
export function stepTag(cell: ICell): string | undefined {
  return cell.tags
    .map(tag => /^(?:step|block):(.*)$/.exec(tag)?.[1]?.trim())
    .find(name => name !== undefined);
}

/** True where the notebook says itself what its steps are. */
export function hasExplicitSteps(cells: readonly ICell[]): boolean {
  return cells.some(
    cell =>
      cell.type === 'code' &&
      (cell.settings.step !== undefined || stepTag(cell) !== undefined)
  );
}
