import type { NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { MlopsError } from '../../contract/mlops-error';

/** Frames the one line of the cell's output that is for us. */
const MARK = 'mlops-live-export:';

/**
 * Lets the notebook's kernel write the models that its variables hold, and gives the folder.
 *
 * @param home The data home: live models are read from its folder `live` only.
 */
export async function exportLiveModels(
  panel: NotebookPanel,
  home: string,
  trans: TranslationBundle
): Promise<string> {
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) {
    throw new MlopsError('refused', {
      code: 'kernel-missing',
      message: trans.__('The notebook has no kernel.'),
      action: trans.__('Start one and run the cells that train the model.')
    });
  }
  const folder = `${home}/live/${crypto.randomUUID()}`;
  const future = kernel.requestExecute({
    code: exportCode(folder),
    store_history: false,
    allow_stdin: false,
    stop_on_error: false
  });
  let output = '';
  future.onIOPub = message => {
    if (KernelMessage.isStreamMsg(message) && message.content.name === 'stdout') {
      output += message.content.text;
    }
  };
  const { content } = await future.done;
  if (content.status === 'error') {
    throw new MlopsError('refused', {
      code: 'live-export-failed',
      message: trans.__('The kernel could not write the model.'),
      cause: content.evalue,
      action: trans.__('Run the cells that train the model, then try again.')
    });
  }
  if (!output.includes(MARK)) {
    throw new MlopsError('refused', {
      code: 'runner-missing',
      message: trans.__("The kernel's environment does not have jupyterlab-mlops."),
      action: trans.__(
        'Install it there, or run the notebook as a pipeline, which needs nothing installed.'
      )
    });
  }
  return folder;
}

/** A function of its own, removed at the end: nothing stays behind in the notebook's variables. */
function exportCode(folder: string): string {
  return `
def __mlops_export(namespace, folder):
    import importlib.util, os
    package = importlib.util.find_spec("jupyterlab_mlops")
    if package is None:
        return
    runner = os.path.join(os.path.dirname(package.origin), "runner", "export_live.py")
    spec = importlib.util.spec_from_file_location("__mlops_export_live", runner)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.export(namespace, folder)
    print(${JSON.stringify(MARK)}, folder)

try:
    __mlops_export(dict(globals()), ${JSON.stringify(folder)})
finally:
    del __mlops_export
`;
}
