import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Lets the user choose a notebook from the folders; no path has to be typed. */
export async function chooseNotebook(
  manager: IDocumentManager,
  trans: TranslationBundle
): Promise<string | null> {
  const { value } = await FileDialog.getOpenFiles({
    manager,
    title: trans.__('Open a notebook'),
    filter: ({ type }) => (type === 'notebook' || type === 'directory' ? {} : null)
  });
  return value?.find(({ type }) => type === 'notebook')?.path ?? null;
}
