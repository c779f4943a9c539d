import { readable } from '../python/errors';
import type { CellEvent, ICode } from '../python/value';
import { walkCell } from '../python/walk';
import { FunctionEffects } from './effects';
import type { IModuleEffects } from './effects';
import { mapped } from './handed';
import type { ISink } from './interpret';
import { interpret } from './interpret';
import type { IAction, IEffects } from './names';
import { NO_EFFECTS, Names, isModuleFile } from './names';
import { isParamRoot, isState, union } from './shape';
import type { IShape } from './shape';

/** The source of a file beside the notebook, by its path from there; null where it is not known. */
export type ReadLocal = (path: string) => string | null;

/** A module beside the notebook. */
interface ILocalModule {
  readonly file: string;
  readonly names: Names;
  readonly effects: FunctionEffects;
  /** The random states that importing it sets. */
  readonly seeds: IAction[];
  /** Files of the local modules that it imports. */
  readonly uses: Set<string>;
  /** False while it is read: modules may import each other. */
  complete: boolean;
}

/**
 * The modules beside the notebook. What each keeps in its globals, classes and defaults is one
 * variable, named after its file: it changes where a function of the module changes it.
 */
export class LocalModules implements IModuleEffects {
  constructor(read: ReadLocal) {
    this._read = read;
  }

  attribute(path: string): IShape | null {
    const { module, rest } = this._find(path);
    const [name, ...more] = rest;
    const binding = name === undefined ? undefined : module?.names.get(name);
    if (!module || !binding || more.length > 0) {
      return null;
    }
    const { shape } = binding;
    // What it keeps alive it makes anew in each process
    return shape.module !== null
      ? shape
      : { ...shape, roots: new Set([module.file]), live: null, liveInside: null };
  }

  effectsOf(code: ICode): IEffects {
    const module = this._modules.get(code.home ?? '');
    const known = this._effects.get(code);
    if (!module || known) {
      return known ?? NO_EFFECTS;
    }
    const own = module.effects.effectsOf(code);
    const roots = (from: ReadonlySet<string>): Set<string> =>
      outside(module, code, from);
    const effects: IEffects = {
      needed: new Set(),
      reads: new Map([...this.filesOf(module.file)].map(file => [file, code])),
      writes: new Set(),
      changes: roots(own.changes),
      links: new Set([...own.links].map(roots)),
      keeps: mapped(own.keeps, roots),
      returned: { ...own.returned, roots: roots(own.returned.roots) },
      actions: new Map([...own.actions].filter(([, { kind }]) => kind !== 'dynamic'))
    };
    if (own.writes.size > 0 || own.actions.size > effects.actions.size) {
      effects.changes.add(module.file);
    }
    if (module.complete) {
      this._effects.set(code, effects);
    }
    return effects;
  }

  /** The file of the module that a dotted name belongs to, and those that it imports. */
  filesOfName(path: string): ReadonlySet<string> {
    const { module } = this._find(path);
    return module ? this.filesOf(module.file) : new Set();
  }

  /** A module's file, and those of the local modules that it imports. */
  filesOf(file: string): ReadonlySet<string> {
    const found = new Set<string>();
    const waiting = [file];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!found.has(next)) {
        found.add(next);
        waiting.push(...(this._modules.get(next)?.uses ?? []));
      }
    }
    return found;
  }

  /** The random states that importing it sets. */
  seedsOf(file: string): readonly IAction[] {
    return this._modules.get(file)?.seeds ?? [];
  }

  /** The names that `from module import *` binds. */
  publicNames(path: string): string[] {
    const { module, rest } = this._find(path);
    return module && rest.length === 0
      ? module.names.all().filter(name => !name.startsWith('_'))
      : [];
  }

  private _find(path: string): { module: ILocalModule | null; rest: string[] } {
    const parts = path.split('.');
    for (let count = parts.length; count > 0; count -= 1) {
      const place = parts.slice(0, count).join('/');
      for (const file of [`${place}.py`, `${place}/__init__.py`]) {
        const module = this._module(file);
        if (module) {
          return { module, rest: parts.slice(count) };
        }
      }
    }
    return { module: null, rest: [] };
  }

  private _module(file: string): ILocalModule | null {
    const known = this._modules.get(file);
    if (known || this._absent.has(file)) {
      return known ?? null;
    }
    const source = /^[\w/]+\.py$/.test(file) ? this._read(file) : null;
    if (source === null) {
      this._absent.add(file);
      return null;
    }
    return this._build(file, source);
  }

  private _build(file: string, source: string): ILocalModule {
    const names = new Names();
    const effects = new FunctionEffects(names, this, file);
    const module: ILocalModule = {
      file,
      names,
      effects,
      seeds: [],
      uses: new Set(),
      complete: false
    };
    this._modules.set(file, module);
    const sink = new ModuleSink(module, path => this.filesOfName(path));
    for (const event of walkCell(readable(source), undefined, undefined, file).events) {
      interpret(absolute(event, file), effects, sink);
    }
    module.complete = true;
    return module;
  }

  private readonly _read: ReadLocal;
  private readonly _modules = new Map<string, ILocalModule>();
  private readonly _absent = new Set<string>();
  private readonly _effects = new Map<ICode, IEffects>();
}

/** What happens when a module is imported. */
class ModuleSink implements ISink {
  constructor(module: ILocalModule, files: (path: string) => ReadonlySet<string>) {
    this._module = module;
    this._files = files;
  }

  write(event: CellEvent & { t: 'write' }, shape: IShape): void {
    const { names, uses, effects } = this._module;
    const { name, value } = event;
    if (value.t === 'module') {
      this._files(value.module).forEach(file => uses.add(file));
    }
    const before = event.definite ? undefined : names.get(name)?.shape;
    const version = {
      name,
      step: 0,
      cell: 0,
      definite: true,
      previous: null,
      taken: false
    };
    names.set(name, {
      version,
      shape: before ? union([before, shape], false) : shape,
      deletedIn: null
    });
    effects.forget(name);
  }

  act(action: IAction): void {
    // What else it sets up, each process that imports it sets up, too
    if (action.mode === 'seed') {
      this._module.seeds.push(action);
    }
  }

  // What a module does to itself while it is imported, it does in every process
  read(): void {}
  run(): void {}
  remove(): void {}
  change(): void {}
  link(): void {}

  private readonly _module: ILocalModule;
  private readonly _files: (path: string) => ReadonlySet<string>;
}

/** A module's own names, and what its functions keep, are parts of the variable that its file is. */
function outside(
  { file, names }: ILocalModule,
  code: ICode,
  roots: ReadonlySet<string>
): Set<string> {
  const found = new Set<string>();
  for (const root of roots) {
    if (isParamRoot(root) ? !isState(code, root) : isModuleFile(root)) {
      found.add(root);
      continue;
    }
    found.add(file);
    // It may have been imported from another one
    const shared = names.get(root)?.shape.roots ?? [];
    [...shared].filter(isModuleFile).forEach(other => found.add(other));
  }
  return found;
}

/** Relative imports as absolute ones, seen from the folder of the notebook. */
function absolute(event: CellEvent, file: string): CellEvent {
  if (event.t === 'write' && event.value.t === 'module') {
    const { module } = event.value;
    const dots = /^\.+/.exec(module)?.[0].length ?? 0;
    if (dots > 0) {
      const folder = file.split('/').slice(0, -dots);
      const full = [...folder, module.slice(dots)]
        .filter(part => part !== '')
        .join('.');
      return { ...event, value: { ...event.value, module: full } };
    }
  }
  return event;
}
