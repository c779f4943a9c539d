/** What a cell asks of the interpreter itself, beside names. */
export interface IInterpreterUse {
  /** True where it reaches the notebook's names as a namespace, and may bind any of them. */
  readonly namespace: boolean;
  /** True where it asks for earlier cells: their texts, results, last error. */
  readonly history: boolean;
}

const NAMESPACE =
  /\buser_(global_)?ns\b|\buser_module\b|\b__main__\b|\bmodules\[\s*__name__\s*\]|\.(run_cell|run_code|run_cell_async|safe_execfile\w*|del_var)\(|\b(get_ipython\(\)|ip|ipython|shell)\.(push|ex|ev)\(/;
const HISTORY =
  /\bsys\.last_(value|type|traceback|exc)\b|^\s*%(history|hist|recall|rep|rerun|macro|save|notebook|tb|debug|edit)\b|\bhistory_manager\b/m;

/** Reads a cell's text for it; the common `if __name__ == "__main__":` is no such use. */
export function interpreterUse(source: string): IInterpreterUse {
  const code = source
    .replace(/^\s*#.*$/gm, '')
    .replace(/\b__name__\s*[!=]=\s*(["'])__main__\1/g, '');
  return { namespace: NAMESPACE.test(code), history: HISTORY.test(code) };
}
