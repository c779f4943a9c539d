import { lstatSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';

import { isOutside } from '../notebooks/notebook-path';
import { LARGE } from './copy-file';

/** Folders that tools make and no notebook reads. */
const SKIPPED = new Set(['node_modules', '__pycache__']);
/** Beyond these only what the code names is copied: somebody works in a home folder. */
const MANY_FILES = 20_000;
const MANY_BYTES = 2 * 1024 * 1024 * 1024;

/** One file of the private folder. */
export interface IWorkFile {
  /** Absolute path of the original. */
  from: string;
  /** Path in the private folder. */
  to: string;
  bytes: number;
}

export interface IWorkPlan {
  /** The notebook's folder inside the private folder; `.` where they are the same. */
  folder: string;
  files: IWorkFile[];
  folders: string[];
  /** Symbolic links that stay inside: path → relative target. */
  links: Map<string, string>;
  /** What was left out, in plain words. */
  omitted: string[];
}

interface IWorkRequest {
  /** Absolute path of the notebook's folder. */
  folder: string;
  /** Files that the code names: relative to the folder, possibly outside of it. */
  named: string[];
  /** Absolute paths that are never copied, such as the data home. */
  never: string[];
}

/**
 * Decides what a run's private folder holds: the notebook's folder without caches, hidden folders
 * and large files that the code does not name; beside it the files outside that the code does name,
 * in the same places relative to the notebook.
 */
export function planWork(request: IWorkRequest): IWorkPlan {
  const named = request.named.filter(file => !file.startsWith('/')).map(normalize);
  const outside = named.filter(file => file.startsWith('..')).filter(isFileIn(request));
  const root = outside
    .map(file => dirname(resolve(request.folder, file)))
    .reduce(commonFolder, request.folder);
  const walk = new Walk(request, root, new Set(named));
  walk.all();
  outside.forEach(file => walk.name(resolve(request.folder, file)));
  return {
    folder: relative(root, request.folder) || '.',
    files: [...walk.files.values()],
    folders: walk.folders,
    links: walk.links,
    omitted: walk.omitted
  };
}

function isFileIn({ folder }: IWorkRequest): (file: string) => boolean {
  return file => statIfThere(resolve(folder, file))?.isFile() ?? false;
}

/** The deepest folder that holds both. */
function commonFolder(a: string, b: string): string {
  let folder = a;
  while (isOutside(folder, b)) {
    folder = dirname(folder);
  }
  return folder;
}

class Walk {
  readonly files = new Map<string, IWorkFile>();
  readonly folders: string[] = [];
  readonly links = new Map<string, string>();
  readonly omitted: string[] = [];

  constructor(
    private readonly _request: IWorkRequest,
    private readonly _root: string,
    private readonly _named: ReadonlySet<string>
  ) {}

  all(): void {
    this._folder(this._request.folder);
    if (!this._tooMuch) {
      return;
    }
    this.files.clear();
    this.links.clear();
    this.folders.length = 0;
    this.omitted.push(
      'The notebook stands in a very large folder: the run gets only the files that its code names.'
    );
    for (const file of this._named) {
      if (!file.startsWith('..')) {
        this.name(join(this._request.folder, file));
      }
    }
  }

  /** Adds what the code names, wherever it is and whatever it is a link to. */
  name(path: string): void {
    const stat = statIfThere(path);
    if (stat?.isFile()) {
      this._add(path, stat);
    } else if (stat?.isDirectory() && !isOutside(this._request.folder, path)) {
      this._folder(path);
    }
  }

  private _folder(path: string): void {
    const inside = relative(this._root, path);
    if (inside) {
      this.folders.push(inside);
    }
    for (const name of readdirSync(path).sort()) {
      if (this._tooMuch) {
        return;
      }
      this._entry(join(path, name), name);
    }
  }

  private _entry(path: string, name: string): void {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    const isNamed = this._isNamed(path);
    if (!stat || this._request.never.includes(path)) {
      return;
    }
    if (stat.isSymbolicLink()) {
      this._link(path, isNamed);
    } else if (stat.isDirectory()) {
      if (
        isNamed ||
        !(SKIPPED.has(name) || name.startsWith('.') || isEnvironment(path))
      ) {
        this._folder(path);
      }
    } else if (stat.isFile()) {
      this._file(path, stat, isNamed);
    }
  }

  private _file(path: string, stat: Stats, isNamed: boolean): void {
    if (!isNamed && stat.size > LARGE) {
      this.omitted.push(
        `${relative(this._request.folder, path)} (${Math.round(stat.size / 1e6)} MB) is not named by the code and was left out of the run's folder.`
      );
      return;
    }
    this._add(path, stat);
  }

  private _link(path: string, isNamed: boolean): void {
    const target = realpathIfThere(path);
    if (!target) {
      return;
    }
    if (!isOutside(realpathSync(this._request.folder), target)) {
      const shown = join(
        this._request.folder,
        relative(realpathSync(this._request.folder), target)
      );
      this.links.set(relative(this._root, path), relative(dirname(path), shown));
    } else if (isNamed) {
      const stat = statSync(target);
      if (stat.isFile()) {
        this._add(path, stat);
      } else {
        // Data that lies elsewhere, named as a folder: the run sees it where it is.
        this.links.set(relative(this._root, path), target);
      }
    }
  }

  private _add(path: string, stat: Stats): void {
    const to = relative(this._root, path);
    this.files.set(to, { from: path, to, bytes: stat.size });
    this._bytes += stat.size > LARGE ? 0 : stat.size;
  }

  /** Named itself, on the way to what is named, or in a folder that is named. */
  private _isNamed(path: string): boolean {
    const inside = relative(this._request.folder, path);
    return (
      this._named.has(inside) ||
      [...this._named].some(
        file => file.startsWith(`${inside}/`) || inside.startsWith(`${file}/`)
      )
    );
  }

  private get _tooMuch(): boolean {
    return this.files.size > MANY_FILES || this._bytes > MANY_BYTES;
  }

  private _bytes = 0;
}

function isEnvironment(folder: string): boolean {
  return (
    lstatSync(join(folder, 'pyvenv.cfg'), { throwIfNoEntry: false }) !== undefined ||
    lstatSync(join(folder, 'conda-meta'), { throwIfNoEntry: false }) !== undefined
  );
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function realpathIfThere(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}
