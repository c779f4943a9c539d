import type * as nbformat from '@jupyterlab/nbformat';
import { Drive, type Contents, type ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import { MlopsError } from '../../contract/mlops-error';
import { EXECUTED_DRIVE } from './executed-path';

/**
 * Executed notebooks as documents of JupyterLab: they are opened, read and compared like any other,
 * but live in the run's folder and cannot be changed.
 */
export class ExecutedDrive extends Drive {
  constructor(options: ExecutedDrive.IOptions) {
    super({ name: EXECUTED_DRIVE, serverSettings: options.serverSettings });
    this._fetch = options.fetch;
    this._trans = options.trans;
  }

  override async get(localPath: string): Promise<Contents.IModel> {
    const [run, name] = localPath.split('/');
    if (!name) {
      return model({ path: localPath, name: run, type: 'directory', content: [] });
    }
    const content = await this._fetch(run);
    return model({ path: localPath, name, type: 'notebook', format: 'json', content });
  }

  override save(localPath: string): Promise<Contents.IModel> {
    return this._refuse(localPath);
  }

  override delete(localPath: string): Promise<void> {
    return this._refuse(localPath);
  }

  override rename(localPath: string): Promise<Contents.IModel> {
    return this._refuse(localPath);
  }

  override newUntitled(): Promise<Contents.IModel> {
    return this._refuse('');
  }

  override copy(localPath: string): Promise<Contents.IModel> {
    return this._refuse(localPath);
  }

  override createCheckpoint(localPath: string): Promise<Contents.ICheckpointModel> {
    return this._refuse(localPath);
  }

  override listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return Promise.resolve([]);
  }

  private _refuse(path: string): Promise<never> {
    const trans = this._trans;
    return Promise.reject(
      new MlopsError('refused', {
        code: 'executed-notebook-read-only',
        message: trans.__(
          'The executed notebook %1 belongs to its run and cannot be changed.',
          path
        ),
        action: trans.__('Use "Save Notebook As…" to keep a copy of your own.')
      })
    );
  }

  private readonly _trans: TranslationBundle;
  private readonly _fetch: (run: string) => Promise<nbformat.INotebookContent>;
}

export namespace ExecutedDrive {
  export interface IOptions {
    serverSettings: ServerConnection.ISettings;
    /** The executed notebook of a run. */
    fetch(run: string): Promise<nbformat.INotebookContent>;
    trans: TranslationBundle;
  }
}

function model(
  parts: Pick<Contents.IModel, 'path' | 'name' | 'type' | 'content'> &
    Partial<Contents.IModel>
): Contents.IModel {
  const time = new Date(0).toISOString();
  return {
    created: time,
    last_modified: time,
    mimetype: '',
    format: 'json',
    writable: false,
    ...parts
  };
}
