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
  /** A name got another meaning: what was worked out with it may be wrong. */
  forget(name: string): void;
  /** Another step has taken a name from the current step, and now it changes. */
  interleaved(other: number, name: string): void;
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
  }

  readonly names: Names;
  readonly steps: readonly IStepFacts[];

  /** A step takes in a state of a name, and its maker hands it out. */
  demand(step: number, version: IVersion): void {
    if (version.step === step) {
      if (!version.definite && version.previous) {
        this.demand(step, version.previous);
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
      this.demand(version.step, version.previous);
    }
  }

  bind(name: string, definite: boolean, shape: IShape): void {
    const before = this.names.get(name);
    const { step, cell } = this._host.current;
    const old = before?.version;
    if (old && old.step === step && old.taken) {
      this._interleaved(name);
    }
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
  }

  /** An object changes: its names leave this step in a new state. */
  touch(name: string): void {
    const binding = this.names.get(name);
    if (!binding) {
      return;
    }
    const { step, cell } = this._host.current;
    if (binding.version.step === step) {
      if (binding.version.taken) {
        this._interleaved(name);
      }
      return;
    }
    this._host.carried(name);
    binding.version = {
      name,
      step,
      cell: cell.index,
      definite: false,
      previous: binding.version,
      taken: false
    };
  }

  /** Another step has taken this name from this step, and now it changes. */
  private _interleaved(name: string): void {
    const { step } = this._host.current;
    this.steps.forEach((facts, other) => {
      if (other !== step && facts.inputs.get(name)?.step === step) {
        this._host.interleaved(other, name);
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

  share(names: string[]): void {
    this.names.share(names);
    const group = this.names.group(names[0] ?? '');
    const { step } = this._host.current;
    const later = [...group].some(name => (this._before.get(name) ?? -1) > step);
    // Objects and their classes travel together: one class stays one class
    const classes = [...group].some(name => this._isClass(name));
    if (later || classes) {
      group.forEach(name => {
        if (this.names.has(name)) {
          this.touch(name);
        }
      });
    }
  }

  /** A name that only a star import or `%run` can have brought. */
  star(name: string, stars: readonly IStar[]): boolean {
    const star = stars[stars.length - 1];
    if (!star || this.names.has(name)) {
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
}
