import { NAMESPACE } from '../python/value';
import type { ISpan } from '../python/value';
import type { NameStates, IStar } from './name-states';
import type { IStepFacts, IUnit, JoinReason } from './step-facts';
import { NOTHING } from './shape';

/** What the rules need of the flow that they serve. */
export interface IUnseenHost {
  readonly current: IUnit;
  readonly facts: IStepFacts;
  join(first: number, reason: JoinReason, span: ISpan, variable?: string): void;
  /** The current step needs all names. */
  everything(): void;
  change(roots: Iterable<string>): void;
  /** A name may be bound now by code that nobody sees. */
  bound(name: string): void;
}

/** Follows names that are read and bound where the source does not say which. */
export class UnseenNames {
  constructor(host: IUnseenHost, states: NameStates) {
    this._host = host;
    this._states = states;
  }

  /** Star imports and `%run`, which may have brought a name. */
  readonly stars: IStar[] = [];

  /** What a cell's text asks of the interpreter is asked as it begins. */
  cellStarts(): void {
    const { analysis, step } = this._host.current;
    this._started.add(step);
    if (analysis.interpreter.history) {
      this.history('In', { from: 0, to: 0 });
    }
    if (analysis.interpreter.namespace) {
      this._host.everything();
    }
  }

  cellEnds(): void {
    if (this._host.current.analysis.interpreter.namespace) {
      this.dynamic(NAMESPACE, { from: 0, to: 0 });
    }
  }

  /** What IPython keeps may be of any earlier cell: one that shows nothing leaves `_` as it was. */
  history(name: string, span: ISpan): void {
    const { source } = this._host.current.cell;
    if (name === '_exit_code' && /^\s*!(?!!)/m.test(source)) {
      return;
    }
    this._started.forEach(step => this._host.join(step, 'ipython-state', span, name));
  }

  /** `globals()`, `exec`: it may read any name; `exec` and a namespace may bind any. */
  dynamic(what: string | null, span: ISpan): void {
    const { names } = this._states;
    this._host.facts.runsOwnCode = true;
    this._host.everything();
    if (/^(exec|eval|namespace)$/.test(what ?? '')) {
      this._host.change(names.all());
    }
    // It may ask for names that nobody sees being bound
    this._steps.forEach(at => this._host.join(at, 'module-state', span, 'globals()'));
    if (what === 'exec' || what === NAMESPACE) {
      this._steps.add(this._host.current.step);
      this.bindAny();
    }
  }

  /** Any name may be bound here, whether or not there is one. */
  bindAny(): void {
    const { names } = this._states;
    for (const name of names.all()) {
      this._states.bind(name, false, names.get(name)?.shape ?? NOTHING);
      this._host.bound(name);
    }
    this.star('');
  }

  /** A star import brings any name; empty for what may bring them from anywhere. */
  star(module: string): void {
    this.stars.push({ unit: this._host.current, module });
  }

  private readonly _host: IUnseenHost;
  private readonly _states: NameStates;
  private readonly _started = new Set<number>();
  private readonly _steps = new Set<number>();
}
