/** What a method does, told by its name where the type is not known. */
export type MethodKind =
  /** Leaves its object as it is and gives a new one. */
  | 'fresh'
  /** Leaves its object as it is and gives a part or a view of it. */
  | 'view'
  /** Changes its object, keeps no argument. */
  | 'change'
  /** May change its object and keep its arguments. */
  | 'unknown';

const words = (text: string): Set<string> => new Set(text.split(/\s+/));

const FRESH = words(
  'head tail describe info copy agg aggregate mean median std var sum min max count nunique ' +
    'unique value_counts sort_values sort_index reset_index set_index drop dropna fillna rename merge join ' +
    'concat astype isna isnull notna notnull isin between apply applymap map transform pivot pivot_table ' +
    'melt stack unstack corr cov quantile abs round clip diff shift asfreq ' +
    'cumsum cumprod cummax cummin rank nlargest nsmallest idxmax idxmin argmax argmin argsort all any ' +
    'duplicated drop_duplicates replace where mask query eval assign filter select_dtypes to_dict to_list ' +
    'tolist to_string to_csv to_json to_html to_markdown to_latex to_parquet to_pickle to_excel to_feather ' +
    'to_hdf to_sql to_clipboard to_period to_timestamp to_frame to_datetime memory_usage equals ' +
    'explode compare combine_first first_valid_index last_valid_index reindex add_prefix add_suffix dot ' +
    'mode skew kurt sem prod product size ngroups cumcount strftime isoformat date time day_name month_name ' +
    'total_seconds timestamp tz_localize tz_convert normalize floor ceil plot boxplot crosstab ' +
    'predict predict_proba predict_log_proba decision_function transform score get_params ' +
    'get_feature_names_out feature_names inverse_transform staged_predict ' +
    'get_n_splits kneighbors summary conf_int get_prediction forecast ' +
    'upper lower strip lstrip rstrip split rsplit splitlines startswith endswith find rfind index ' +
    'format encode decode title capitalize isdigit isalpha isnumeric isupper islower zfill ljust rjust ' +
    'center partition casefold swapcase removeprefix removesuffix translate expandtabs ' +
    'keys union intersection difference symmetric_difference issubset issuperset isdisjoint most_common ' +
    'elements exists is_file is_dir resolve absolute with_suffix with_name relative_to as_posix read_text ' +
    'read_bytes glob rglob iterdir joinpath expanduser stat write_text write_bytes mkdir touch unlink ' +
    'as_uri item nonzero repeat tobytes conj trace outer is_integer hex bit_length ' +
    'savefig get_size_inches get_figwidth get_title get_xlim get_ylim get_linewidth get_legend_handles_labels ' +
    'show best_iteration num_boosted_rounds get_score save_model cache_info get_ylabel get_xlabel'
);

const VIEW = words(
  'get items values iterrows itertuples ravel reshape view squeeze transpose swapaxes to_numpy get_group ' +
    'diagonal lines get_inputs __getitem__ toarray todense get_level_values named_steps get_lines ' +
    'get_axes xs pipe groupby rolling expanding ewm resample'
);

const CHANGE =
  /^(fit|fit_\w*|partial_fit|train|train_\w*|evaluate|sort|reverse|clear|discard|remove|pop|popitem|popleft|write|writelines|read|readline|readlines|close|flush|seek|execute|executemany|executescript|commit|fetch\w*|start|acquire|release|cancel|plot|plot_\w*|scatter|bar|barh|hist|hist2d|fill_between|fill|axhline|axvline|axvspan|axhspan|errorbar|pie|imshow|contourf?|pcolormesh|step|text|annotate|legend|grid|tick_params|tight_layout|suptitle|subplots_adjust|colorbar|add_subplot|axis|bar_label|invert_\w*|set|set_\w*|margins|twinx|twiny|autofmt_xdate|draw|clf|cla|normal|uniform|integers|random|choice|shuffle|permutation|permuted|standard_normal|exponential|poisson|binomial|beta|gamma|lognormal|multivariate_normal|rand|randn|randint|gauss|randrange|seed|backward|zero_grad|eval|load_model|load_state_dict|cuda|to|requires_grad_|compile|warmup|reset|increment|cache_clear|setflags|resize|itemset|put|byteswap)$/;

/** The kind of a method by its name and its keywords: `inplace=True` changes the object. */
export function methodKind(name: string, keywords: readonly string[]): MethodKind {
  if (keywords.includes('inplace') || keywords.includes('out')) {
    return 'change';
  }
  if (name === 'sample') {
    return keywords.some(word => /^(n|frac|random_state|replace)$/.test(word))
      ? 'fresh'
      : 'change';
  }
  if (FRESH.has(name)) {
    return 'fresh';
  }
  if (VIEW.has(name)) {
    return 'view';
  }
  return CHANGE.test(name) ? 'change' : 'unknown';
}

/** The kind of a method of pandas' Styler: all but those that write give the Styler back. */
export function stylerMethod(name: string): MethodKind {
  return /^(to_|render|export)/.test(name) ? 'fresh' : 'view';
}

const ITERATORS =
  /^(iterrows|itertuples|iterdir|r?glob|finditer|staged_\w+|edge_bfs|neighbors|predecessors|successors)$/;

/** True where a method gives an iterator; `split` does for what is no text: `KFold().split(rows)`. */
export function givesIterator(name: string, ofRows: boolean): boolean {
  return ITERATORS.test(name) || (name === 'split' && ofRows);
}

const MUTATORS =
  /^(append|appendleft|extend|extendleft|insert|add|update|setdefault|push|put|\w+_update|__setitem__|__delitem__|__i\w+__)$/;

/** True where a method surely changes its object, by its name alone. */
export function surelyChanges(name: string): boolean {
  return CHANGE.test(name) || MUTATORS.test(name);
}

const NEW_RESULT =
  /^(fit_transform|fit_predict|fit_resample|evaluate|read\w*|write\w*|fetch\w*|seek|normal|uniform|integers|random|choice|permut\w*|standard_normal|exponential|poisson|binomial|beta|gamma|lognormal|multivariate_normal|rand\w*|gauss|sample|cache_clear)$/;

/** True where a method that changes its object gives something new all the same. */
export function givesNew(name: string): boolean {
  return NEW_RESULT.test(name);
}
