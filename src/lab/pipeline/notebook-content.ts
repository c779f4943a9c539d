import type { INotebookModel } from '@jupyterlab/notebook';

import type { Notebook } from '../../contract/notebook';

/**
 * The notebook as it is in the editor, saved or not. Outputs stay behind: neither conversion nor a
 * run needs them, and they may be large.
 */
export function notebookContent(model: INotebookModel): Notebook {
  const shared = model.sharedModel;
  return {
    nbformat: 4,
    nbformat_minor: shared.nbformat_minor,
    metadata: { ...shared.getMetadata() },
    cells: shared.cells.map(cell => {
      const { id, cell_type, source, metadata } = {
        id: cell.getId(),
        cell_type: cell.cell_type,
        source: cell.getSource(),
        metadata: { ...cell.getMetadata() }
      };
      return cell_type === 'code'
        ? { id, cell_type, source, metadata, outputs: [], execution_count: null }
        : { id, cell_type, source, metadata };
    })
  };
}
