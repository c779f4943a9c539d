import type { Notebook } from '../../contract/notebook';
import type { Conversion } from '../../contract/pipeline';
import { NotebookConverter } from '../../notebook/convert';
import { fileName } from '../elements/format';
import type { IConvertOptions } from './model';

/** Lists the files beside a notebook, relative to its folder. */
export type ListFolder = (folder: string) => Promise<readonly string[]>;

/** Milliseconds for which a folder's listing is believed. */
const FRESH = 10_000;

/** Converts one notebook after the other; an edit costs one cell. */
export class LiveConversion {
  constructor(listFolder: ListFolder) {
    this._listFolder = listFolder;
  }

  async convert(
    content: Notebook,
    { path, split }: IConvertOptions
  ): Promise<Conversion> {
    if (path !== this._path) {
      this._path = path;
      this._converter = new NotebookConverter();
      this._listedAt = 0;
    }
    const folderFiles = await this._filesBeside(path);
    return this._converter.convert({
      content,
      fileName: fileName(path),
      split,
      folderFiles
    });
  }

  /** Undefined where the folder cannot be listed: the analysis then knows less, but goes on. */
  private async _filesBeside(path: string): Promise<readonly string[] | undefined> {
    if (Date.now() - this._listedAt > FRESH) {
      this._listedAt = Date.now();
      const folder = path.split('/').slice(0, -1).join('/');
      this._listing = await this._listFolder(folder).catch(() => undefined);
    }
    return this._listing;
  }

  private readonly _listFolder: ListFolder;
  private _converter = new NotebookConverter();
  private _path = '';
  private _listedAt = 0;
  private _listing: readonly string[] | undefined;
}
