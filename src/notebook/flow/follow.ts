import type { CellEvent, ICode, ISpan } from '../python/value';
import { hidesBuiltIns, isBuiltIn, isHistory } from '../library/names';
import { isCarried } from '../library/settings';
import { isParametersCell } from '../split/roles';
import { ActionRules } from './actions';
import { FunctionEffects, changesState } from './effects';
import type { ISink } from './interpret';
import { heldBy } from './held-names';
import { interpret, namesOnly } from './interpret';
import type { IPlace } from './place';
import { magicMeaning } from './magics';
import { ModuleStates } from './module-states';
import type { IModulesHost } from './module-states';
import { Names, isModuleFile, present } from './names';
import type { IAction, IEffects } from './names';
import { NameStates } from './name-states';
import type { IStatesHost } from './name-states';
import { StatementWatch, endStatement, repeatSettings } from './settings';
import type { ISetting } from './settings';
import type { IShape } from './shape';
import { NOTHING, isMutable } from './shape';
import type {
  IFlowResult,
  IJoinRequest,
  IPlacedProblem,
  IStepFacts,
  IUnit,
  JoinReason
} from './step-facts';
import { newStepFacts } from './step-facts';
import { Undefined } from './undefined';
import { UnseenNames } from './unseen-names';

/**
 * Follows the notebook once, cell by cell in the order of execution: which step leaves which state
 * of each name, and which steps take it in.
 *
 * @param changed - From an earlier round: the last cell in which each name's object changes. Where
 * an object changes later, all its names travel together, so that they stay one object.
 */
export function follow(
  units: readonly IUnit[],
  stepCount: number,
  changed: ReadonlyMap<string, number>,
  place: IPlace
): IFlowResult {
  const flow = new Flow(units, stepCount, changed, place);
  units.forEach((unit, at) => flow.unit(unit, at));
  return flow.result();
}

class Flow implements ISink, IStatesHost, IModulesHost {
  readonly names = new Names();
  readonly steps: IStepFacts[];
  readonly joins: IJoinRequest[] = [];
  readonly problems: IPlacedProblem[] = [];
  readonly identity: boolean;
  /** Position in the order of execution. */
  at = 0;

  constructor(
    units: readonly IUnit[],
    stepCount: number,
    private readonly _before: ReadonlyMap<string, number>,
    { modules, backend }: IPlace
  ) {
    this.steps = Array.from({ length: stepCount }, newStepFacts);
    this.identity = units.some(unit => unit.analysis.identity);
    this._parameters =
      units.find(unit => isParametersCell(unit.cell))?.cell.index ?? -1;
    this._effects = new FunctionEffects(this.names, modules);
    this._states = new NameStates(this, this.names, this.steps, _before);
    this._unseen = new UnseenNames(this, this._states);
    this._undefined = new Undefined(units);
    this._actions = new ActionRules(this);
    if (backend) {
      this._actions.figures.backend(backend);
    }
    this._actions.figures.switched = units.some(({ cell }) =>
      /\bioff\b/.test(cell.source)
    );
    this._modules = new ModuleStates(this, modules, this._states, this._actions);
    this._unit = units[0] ?? null;
  }

  get current(): IUnit {
    return present(this._unit, 'The cell that is followed');
  }

  get facts(): IStepFacts {
    return present(this.steps[this.current.step], 'The step');
  }

  unit(unit: IUnit, at: number): void {
    this._unit = unit;
    this.at = at;
    if (!unit.prefix) {
      this.facts.cells.push(at);
    }
    if (!this._started.has(unit.step)) {
      this._started.add(unit.step);
      repeatSettings(this._settings, this, this._states);
    }
    this._statement = new StatementWatch({ from: 0, to: 0 });
    this._taken.clear();
    this._standing.forEach(name => this.names.has(name) && this.take(name, false));
    this._actions.cellStarts();
    this._unseen.cellStarts();
    for (const event of unit.analysis.events) {
      this._event(event);
    }
    endStatement(this._statement, this, this._settings, this._actions);
    this._unseen.cellEnds();
    const { opaque } = unit.analysis;
    if (opaque) {
      this._actions.opaqueCell(opaque.name, opaque.line);
    }
  }

  read(event: CellEvent & { t: 'read' }, shape: IShape): void {
    const { name } = event;
    this.take(name, event.own);
    const binding = this.names.get(name);
    if (!this.names.has(name)) {
      if (binding) {
        // That it is gone shows only where the step has run that removed it
        this.facts.after.add(binding.version.step);
      }
      this._missing(event, binding?.deletedIn ?? null);
      return;
    }
    this._live(name, shape, event);
    if (shape.module !== null) {
      this._modules.used(shape.module, event);
    }
    if (shape.growing && !event.bare) {
      this.change([name]);
    }
    if (!event.bare) {
      shape.code.forEach(code => {
        const effects = this._effects.effectsOf(code);
        this.run(effects, event);
        if (changesState(code, effects)) {
          this.change([name]);
        }
      });
    } else {
      // Another name for a function needs what the function needs
      shape.code.forEach(code => this._reads(this._effects.effectsOf(code), event));
    }
  }

  write(event: CellEvent & { t: 'write' }, shape: IShape): void {
    const { name } = event;
    if (event.value.t === 'module' && event.value.module === '__main__') {
      this.everything();
    }
    if (event.value.t === 'module') {
      this._modules.imported(event.value.module, event);
    } else if (event.value.t !== 'code') {
      this._statement.lasting = true;
    }
    this._states.bind(name, event.definite && !this.current.mayStop, shape);
    this._actions.files.bound(name, shape);
    this._noteMutable(name, shape);
    const held = heldBy(shape, this.names);
    if (held.length > 0) {
      this._states.share([name, ...held]);
    }
  }

  remove(event: CellEvent & { t: 'delete' }): void {
    const { name } = event;
    this._statement.lasting = true;
    const binding = this.names.get(name);
    if (!event.definite || !binding) {
      if (binding) {
        this._states.bind(name, false, binding.shape);
      }
      return;
    }
    this.names.leave(name);
    this._states.bind(name, true, NOTHING);
    this.names.set(name, {
      version: present(this.names.get(name)?.version, name),
      shape: NOTHING,
      deletedIn: this.current.cell.index
    });
    this._effects.forget(name);
  }

  change(roots: Iterable<string>): void {
    for (const root of namesOnly(roots)) {
      const binding = this.names.get(root);
      if (!binding || binding.deletedIn !== null || !isMutable(binding.shape)) {
        continue;
      }
      this._statement.lasting = true;
      this.take(root, false);
      for (const member of this.names.group(root)) {
        this._changed.set(member, this.at);
        this.facts.changes.add(member);
        if (this.names.has(member)) {
          this._states.touch(member);
        }
      }
    }
  }

  link(roots: ReadonlySet<string>, held: IShape): void {
    this._states.link(namesOnly(roots), held, namesOnly(held.roots));
  }

  act(action: IAction, span: ISpan): void {
    if (action.kind === 'setting') {
      this._set(action.what ?? '');
    } else if (action.kind === 'standing') {
      this._standing.add(action.what ?? '');
    } else if (action.kind === 'looks-up') {
      this.everything(name => this.names.get(name)?.shape.code.size !== 0);
    } else if (action.kind === 'traceback') {
      const version = this.names.get(action.what ?? '')?.version;
      this.join(version?.step ?? this.current.step, 'live-object', span, version?.name);
    } else if (action.kind === 'dynamic') {
      this._unseen.dynamic(action.what, span);
    } else {
      if (!/^(backend|pyplot|environment|volatile)$/.test(action.kind)) {
        this._statement.lasting = this._statement.lasting || action.mode !== 'read';
      }
      this._actions.apply(action, span);
    }
  }

  /** An option is set: the runner carries it on, or later steps set it again. */
  private _set(what: string): void {
    this._actions.moved = this._actions.moved || /^(os\.chdir|%cd)$/.test(what);
    this._actions.ambientChanges();
    if (!isCarried(what)) {
      this._statement.setting = what;
    }
  }

  /** A name may be bound now by code that nobody sees. */
  bound(name: string): void {
    this._statement.lasting = true;
    this._changed.set(name, this.at);
  }

  /** The step of the current cell needs a name as it is now. */
  take(name: string, own: boolean): void {
    const binding = this.names.get(name);
    if (!binding || binding.deletedIn !== null) {
      return;
    }
    if (isModuleFile(name) && !this._before.has(name)) {
      // A module that nothing changes is the same in every process
      return;
    }
    this._statement.reads.set(name, binding.version);
    if (binding.version.cell === this._parameters) {
      this.facts.parameters.add(name);
    }
    this._noteMutable(name, binding.shape);
    if (!own) {
      this._states.demand(this.current.step, binding.version);
    }
  }

  private _noteMutable(name: string, shape: IShape): void {
    if (isMutable(shape)) {
      this.facts.mutable.add(name);
    }
  }

  join(
    first: number,
    reason: JoinReason,
    span: ISpan,
    variable?: string,
    second = this.current.step
  ): void {
    if (first === second) {
      return;
    }
    this.joins.push({
      first,
      second,
      reason,
      unit: this.current,
      span: { from: span.from, to: span.to },
      ...(variable === undefined ? {} : { variable })
    });
  }

  forget(name: string): void {
    this._taken.clear();
    this._effects.forget(name);
  }

  interleaved(first: number, second: number, name: string): void {
    this.join(first, 'interleaved', this._statement.span, name, second);
  }

  carried(name: string): void {
    this._taken.clear();
    const shape = this.names.get(name)?.shape;
    if (shape) {
      this._live(name, shape, this._statement.span);
    }
  }

  result(): IFlowResult {
    return {
      steps: this.steps,
      joins: this.joins,
      problems: [...this.problems, ...this._undefined.problems()],
      definitions: this._states.definitions,
      changed: this._changed
    };
  }

  private _event(event: CellEvent): void {
    switch (event.t) {
      case 'statement':
        endStatement(this._statement, this, this._settings, this._actions);
        this._statement = new StatementWatch(event);
        this._taken.clear();
        return;
      case 'settle': {
        const version = this.names.get(event.name)?.version;
        if (version && version.step === this.current.step && !this.current.mayStop) {
          version.definite = true;
        }
        return;
      }
      case 'annotate':
        this._states.bind('__annotations__', false, NOTHING);
        return;
      case 'star':
        this._unseen.star(event.module);
        this._modules.star(event.module, event);
        return;
      case 'magic':
        magicMeaning(event, this._actions, {
          statement: this._statement,
          everything: () => this.everything(),
          set: what => this._set(what)
        });
        if (event.name === 'pylab') {
          this._unseen.star('pylab');
        } else if (event.name === 'run') {
          this.everything();
          this._unseen.bindAny();
          this._actions.apply({ kind: 'ambient', what: '%run', mode: 'change' }, event);
        }
        return;
      default:
        interpret(event, this._effects, this);
    }
  }

  run(effects: IEffects, span: ISpan): void {
    this.facts.runsOwnCode = true;
    this._reads(effects, span);
    this.change(effects.changes);
    effects.writes.forEach(name => {
      this._statement.lasting = true;
      this._states.bind(name, false, this.names.get(name)?.shape ?? NOTHING);
      this._changed.set(name, this.at);
    });
    effects.links.forEach(link => this._states.shareKnown(namesOnly(link)));
    effects.keeps.forEach((live, root) => this._states.keep(root, live));
    effects.actions.forEach(action => this.act(action, span));
  }

  /** The step of the current cell needs what the code needs. */
  needs(code: ICode, span: ISpan): void {
    this._reads(this._effects.effectsOf(code), span);
  }

  private _reads(effects: IEffects, span: ISpan): void {
    if (this._taken.has(effects.reads)) {
      return;
    }
    this._taken.add(effects.reads);
    effects.reads.forEach((_, name) => {
      if (isModuleFile(name)) {
        return this._modules.take(name, span);
      }
      this.take(name, false);
      const shape = this.names.get(name)?.shape;
      if (shape && this.names.has(name)) {
        this._live(name, shape, span);
        if (shape.module !== null) {
          this._modules.used(shape.module, span);
        }
      } else if (
        !this._states.star(name, this._unseen.stars) &&
        effects.needed.has(name)
      ) {
        this._undefined.deferred(name, this.current, span);
      }
    });
  }

  private _live(name: string, shape: IShape, span: ISpan): void {
    const reason = shape.live ?? shape.liveInside;
    this._actions.files.used(name);
    const version = this.names.get(name)?.version;
    if (reason && version && version.step !== this.current.step) {
      this.join(version.step, reason, span, name);
    }
  }

  private _missing(event: CellEvent & { t: 'read' }, deletedIn: number | null): void {
    const { name } = event;
    if (isHistory(name)) {
      return this._unseen.history(name, event);
    }
    const shadowed = this._unseen.stars.some(star => hidesBuiltIns(star.module));
    if (isBuiltIn(name) && !shadowed) {
      return;
    }
    if (
      this._states.star(name, this._unseen.stars) ||
      isBuiltIn(name) ||
      event.guarded
    ) {
      return;
    }
    this._undefined.direct(name, this.current, event, deletedIn);
  }

  everything(which: (name: string) => boolean = () => true): void {
    const names = this.names.all().filter(which);
    names.forEach(name => this.take(name, false));
  }

  private readonly _parameters: number;
  private readonly _states: NameStates;
  private readonly _effects: FunctionEffects;
  private readonly _undefined: Undefined;
  private readonly _actions: ActionRules;
  private readonly _modules: ModuleStates;
  private readonly _settings: ISetting[] = [];
  private readonly _unseen: UnseenNames;
  private readonly _started = new Set<number>();
  private readonly _changed = new Map<string, number>();
  /** What the current statement has taken for functions already, while no name changes. */
  private readonly _taken = new Set<IEffects['reads']>();
  private readonly _standing = new Set<string>();
  private _statement = new StatementWatch({ from: 0, to: 0 });
  private _unit: IUnit | null;
}
