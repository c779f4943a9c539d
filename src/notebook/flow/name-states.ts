import type { LiveReason } from '../library/callables';
import { canChange } from './names';
import type { IVersion, Names } from './names';
import type { IShape } from './shape';
import { NOTHING, union } from './shape';
import type { IStepFacts, IUnit } from './step-facts';

/** A star import or `%run`: it may bring any name. */
export interface IStar {
  readonly unit: IUnit;
  /** Empty for `%run`. */
  readonly module: string;
}

/** What the states of names need of the flow that they serve. */
export interface IStatesHost {
  readonly current: IUnit;
  /** Position of the current cell in the order of execution. */
  readonly at: number;
  /** True where the notebook asks whether two values are one object. */
  readonly identity: boolean;
  /** A name got another meaning: what was worked out with it may be wrong. */
  forget(name: string): void;
  /** One of two steps needs a name as it was before the other one, and also as it was after. */
  interleaved(first: number, second: number, name: string): void;
  /** A name travels on with others from the step that left it. */
  carried(name: string): void;
}

/** Which step leaves which state of each name, and who takes it. */
export class NameStates {
  /** Names that hold modules, functions or classes somewhere in the notebook. */
  readonly definitions = new Set<string>();

  constructor(
    host: IStatesHost,
    names: Names,
    steps: readonly IStepFacts[],
    before: ReadonlyMap<string, number>
  ) {
    this._host = host;
    this.names = names;
    this.steps = steps;
    this._before = before;
    this._left = steps.map(() => new Set());
  }

  readonly names: Names;
  readonly steps: readonly IStepFacts[];

  /** A step needs a name as it is now. */
  demand(step: number, version: IVersion): void {
    this._apart(step, version);
    this._hand(step, version);
  }

  /** A step gets its inputs when it begins: it cannot have had the name in another state before. */
  private _apart(step: number, version: IVersion): void {
    const held = this.steps[step]?.inputs.get(version.name);
    const other = held !== undefined && held !== version;
    if (version.step !== step && (other || this._left[step]?.has(version.name))) {
      this._host.interleaved(step, version.step, version.name);
    }
  }

  /** A step takes in a state of a name, and its maker hands it out. */
  private _hand(step: number, version: IVersion): void {
    if (version.step === step) {
      if (!version.definite && version.previous) {
        this._hand(step, version.previous);
      }
      return;
    }
    version.taken = true;
    const facts = this.steps[step];
    if (!facts || facts.inputs.get(version.name) === version) {
      return;
    }
    if (!facts.inputs.has(version.name)) {
      facts.inputs.set(version.name, version);
    }
    this.steps[version.step]?.outputs.add(version.name);
    if (!version.definite && version.previous) {
      this._hand(version.step, version.previous);
    }
  }

  bind(name: string, definite: boolean, shape: IShape): void {
    const before = this.names.get(name);
    const { step, cell } = this._host.current;
    const old = before?.version;
    if (old) {
      this._replaces(old);
      if (!definite) {
        this._apart(step, old);
      }
    }
    this._left[step]?.add(name);
    if (shape.module !== null || shape.code.size > 0) {
      this.definitions.add(name);
    }
    this._host.forget(name);
    const kept =
      old !== undefined &&
      old.step === step &&
      old.definite &&
      before?.deletedIn === null;
    const version: IVersion = {
      name,
      step,
      cell: cell.index,
      definite: definite || kept,
      previous:
        definite || kept ? null : old?.step === step ? old.previous : (old ?? null),
      taken: false
    };
    if (definite) {
      const group = this.names.group(name);
      // `x += [1]` and `x = x` keep the object and with it those who share it
      if (!shape.roots.has(name) || shape.immutable || group.size < 2) {
        this.names.leave(name);
      }
    }
    this.names.set(name, {
      version,
      shape:
        definite || !before || before.deletedIn !== null
          ? shape
          : union([before.shape, shape], false),
      deletedIn: null
    });
    if (!definite && this.names.group(name).size > 1) {
      // It may still hold the object that it shares
      this._carry(name);
    }
  }

  /** An object changes: its names leave this step in a new state. */
  touch(name: string): void {
    const binding = this.names.get(name);
    if (!binding) {
      return;
    }
    const { step, cell } = this._host.current;
    this._replaces(binding.version);
    if (binding.version.step === step) {
      return;
    }
    this._apart(step, binding.version);
    this._host.carried(name);
    this._left[step]?.add(name);
    binding.version = {
      name,
      step,
      cell: cell.index,
      definite: false,
      previous: binding.version,
      taken: false
    };
  }

  /** The current step changes a name: no other step may have taken its earlier state of it. */
  private _replaces({ name, step: last, taken }: IVersion): void {
    const { step } = this._host.current;
    if (last === step ? !taken : !this._left[step]?.has(name)) {
      return;
    }
    this.steps.forEach((facts, other) => {
      if (other !== step && facts.inputs.get(name)?.step === step) {
        this._host.interleaved(other, step, name);
      }
    });
  }

  private _isClass(name: string): boolean {
    const code = this.names.get(name)?.shape.code;
    return (
      code !== undefined &&
      [...code].some(item => item.kind === 'class' && item.name === name)
    );
  }

  /** What some names hold may hold something else from now on, which is also in others. */
  link(names: readonly string[], held: IShape, others: readonly string[]): void {
    const into = names.filter(name => this.names.has(name));
    into.forEach(name => this._hold(name, held));
    const inside = others.filter(name => canChange(this.names, name));
    if (into.length > 0 && inside.length > 0) {
      this.share([...into, ...inside]);
    }
  }

  /** What a root stands for keeps, from then on, what cannot leave its process. */
  keep(root: string, live: LiveReason): void {
    this._hold(root, { ...NOTHING, live });
  }

  /** Those of the names that are bound may share an object. */
  shareKnown(names: readonly string[]): void {
    const known = names.filter(name => this.names.has(name));
    if (known.length > 1) {
      this.share(known);
    }
  }

  /** What a name holds may be kept in it, and run or end with it. */
  private _hold(name: string, held: IShape): void {
    const binding = this.names.get(name);
    if (
      binding &&
      binding.shape.module === null &&
      (held.code.size > 0 || held.live || held.liveInside || held.drawing)
    ) {
      binding.shape = {
        ...union([binding.shape, { ...held, live: null }], true),
        live: binding.shape.live,
        liveInside: binding.shape.liveInside ?? held.live ?? held.liveInside
      };
      this._host.forget(name);
    }
  }

  share(names: string[]): void {
    this.names.share(names);
    this._carry(names[0] ?? '');
  }

  /** Names that may share an object which changes later leave this step together. */
  private _carry(name: string): void {
    const group = this.names.group(name);
    const { at } = this._host;
    const later =
      this._host.identity ||
      [...group].some(member => (this._before.get(member) ?? -1) > at);
    // Objects and their classes travel together: one class stays one class
    const classes = [...group].some(member => this._isClass(member));
    if (later || classes) {
      group.forEach(member => {
        if (this.names.has(member)) {
          this.touch(member);
        }
      });
    }
  }

  /** A name that only a star import or `%run` can have brought. */
  star(name: string, stars: readonly IStar[]): boolean {
    const star = stars[stars.length - 1];
    const deletedIn = this.names.get(name)?.deletedIn ?? -1;
    if (!star || this.names.has(name) || star.unit.cell.index < deletedIn) {
      return false;
    }
    const version: IVersion = {
      name,
      step: star.unit.step,
      cell: star.unit.cell.index,
      definite: true,
      previous: null,
      taken: false
    };
    const shape =
      star.module === ''
        ? NOTHING
        : { ...NOTHING, module: `${star.module}.${name}`, member: true };
    this.names.set(name, { version, shape, deletedIn: null });
    this.definitions.add(name);
    this._host.forget(name);
    this.demand(this._host.current.step, version);
    return true;
  }

  private readonly _host: IStatesHost;
  private readonly _before: ReadonlyMap<string, number>;
  /** The names that each step has left in a state of its own. */
  private readonly _left: Set<string>[];
}
