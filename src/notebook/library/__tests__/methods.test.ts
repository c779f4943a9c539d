import { givesNew, methodKind, stylerMethod, surelyChanges } from '../methods';
import type { MethodKind } from '../methods';
import { alike, words } from './words';

/** Methods by what they do to their object, as the documentation of their packages says. */
const KINDS: [MethodKind, string][] = [
  // pandas
  [
    'fresh',
    'head tail describe info copy agg mean sum count nunique unique value_counts'
  ],
  [
    'fresh',
    'sort_values reset_index dropna merge concat astype isna between apply transform'
  ],
  [
    'fresh',
    'melt stack corr quantile round shift cumsum rank idxmax argsort duplicated'
  ],
  ['fresh', 'query assign to_dict tolist to_csv to_hdf to_sql to_frame equals explode'],
  ['fresh', 'compare first_valid_index reindex add_prefix mode sem cumcount day_name'],
  [
    'fresh',
    'total_seconds tz_localize floor memory_usage select_dtypes to_list drop_duplicates'
  ],
  [
    'view',
    'get items values iterrows to_numpy get_group groupby rolling resample pipe xs'
  ],
  // scikit-learn, statsmodels
  [
    'fresh',
    'predict predict_proba decision_function score get_params inverse_transform'
  ],
  ['fresh', 'get_feature_names_out get_n_splits summary conf_int forecast kneighbors'],
  ['change', 'fit fit_transform fit_predict partial_fit train evaluate'],
  // str, set, dict, list
  [
    'fresh',
    'upper strip split startswith find format title isdigit zfill ljust index encode'
  ],
  [
    'fresh',
    'center casefold removeprefix expandtabs keys union issubset most_common elements'
  ],
  ['change', 'sort reverse clear discard remove pop popitem popleft'],
  // pathlib, numbers, arrays
  [
    'fresh',
    'exists resolve with_suffix read_text write_bytes glob joinpath as_uri read_bytes'
  ],
  ['fresh', 'item nonzero repeat is_integer bit_length trace hex'],
  [
    'view',
    'ravel reshape view squeeze transpose swapaxes diagonal __getitem__ toarray'
  ],
  ['change', 'setflags resize itemset put byteswap'],
  // files, connections, threads
  [
    'change',
    'write writelines read readline close flush seek execute executemany commit'
  ],
  ['change', 'fetchone fetchall start acquire release cancel'],
  // matplotlib
  ['fresh', 'savefig show get_size_inches get_title get_xlabel plot boxplot'],
  ['view', 'get_lines get_axes get_level_values'],
  [
    'change',
    'plot_date scatter bar hist imshow contour contourf text legend grid set set_title'
  ],
  [
    'change',
    'axhline add_subplot invert_yaxis twinx draw clf cla suptitle tight_layout'
  ],
  // random states, boosters, torch
  [
    'change',
    'normal uniform integers random choice shuffle permutation randint gauss seed'
  ],
  [
    'change',
    'load_model step backward zero_grad load_state_dict cuda to requires_grad_'
  ],
  ['fresh', 'best_iteration num_boosted_rounds get_score save_model cache_info'],
  ['change', 'cache_clear warmup reset increment compile'],
  ['unknown', 'append extend insert add update setdefault push do_something']
];

describe.each(KINDS)('a method that is %s', (kind, names) => {
  it.each(words(names))('%s', name => {
    expect(methodKind(name, [])).toBe(kind);
  });

  it.each(alike(names))('%s, and nothing like it', (_, before, behind) => {
    expect([methodKind(before, []), methodKind(behind, [])]).toEqual([
      'unknown',
      'unknown'
    ]);
  });
});

describe('a method', () => {
  it.each(['inplace', 'out'])('changes its object where it is given %s', keyword => {
    expect(methodKind('dropna', ['axis', keyword])).toBe('change');
    expect(methodKind('dropna', ['axis', `${keyword}s`])).toBe('fresh');
  });

  it.each(['n', 'frac', 'random_state', 'replace'])(
    'is that of a frame where sample is given %s',
    keyword => {
      expect(methodKind('sample', ['axis', keyword])).toBe('fresh');
      expect(methodKind('sample', [`${keyword}x`, `x${keyword}`])).toBe('change');
      expect(methodKind('samples', [keyword])).toBe('unknown');
    }
  );

  it.each(alike('to_html to_excel render export'))(
    'of a Styler writes: %s',
    (name, before) => {
      expect(stylerMethod(name)).toBe('fresh');
      expect(stylerMethod(before)).toBe('view');
    }
  );

  it.each(
    alike(
      'append appendleft extend extendleft insert add update setdefault push put partial_update ' +
        '__setitem__ __delitem__ __iadd__ __ior__ fit sort'
    )
  )('surely changes its object: %s', (name, before, behind) => {
    expect([name, before, behind].map(surelyChanges)).toEqual([true, false, false]);
  });

  it.each(words('head get copy update_all iadd __add__'))('need not: %s', name => {
    expect(surelyChanges(name)).toBe(false);
  });

  it.each(
    alike(
      'fit_transform fit_predict fit_resample evaluate read readlines write writelines fetchall seek normal ' +
        'uniform integers random choice permutation standard_normal exponential poisson binomial beta gamma ' +
        'lognormal multivariate_normal rand randint gauss sample cache_clear'
    )
  )('gives something new: %s', (name, before, behind) => {
    expect([name, before, behind].map(givesNew)).toEqual([true, false, false]);
  });

  it.each(words('fit sort append close set_title'))(
    'gives its object back: %s',
    name => {
      expect(givesNew(name)).toBe(false);
    }
  );
});
