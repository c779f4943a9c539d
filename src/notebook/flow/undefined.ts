import { isBuiltIn, isHistory } from '../library/names';
import type { ICode, ISpan } from '../python/value';
import type { IPlacedProblem, IUnit } from './step-facts';

/** Names that are read where nothing has bound them. */
export class Undefined {
  constructor(units: readonly IUnit[]) {
    this._units = units;
  }

  /** A cell itself reads a name. */
  direct(name: string, unit: IUnit, span: ISpan, deletedIn: number | null): void {
    if (unit.mayStop) {
      return;
    }
    const later = this._boundIn().get(name);
    const self = later?.some(item => item.cell.index === unit.cell.index);
    const message =
      deletedIn !== null
        ? `\`${name}\` does not exist here: cell ${deletedIn} has deleted it.`
        : later && !self
          ? `\`${name}\` is used here but only bound in cell ${later[0]?.cell.index ?? 0}, which runs later.`
          : `Nothing in the notebook defines \`${name}\`.`;
    const fix =
      later && deletedIn === null && !self
        ? 'Move the cell that binds it before this one.'
        : `Define or import \`${name}\` in an earlier cell.`;
    this._add(name, unit, span, message, fix);
  }

  /** A function reads a name when it is called; the name may be bound until then. */
  deferred(name: string, unit: IUnit, span: ISpan): void {
    if (this._boundIn().has(name) || unit.mayStop || this._isKnown(name)) {
      return;
    }
    this._add(
      name,
      unit,
      span,
      `The function used here needs \`${name}\`, which nothing in the notebook defines.`,
      `Define or import \`${name}\` in an earlier cell.`
    );
  }

  problems(): IPlacedProblem[] {
    return this._found;
  }

  private _add(
    name: string,
    unit: IUnit,
    span: ISpan,
    message: string,
    fix: string
  ): void {
    const key = `${unit.cell.index}:${name}`;
    if (this._seen.has(key)) {
      return;
    }
    this._seen.add(key);
    const problem = {
      code: 'undefined-name',
      severity: 'error' as const,
      message,
      fix,
      from: span.from,
      to: span.to
    };
    this._found.push({ unit, problem });
  }

  private _isKnown(name: string): boolean {
    return isBuiltIn(name) || isHistory(name);
  }

  private _boundIn(): Map<string, IUnit[]> {
    if (!this._bound) {
      const bound = new Map<string, IUnit[]>();
      for (const unit of this._units) {
        for (const event of unit.analysis.events) {
          if (event.t === 'write') {
            const before = bound.get(event.name);
            if (before) {
              before.push(unit);
            } else {
              bound.set(event.name, [unit]);
            }
          }
          if (event.t === 'write' && event.value.t === 'code') {
            globalWrites(event.value.code, name => bound.set(name, [unit]));
          }
        }
      }
      this._bound = bound;
    }
    return this._bound;
  }

  private readonly _units: readonly IUnit[];
  private readonly _found: IPlacedProblem[] = [];
  private readonly _seen = new Set<string>();
  private _bound: Map<string, IUnit[]> | null = null;
}

/** Names that a function binds globally when it is called. */
function globalWrites(code: ICode, found: (name: string) => void): void {
  code.events.forEach(event => {
    if (event.t === 'write') {
      found(event.name);
    }
  });
}
