import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IStateDB } from '@jupyterlab/statedb';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { CompileFormat } from '../../contract/compiled';
import { MlopsError } from '../../contract/mlops-error';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, text, textOf } from '../elements/command-args';
import { copyIcon, pipelineIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import type { IGateway, ILivePipeline } from '../tokens';
import type { CompiledView } from './compiled-view';

/** The image that was typed last: most pipelines of one person run in the same. */
const IMAGE = 'jupyterlab-mlops:compile-image';

const CHOICES: readonly CompileFormat[] = ['tekton', 'kfp'];

interface IOptions {
  app: JupyterFrontEnd;
  gateway: IGateway;
  pipeline: ILivePipeline;
  services: IEditorServices;
  views: Views<CompiledView>;
  database: IStateDB | null;
  trans: TranslationBundle;
}

/** Shows, copies and saves a notebook's pipeline as YAML for another engine. */
export function addCompiledCommands(options: IOptions): void {
  const { app, pipeline, gateway, views, trans } = options;
  const { commands } = app;
  commands.addCommand(CommandIDs.showCompiled, {
    label: trans.__('Show Compiled YAML'),
    caption: trans.__('Show the pipeline as Tekton or Kubeflow Pipelines run it'),
    icon: pipelineIcon,
    describedBy: describe({
      path: text(
        'Notebook, relative to the server root; the one in front where absent'
      ),
      format: text('tekton or kfp'),
      image: text(
        'Image by digest of the steps that name none; the last one where absent'
      )
    }),
    isEnabled: args =>
      gateway.isReady && (textOf(args, 'path') ?? pipeline.path) !== null,
    execute: args => telling(() => show(args, options))
  });
  commands.addCommand(CommandIDs.copyCompiled, {
    label: trans.__('Copy Compiled YAML'),
    icon: copyIcon,
    describedBy: describe({}),
    isEnabled: () => views.current !== null,
    execute: () =>
      telling(async () => {
        await navigator.clipboard.writeText(shown(options).yaml);
        Notification.info(trans.__('The YAML is in the clipboard.'), {
          autoClose: 3000
        });
      })
  });
  commands.addCommand(CommandIDs.saveCompiled, {
    label: trans.__('Save Compiled YAML'),
    describedBy: describe({
      to: text('Where, relative to the server root; beside the notebook where absent')
    }),
    isEnabled: () => views.current !== null,
    execute: args => telling(() => save(textOf(args, 'to'), options))
  });
  const changed = (): void => commands.notifyCommandChanged(CommandIDs.showCompiled);
  pipeline.stateChanged.connect(changed);
  gateway.connectionChanged.connect(changed);
}

async function show(args: ReadonlyPartialJSONObject, options: IOptions): Promise<void> {
  const { app, gateway, pipeline, services, views, database, trans } = options;
  const path = textOf(args, 'path') ?? pipeline.path;
  if (!path) {
    throw new MlopsError('refused', {
      code: 'notebook-missing',
      message: trans.__('No notebook is open.'),
      action: trans.__('Open the notebook whose pipeline should be shown.')
    });
  }
  const chosen = CHOICES.find(one => one === args['format']);
  const format = chosen ?? 'tekton';
  let isNew = false;
  const known = await database?.fetch(IMAGE);
  const image = textOf(args, 'image') ?? (typeof known === 'string' ? known : '');
  const { model } = await views.open({
    key: path,
    title: path,
    icon: pipelineIcon,
    args: { path, format },
    create: async () => {
      const [{ CompiledModel }, { CompiledView }] = await Promise.all([
        import('./compiled-model'),
        import('./compiled-view')
      ]);
      isNew = true;
      const created = new CompiledModel({ gateway, pipeline, path, format, image });
      created.stateChanged.connect(() => void database?.save(IMAGE, created.image));
      return new CompiledView({
        model: created,
        services,
        trans,
        act: actor(app.commands)
      });
    }
  });
  // Not waited for: a view is also opened while JupyterLab restores its layout.
  if (isNew) {
    void model.refresh();
  } else {
    void model.choose({ format: chosen, image: textOf(args, 'image') });
  }
}

/** @throws MlopsError `compiled-missing` where no view with YAML is in front. */
function shown({ views, trans }: IOptions): { yaml: string; proposedPath: string } {
  const model = views.current?.model;
  if (model?.yaml == null) {
    throw new MlopsError('refused', {
      code: 'compiled-missing',
      message: trans.__('No compiled pipeline is in front.'),
      action: trans.__('Show one first, and correct what speaks against it.')
    });
  }
  return { yaml: model.yaml, proposedPath: model.proposedPath };
}

async function save(to: string | undefined, options: IOptions): Promise<string | null> {
  const { app, trans } = options;
  const { yaml, proposedPath } = shown(options);
  const { contents } = app.serviceManager;
  const path = to ?? proposedPath;
  const isThere = await contents
    .get(path, { content: false })
    .then(() => true)
    .catch(() => false);
  if (isThere && to === undefined) {
    const { button } = await showDialog({
      title: trans.__('Replace %1?', path),
      body: trans.__('The file is there already.'),
      buttons: [
        Dialog.cancelButton(),
        Dialog.warnButton({ label: trans.__('Replace') })
      ]
    });
    if (!button.accept) {
      return null;
    }
  }
  await contents.save(path, { type: 'file', format: 'text', content: yaml });
  Notification.success(trans.__('Saved as %1.', path), {
    autoClose: 5000,
    actions: [
      {
        label: trans.__('Open'),
        callback: () => void app.commands.execute('docmanager:open', { path })
      }
    ]
  });
  return path;
}
