import type { ISpan } from '../python/value';
import type { ActionRules, IActionHost } from './actions';
import type { NameStates } from './name-states';
import type { IVersion, Names } from './names';
import type { IUnit } from './step-facts';

/** A statement that sets options which the runner does not carry: `tqdm.pandas()`, `%load_ext x`. */
export interface ISetting {
  readonly unit: IUnit;
  readonly span: ISpan;
  /** Names that it reads, as they were. */
  readonly reads: Map<string, IVersion>;
  readonly what: string;
  /** What to say instead of the statement. */
  readonly source?: string;
}

/** Follows one top-level statement: does it only set options, so that it can be repeated? */
export class StatementWatch {
  constructor(span: ISpan) {
    this.span = span;
  }

  readonly span: ISpan;
  readonly reads = new Map<string, IVersion>();
  /** The option or module that is set. */
  setting: string | null = null;
  /** True where it does something that must not be done twice. */
  lasting = false;
  /** Where a magic of the statement ends; its place holder in the source is shorter. */
  until = 0;

  /** What later steps have to repeat; null where there is nothing, or where it cannot be repeated. */
  repeatable(unit: IUnit, names: Names): ISetting | null {
    const decorated = this._decorated(unit, names);
    if (this.setting === null || (this.lasting && decorated === undefined)) {
      return null;
    }
    return {
      unit,
      ...(decorated === undefined ? {} : { source: decorated }),
      span: { from: this.span.from, to: Math.max(this.span.to, this.until) },
      reads: this.reads,
      what: this.setting
    };
  }

  /** `@register("name")` above a definition: said again of what it has defined. */
  private _decorated({ cell }: IUnit, names: Names): string | undefined {
    const text = cell.source.slice(this.span.from, this.span.to);
    const found = /^@(.+)\n(?:async +)?(?:def|class) +(\w+)/.exec(text);
    const [, decorator, name] = found ?? [];
    const binding = names.get(name ?? '');
    if (decorator === undefined || name === undefined || !binding) {
      return undefined;
    }
    this.reads.set(name, binding.version);
    return `${decorator.trim()}(${name})`;
  }
}

/** Keeps a statement that later steps have to repeat; what cannot be repeated ties them to it. */
export function endStatement(
  statement: StatementWatch,
  { current, names }: { readonly current: IUnit; readonly names: Names },
  settings: ISetting[],
  actions: ActionRules
): void {
  const setting = statement.repeatable(current, names);
  if (setting) {
    if (!current.prefix) {
      settings.push(setting);
    }
  } else if (statement.setting !== null) {
    const action = { kind: 'module-state', what: statement.setting } as const;
    actions.apply({ ...action, mode: 'write' }, statement.span);
  }
}

/** Sets options of earlier steps again where the current step begins, if that gives the same. */
export function repeatSettings(
  settings: readonly ISetting[],
  host: IActionHost,
  states: NameStates
): void {
  const { step } = host.current;
  for (const setting of settings.filter(item => item.unit.step !== step)) {
    const same = [...setting.reads].every(([name, version]) => {
      const binding = states.names.get(name);
      const kept = binding?.version === version || binding?.shape.module != null;
      return binding?.deletedIn === null && kept;
    });
    if (!same) {
      host.join(setting.unit.step, 'module-state', setting.span, setting.what);
      continue;
    }
    for (const name of setting.reads.keys()) {
      const version = states.names.get(name)?.version;
      if (version) {
        states.demand(step, version);
      }
    }
    const { cell } = setting.unit;
    const source =
      setting.source ?? cell.source.slice(setting.span.from, setting.span.to);
    host.facts.settings.push({ cell, source });
  }
}
