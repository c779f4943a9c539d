import { Notebook } from '../contract/notebook';

/** The notebook without outputs, as nbformat 4.5: what a run fills in. */
export function blankNotebook(content: unknown): Notebook {
  const notebook = Notebook.parse(content);
  const ids = new Set<string>();
  return {
    ...notebook,
    nbformat_minor: Math.max(5, notebook.nbformat_minor),
    cells: notebook.cells.map((cell, index) => {
      const { outputs: _outputs, execution_count: _count, ...rest } = cell;
      const id = uniqueId(cell.id, index, ids);
      return cell.cell_type === 'code'
        ? { ...rest, id, outputs: [], execution_count: null }
        : { ...rest, id };
    })
  };
}

/** nbformat 4.5 wants an id of letters, digits, dash and underscore for each cell, once. */
export function uniqueId(
  id: string | undefined,
  index: number,
  taken: Set<string>
): string {
  const valid = id !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(id) && !taken.has(id);
  let chosen = valid ? id : `cell-${index}`;
  while (taken.has(chosen)) {
    chosen = `${chosen}-`;
  }
  taken.add(chosen);
  return chosen;
}
