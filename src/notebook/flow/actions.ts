import { SELF_CONTAINED_CELLS } from '../ipython/known-magics';
import { isKnownModule } from '../library/names';
import type { ISpan } from '../python/value';
import { FigureRules } from './figures';
import type { IAction } from './names';
import { OpenFiles } from './open-files';
import { RandomRules } from './random-state';
import type { IProblem } from '../problem';
import type { IPlacedProblem, IStepFacts, IUnit, JoinReason } from './step-facts';

/** What the rules need of the flow that they serve. */
export interface IActionHost {
  readonly current: IUnit;
  /** Position of the current cell in the order of execution. */
  readonly at: number;
  readonly facts: IStepFacts;
  readonly problems: IPlacedProblem[];
  join(first: number, reason: JoinReason, span: ISpan, variable?: string): void;
}

/** What concerns the process and the folder, not names: each kind has its rule. */
export class ActionRules {
  constructor(host: IActionHost) {
    this._host = host;
    const changes = (): void => this.ambientChanges();
    this.figures = new FigureRules(host, changes);
    this._random = new RandomRules(host, changes);
    this.files = new OpenFiles(host);
  }

  /** The current cell leaves options or random states that later steps go on with. */
  ambientChanges(): void {
    const { current, facts, at } = this._host;
    // What every step runs before its own cells needs nobody to wait for it
    if (!current.prefix && facts.ambient[facts.ambient.length - 1] !== at) {
      facts.ambient.push(at);
    }
  }

  apply(action: IAction, span: ISpan): void {
    const { facts } = this._host;
    switch (action.kind) {
      case 'file':
        return this._file(action);
      case 'mention':
        if (action.mode === 'create') {
          this.files.logsTo(this._path(action.what));
        }
        facts.resources.push({
          kind: 'file',
          path: this._path(action.what),
          write: true,
          at: this._host.at
        });
        return;
      case 'random':
        return this._random.apply(action, span);
      case 'module-state':
        this._modules.set(action.what ?? '', this._host.current.step);
        this.ambientChanges();
        return;
      case 'ambient':
        this.ambientChanges();
        this._random.unknown();
        return;
      case 'opaque':
        facts.resources.push({
          kind: 'everything',
          path: null,
          write: true,
          at: this._host.at
        });
        return;
      case 'network':
        facts.volatile = true;
        facts.resources.push({
          kind: 'network',
          path: null,
          write: action.mode !== 'read',
          at: this._host.at
        });
        return;
      case 'volatile':
        facts.volatile = true;
        return;
      case 'environment':
        if (action.what) {
          facts.environment.add(action.what);
        }
        return;
      case 'input':
        return this._refuse(span, {
          code: 'asks-for-input',
          message:
            'This cell asks for input; nobody is there to answer when a pipeline runs.',
          fix: 'Make it a parameter: assign it in a cell tagged `parameters`.'
        });
      case 'exit':
        return this._refuse(span, {
          code: 'ends-process',
          message:
            'This cell ends its own process; the cells after it would never run.',
          fix: 'Raise an exception instead, or remove the call.'
        });
      case 'backend':
        return this.figures.backend(action.what);
      case 'pyplot':
        return this.figures.apply(action, span);
      case 'kept':
        return this._keeps(action.what ?? '', span);
      case 'display':
        if (action.mode === 'change') {
          this._displays.forEach(step =>
            this._host.join(step, 'ipython-state', span, 'display_id')
          );
        }
        this._displays.add(this._host.current.step);
        return;
      case 'magic-definition':
        this._magics = this._host.current.step;
        return;
      default:
    }
  }

  /** A module or an attribute of it is used: the steps that changed it are needed. */
  moduleUsed(path: string, span: ISpan): void {
    if (path.startsWith('logging')) {
      this.files.logged();
    }
    for (const [changed, step] of this._modules) {
      const top = changed.split('.')[0];
      if (path === top || path.startsWith(`${top}.`)) {
        this._host.join(step, 'module-state', span, changed);
      }
    }
  }

  /** A module that is no known package may be a file that an earlier cell has written. */
  imports(module: string): void {
    const { facts, at } = this._host;
    const [top = module] = module.split('.');
    for (const path of isKnownModule(module) ? [] : [`${top}.py`, top]) {
      facts.resources.push({ kind: 'file', path, write: false, at });
    }
  }

  /** Streams and hooks of the interpreter, and classes of packages, concern every later cell. */
  cellStarts(): void {
    this._random.cellStarts();
    for (const [changed, step] of this._modules) {
      if (
        /^(sys|builtins|os|IPython)\b|\.[A-Z]\w*(\.|$)|\.register_\w+$/.test(changed)
      ) {
        this._host.join(step, 'module-state', { from: 0, to: 0 }, changed);
      }
    }
  }

  /** A magic that IPython does not bring: the notebook may have defined it. */
  unknownMagic(name: string, span: ISpan): void {
    if (this._magics !== null) {
      this._host.join(this._magics, 'ipython-state', span, `%${name}`);
    }
    this.apply({ kind: 'opaque', what: name, mode: 'change' }, span);
  }

  /** A cell in another language. */
  opaqueCell(name: string, line: string): void {
    const span = { from: 0, to: 0 };
    if (/^(html|HTML|javascript|js|latex|markdown|svg|SVG)$/.test(name)) {
      return;
    }
    if (name === 'writefile' || name === 'file') {
      const path = line.replace(/(^|\s)-a(ppend)?(?=\s)/, '').trim();
      this._file({
        kind: 'file',
        what: path,
        mode: /(^|\s)-a/.test(line) ? 'change' : 'write'
      });
      return;
    }
    if (SELF_CONTAINED_CELLS.test(name)) {
      this.apply({ kind: 'opaque', what: name, mode: 'change' }, span);
      return;
    }
    this.unknownMagic(`%${name}`, span);
  }

  private _file(action: IAction): void {
    const { facts } = this._host;
    const reads = action.mode !== 'write';
    const writes = action.mode !== 'read';
    if (action.what === ':memory:') {
      return;
    }
    const place = this._path(action.what);
    const path = place === null || !action.what ? null : normalized(action.what);
    if (path !== null && reads && !facts.filesWritten.has(path)) {
      facts.filesRead.add(path);
    }
    if (path !== null && writes) {
      facts.filesWritten.add(path);
    }
    const { at } = this._host;
    facts.resources.push({ kind: 'file', path: place, write: writes, at });
  }

  /** A file as resources name it: relative to the notebook; the folder of a pattern. */
  private _path(named: string | null): string | null {
    if (named === null || named.startsWith(':') || /[[?*].*\//.test(named)) {
      return null;
    }
    const known = !this.moved || /^[/~]/.test(named);
    const place = named.replace(/[^/]*[[?*].*$/, '') || '.';
    return known ? normalized(place) : null;
  }

  private _keeps(what: string, span: ISpan): void {
    const { step } = this._host.current;
    const first = this._kept.get(what) ?? step;
    this._kept.set(what, first);
    this._host.join(first, 'function-state', span, what.split(' ')[1]);
  }

  private _refuse(
    span: ISpan,
    problem: Omit<IProblem, 'from' | 'to' | 'severity'>
  ): void {
    this._host.problems.push({
      unit: this._host.current,
      problem: { ...problem, severity: 'error', from: span.from, to: span.to }
    });
  }

  /** True where the working directory was changed: relative paths may mean anything. */
  moved = false;
  readonly figures: FigureRules;
  readonly files: OpenFiles;

  private readonly _host: IActionHost;
  private readonly _random: RandomRules;
  private readonly _kept = new Map<string, number>();
  private readonly _modules = new Map<string, number>();
  /** Steps that have shown what later cells may replace. */
  private readonly _displays = new Set<number>();
  private _magics: number | null = null;
}

function normalized(path: string): string {
  return path.replace(/^(\.\/)+/, '').replace(/\/{2,}/g, '/');
}
