import type { Notebook } from '../../contract/notebook';
import type { Conversion } from '../../contract/pipeline';
import { NotebookConverter } from '../../notebook/convert';
import { fileName } from '../elements/format';
import type { IConvertOptions } from './model';

/** Lists the files beside a notebook, relative to its folder. */
export type ListFolder = (folder: string) => Promise<readonly string[]>;

/** Reads a text file. */
export type ReadFile = (path: string) => Promise<string>;

/** Milliseconds for which a folder's listing, and the modules in it, are believed. */
const FRESH = 10_000;
/** Modules import modules: so many times they are asked for. */
const ROUNDS = 6;

/** Converts one notebook after the other; an edit costs one cell. */
export class LiveConversion {
  constructor(listFolder: ListFolder, readFile: ReadFile) {
    this._listFolder = listFolder;
    this._readFile = readFile;
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
    for (let round = 1; ; round += 1) {
      const missing = new Set<string>();
      const found = this._converter.convert({
        content,
        fileName: fileName(path),
        split,
        folderFiles,
        readLocal: file => this._source(file, missing)
      });
      if (missing.size === 0 || round === ROUNDS) {
        return found;
      }
      await Promise.all([...missing].map(file => this._fetch(path, file)));
    }
  }

  /** The source of a module beside the notebook; what is not known yet is noted as missing. */
  private _source(file: string, missing: Set<string>): string | null {
    const known = this._sources.get(file);
    const [top] = file.split('/');
    if (known === undefined && this._listing?.some(name => name === top)) {
      missing.add(file);
    }
    return known ?? null;
  }

  private async _fetch(notebook: string, file: string): Promise<void> {
    const place = [...notebook.split('/').slice(0, -1), file].join('/');
    // Of a package, only some of the files that are asked for are there
    this._sources.set(file, await this._readFile(place).catch(() => null));
  }

  /** Undefined where the folder cannot be listed: the analysis then knows less, but goes on. */
  private async _filesBeside(path: string): Promise<readonly string[] | undefined> {
    if (Date.now() - this._listedAt > FRESH) {
      this._listedAt = Date.now();
      this._sources.clear();
      const folder = path.split('/').slice(0, -1).join('/');
      this._listing = await this._listFolder(folder).catch(() => undefined);
    }
    return this._listing;
  }

  private readonly _listFolder: ListFolder;
  private readonly _readFile: ReadFile;
  private readonly _sources = new Map<string, string | null>();
  private _converter = new NotebookConverter();
  private _path = '';
  private _listedAt = 0;
  private _listing: readonly string[] | undefined;
}
