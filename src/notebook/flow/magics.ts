import type { CellEvent } from '../python/value';
import type { ActionRules } from './actions';
import type { StatementWatch } from './settings';

/** Magics that set something for later cells: repeated in each later step. */
const SETTINGS =
  /^(matplotlib|config|precision|load_ext|reload_ext|autoreload|env|set_env|cd|pylab|pdb|xmode|colors|alias|rehashx|gui|pprint|Pprint|doctest_mode|automagic|logon|logoff|watermark)$/;
/** Magics that only show something. */
const SHOWING =
  /^(time|timeit|prun|memit|mprun|lprun|who|who_ls|whos|pwd|ls|ll|lsmagic|magic|pinfo|pinfo2|pdoc|psource|pfile|pycat|cat|less|more|page|hist|history|dhist|quickref|psearch|conda_list|man|capture|tb|skip|load|edit|macro|notebook|%)$/;
const SHELL =
  /^(!|sx|sc|system|pip|conda|mamba|uv|run|mkdir|rm|mv|cp|bash|rmdir|store|script|bookmark|pushd|popd)$/;
const ALL_NAMES = /^(who|who_ls|whos|reset|reset_selective|xdel|store)$/;

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
  if (name === '?' || name.startsWith('%%')) {
    return;
  }
  if (ALL_NAMES.test(name)) {
    host.everything();
  }
  statement.until = event.to;
  if (SETTINGS.test(name)) {
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
  if (SHOWING.test(name)) {
    return;
  }
  statement.lasting = true;
  if (SHELL.test(name)) {
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
