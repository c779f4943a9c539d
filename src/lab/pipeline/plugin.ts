import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { actor } from '../elements/act';
import { DOMAIN } from '../elements/translation';
import {
  IGateway,
  ILivePipeline,
  IProjectCluster,
  ISettings,
  ISidebar
} from '../tokens';
import { addPipelineCommands } from './commands';
import type { ListFolder, LiveConversion, ReadFile } from './conversion';
import { EngineChoice } from './engine-choice';
import { PipelineModel } from './model';
import { PipelinePanel } from './panel';
import { addStepCommands } from './step-commands';

export const pipelinePlugin: JupyterFrontEndPlugin<ILivePipeline> = {
  id: 'jupyterlab-mlops:pipeline',
  description: 'The open notebook as a pipeline, live while typing.',
  autoStart: true,
  provides: ILivePipeline,
  requires: [
    IGateway,
    ISidebar,
    ISettings,
    INotebookTracker,
    IDocumentManager,
    IProjectCluster
  ],
  optional: [ITranslator],
  activate: (
    app,
    gateway: IGateway,
    sidebar: ISidebar,
    settings: ISettings,
    tracker: INotebookTracker,
    documents: IDocumentManager,
    cluster: IProjectCluster,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    // The parser and the analysis are loaded with the first notebook.
    let loaded: Promise<LiveConversion> | null = null;
    const conversion = (): Promise<LiveConversion> => {
      loaded ??= import('./conversion').then(
        module => new module.LiveConversion(listFolder(app), readFile(app))
      );
      return loaded;
    };
    const model = new PipelineModel({
      tracker,
      gateway,
      settings,
      convert: async (notebook, options) =>
        (await conversion()).convert(notebook, options)
    });
    const engines = new EngineChoice(cluster);
    addPipelineCommands({
      commands,
      gateway,
      tracker,
      documents,
      model,
      engines,
      trans
    });
    addStepCommands({ commands, tracker, model, trans });
    sidebar.add(new PipelinePanel(model, engines, trans, actor(commands)), 10);
    return model;
  }
};

function listFolder(app: JupyterFrontEnd): ListFolder {
  return async folder => {
    const { content } = await app.serviceManager.contents.get(folder);
    const files: unknown[] = Array.isArray(content) ? content : [];
    return files.map(nameOf).filter(name => name !== null);
  };
}

function readFile(app: JupyterFrontEnd): ReadFile {
  return async path => {
    const { content } = await app.serviceManager.contents.get(path, { format: 'text' });
    if (typeof content !== 'string') {
      throw new Error(`${path} is no text.`);
    }
    return content;
  };
}

function nameOf(file: unknown): string | null {
  return typeof file === 'object' &&
    file !== null &&
    'name' in file &&
    typeof file.name === 'string'
    ? file.name
    : null;
}
