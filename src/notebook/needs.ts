import type { Need } from '../contract/pipeline';
import { FunctionEffects } from './flow/effects';
import { Evaluation } from './flow/evaluate';
import type { ISink } from './flow/interpret';
import { interpret } from './flow/interpret';
import type { LocalModules } from './flow/local-modules';
import type { IAction, IEffects } from './flow/names';
import { Names } from './flow/names';
import type { IShape } from './flow/shape';
import type { IUnit } from './flow/step-facts';
import { diagnose } from './problem';
import type { CellEvent, ICall, ISpan, Value } from './python/value';

/** What the notebook needs from outside, and where else it looks for modules. */
export interface INeeds {
  readonly needs: Need[];
  /** Folders that the notebook puts on `sys.path`, relative to its own where it says so. */
  readonly searchPath: string[];
}

/** Shell lines that make no file. */
const HARMLESS =
  /^(pip|conda|mamba|uv|ls|pwd|cat|head|tail|wc|echo|which|nvidia-smi|du|df|date|python\d? (-V|--version))\b/;
const INSTALLS =
  /\b(pip|pip3|conda|mamba|uv|micropip)\b.*\b(install|add|sync)\b|\b(git\s+clone|wget|curl|unzip|tar)\b/;
const SHELL = /^(!|!!|sx|sc|system|run|bash|script|cp|mv|mkdir)$/;

/**
 * Collects files, packages and environment variables that must be there before the notebook runs.
 * What may be missing is left out: what is looked for first, tried, read under a condition, or made
 * by an earlier cell as far as anybody can tell.
 *
 * @param units - All cells in the order of execution.
 * @param modules - The modules beside the notebook.
 */
export function needsOf(units: readonly IUnit[], modules: LocalModules): INeeds {
  const pass = new Pass(modules);
  units.forEach(unit => pass.unit(unit));
  return { needs: pass.found(), searchPath: [...pass.searchPath] };
}

class Pass implements ISink {
  readonly searchPath = new Set<string>();

  constructor(modules: LocalModules) {
    this._effects = new FunctionEffects(this._names, modules);
  }

  unit(unit: IUnit): void {
    this._unit = unit;
    for (const event of unit.analysis.events) {
      if (event.t === 'magic') {
        this._magic(event.name, event.line);
      } else {
        this._key =
          event.t === 'mutate'
            ? keyIn(unit.cell.source.slice(event.from, event.to))
            : '';
        if (event.t === 'call') {
          this._call(event.call);
        } else if (event.t === 'mutate') {
          this._mutate(event);
        }
        interpret(event, this._effects, this);
      }
    }
    const { opaque } = unit.analysis;
    if (opaque?.name === 'writefile' || opaque?.name === 'file') {
      this._made.add(pathOf(opaque.line.replace(/(^|\s)-a(ppend)?(?=\s)/, '').trim()));
    } else if (
      opaque &&
      !/^(html|javascript|js|latex|markdown|svg)$/i.test(opaque.name)
    ) {
      this._anything = true;
    }
  }

  found(): Need[] {
    return [...this._needs.values()].filter(
      ({ kind, name }) => kind !== 'file' || !this._asked.has(name)
    );
  }

  write(event: CellEvent & { t: 'write' }, shape: IShape): void {
    const version = {
      name: event.name,
      step: 0,
      cell: 0,
      definite: true,
      previous: null,
      taken: false
    };
    this._names.set(event.name, { version, shape, deletedIn: null });
    this._effects.forget(event.name);
  }

  act(action: IAction, span: ISpan): void {
    const { kind, what, mode } = action;
    const guarded = action.guarded === true || span.guarded === true;
    if (kind === 'file') {
      this._file(what, mode, guarded, span);
    } else if (kind === 'opaque') {
      this._anything = true;
    } else if (kind === 'setting' && what === 'os.chdir') {
      this._moved = true;
    } else if (/^os\.environ\b/.test(what ?? '') && mode === 'write') {
      this._setVariable(this._key);
    } else if (kind === 'import' && what !== null && !guarded) {
      if (!this._installs && !this._made.has(`${what}.py`) && !this._made.has(what)) {
        this._need('package', what, span);
      }
    } else if (kind === 'environment' && what !== null && mode === 'use' && !guarded) {
      if (!this._set.has(what) && !this._setsAll) {
        this._need('environment', what, span);
      }
    }
  }

  run(effects: IEffects, span: ISpan): void {
    this._key = '';
    effects.actions.forEach(action => this.act(action, span));
  }

  read(event: CellEvent & { t: 'read' }, shape: IShape): void {
    if (!event.bare) {
      shape.code.forEach(code => this.run(this._effects.effectsOf(code), event));
    }
  }

  change(): void {
    // Which objects change does not matter here.
  }

  remove(): void {
    // A name that is gone needs nothing.
  }

  link(): void {
    // Who shares an object does not matter here.
  }

  private _file(
    what: string | null,
    mode: IAction['mode'],
    guarded: boolean,
    span: ISpan
  ): void {
    if (what === null) {
      this._anything = this._anything || mode !== 'read';
      return;
    }
    const path = pathOf(what);
    if (mode !== 'read') {
      this._made.add(path);
    } else if (guarded) {
      this._asked.add(path);
    } else if (this._mustBeThere(path)) {
      this._need('file', path, span);
    }
  }

  private _mustBeThere(path: string): boolean {
    const isKnown = !this._moved || /^[/~]/.test(path);
    return (
      isKnown &&
      !this._anything &&
      path !== '' &&
      !/[*?[\]{}\0\n]|^\w+:/.test(path) &&
      ![...this._made].some(made => path === made || path.startsWith(`${made}/`))
    );
  }

  /** What a call at the top level says beside its actions. */
  private _call(call: ICall): void {
    const evaluation = new Evaluation(this._effects);
    const path = evaluation.path(call.callee);
    const texts = call.args.map(({ value }) => evaluation.shape(value).text);
    if (
      path !== null &&
      /^(sys\.path\.(append|insert|extend)|site\.addsitedir)$/.test(path)
    ) {
      this._folders(call.args.map(({ value }) => value));
    } else if (path === 'os.environ.setdefault' || path === 'os.putenv') {
      this._key = texts[0] ?? '';
    } else if (path?.startsWith('dotenv.')) {
      this._setsAll = true;
    } else if (
      path === null ||
      !/^(open|io|pandas|numpy|os|json|print|pathlib)\b/.test(path)
    ) {
      // What nobody knows may make the file that it is told of.
      texts.forEach(
        text => text !== null && /[./]/.test(text) && this._made.add(pathOf(text))
      );
    }
  }

  /** `sys.path += ['src']` */
  private _mutate({ target, captures }: CellEvent & { t: 'mutate' }): void {
    if (new Evaluation(this._effects).shape(target).module === 'sys.path') {
      this._folders(captures);
    }
  }

  private _folders(values: readonly Value[]): void {
    const evaluation = new Evaluation(this._effects);
    const each = values.flatMap(value => (value.t === 'parts' ? value.of : [value]));
    for (const { text } of each.map(value => evaluation.shape(value))) {
      if (text !== null && !this._moved) {
        this.searchPath.add(pathOf(text) || '.');
      }
    }
  }

  private _magic(name: string, line: string): void {
    const text = name === '!' || name === '!!' ? line : `${name} ${line}`;
    if (INSTALLS.test(text)) {
      this._installs = true;
    }
    if (/^(env|set_env)$/.test(name)) {
      this._set.add(line.split(/[=\s]/)[0] ?? '');
    } else if (name === 'cd') {
      this._moved = true;
    } else if (/^(load_ext|reload_ext)$/.test(name) && /dotenv/.test(line)) {
      this._setsAll = true;
    } else if (SHELL.test(name) && !HARMLESS.test(line.trim())) {
      this._anything = true;
    }
  }

  /** @param name Empty where it is not known which. */
  private _setVariable(name: string): void {
    this._setsAll ||= name === '';
    this._set.add(name);
  }

  private _need(kind: Need['kind'], name: string, span: ISpan): void {
    const key = `${kind} ${name}`;
    if (!this._unit || this._needs.has(key)) {
      return;
    }
    const { cell, id, line, column, endLine, endColumn } = diagnose(this._unit.cell, {
      from: span.from,
      to: span.to,
      code: '',
      severity: 'warning',
      message: ''
    });
    this._needs.set(key, { kind, name, cell, id, line, column, endLine, endColumn });
  }

  private readonly _names = new Names();
  private readonly _effects: FunctionEffects;
  private readonly _needs = new Map<string, Need>();
  /** Paths that the notebook makes itself, or may make. */
  private readonly _made = new Set<string>();
  /** Paths for whose absence the notebook is prepared. */
  private readonly _asked = new Set<string>();
  private readonly _set = new Set<string>();
  /** The variable that the current event sets; empty where it does not say. */
  private _key = '';
  private _setsAll = false;
  private _installs = false;
  /** Something has run that may have made any file. */
  private _anything = false;
  /** The working directory is another now. */
  private _moved = false;
  private _unit: IUnit | null = null;
}

function pathOf(text: string): string {
  return text
    .replace(/^(\.\/)+/, '')
    .replace(/\/{2,}/g, '/')
    .replace(/(?<=.)\/$/, '');
}

/** `X` of `os.environ['X'] = …`; empty where the key is no text. */
function keyIn(source: string): string {
  return /\[\s*(["'])([^"']+)\1\s*\]/.exec(source)?.[2] ?? '';
}
