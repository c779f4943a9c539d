import {
  NAMING_MAGICS,
  SETTING_MAGICS,
  SHELL_MAGICS,
  SHOWING_MAGICS
} from '../ipython/known-magics';
import type { CellEvent } from '../python/value';
import type { ActionRules } from './actions';
import type { StatementWatch } from './settings';

/** What a magic needs of the flow that it is part of. */
export interface IMagicHost {
  readonly statement: StatementWatch;
  /** It needs all names. */
  everything(): void;
  /** It sets an option. */
  set(what: string): void;
}

/** What a line magic means for steps. */
export function magicMeaning(
  event: CellEvent & { t: 'magic' },
  actions: ActionRules,
  host: IMagicHost
): void {
  const { statement } = host;
  const { name, line } = event;
  if (name === '?' || name === '/' || name.startsWith('%%')) {
    return;
  }
  if (NAMING_MAGICS.test(name)) {
    host.everything();
  }
  statement.until = event.to;
  if (SETTING_MAGICS.test(name)) {
    const asks = /^(env|matplotlib)$/.test(name) && line === '';
    if (!asks) {
      host.set(`%${name}`);
    }
    const closes = /\bInlineBackend\.close_figures *= *(\w+)/.exec(line);
    if (closes) {
      actions.figures.stay(closes[1] !== 'True');
    }
    if (name === 'matplotlib' || name === 'pylab') {
      actions.apply(
        { kind: 'backend', what: line === '' ? 'agg' : line, mode: 'write' },
        event
      );
    }
    return;
  }
  if (SHOWING_MAGICS.test(name)) {
    return;
  }
  statement.lasting = true;
  if (SHELL_MAGICS.test(name)) {
    actions.apply({ kind: 'opaque', what: line, mode: 'change' }, event);
    if (
      /^(pip|conda|mamba|uv)$/.test(name) ||
      /\b(pip|conda|curl|wget|git|kaggle|apt(-get)?)\b/.test(line)
    ) {
      actions.apply({ kind: 'volatile', what: line, mode: 'read' }, event);
    }
    return;
  }
  actions.unknownMagic(name, event);
}
