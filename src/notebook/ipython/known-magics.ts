/** Magics that set something for later cells: repeated in each later step. */
export const SETTING_MAGICS =
  /^(matplotlib|config|precision|load_ext|reload_ext|autoreload|env|set_env|cd|pylab|pdb|xmode|colors|alias|unalias|rehashx|gui|pprint|Pprint|doctest_mode|automagic|logon|logoff|watermark)$/;
/** Magics that only show something. */
export const SHOWING_MAGICS =
  /^(time|timeit|prun|memit|mprun|lprun|who|who_ls|whos|pwd|ls|ll|lsmagic|magic|pinfo|pinfo2|pdoc|pdef|psource|pfile|pycat|cat|less|more|page|hist|history|dhist|quickref|psearch|conda_list|man|capture|tb|skip|load|edit|macro|notebook|%)$/;
/** Magics that run other programs, or change files. */
export const SHELL_MAGICS =
  /^(!|sx|sc|system|pip|conda|mamba|uv|run|mkdir|rm|mv|cp|bash|rmdir|store|script|bookmark|pushd|popd)$/;
/** Magics that look at all names of the notebook. */
export const NAMING_MAGICS = /^(who|who_ls|whos|reset|reset_selective|xdel|store)$/;

/** Magics whose rest of the line is Python, with their options as `getopt` knows them. */
export const PYTHON_LINES = new Map([
  ['time', ''],
  ['timeit', 'n:r:tcp:qov:'],
  ['prun', 'D:l:rs:T:q'],
  ['memit', 'r:t:i:coI:'],
  ['mprun', 'T:f:rc'],
  ['lprun', 'rsf:m:D:T:u:z']
]);

/** Cell magics whose body is Python that runs in the notebook's namespace. */
export const PYTHON_CELLS = new Set([
  'time',
  'timeit',
  'capture',
  'prun',
  'memit',
  'mprun',
  'lprun',
  'skip',
  'debug',
  'pyinstrument',
  'scalene',
  'snakeviz',
  'heat',
  'notify',
  'wandb'
]);

/** Magics that get their line as it stands: `{name}` in it is code. */
export const AS_WRITTEN = new Set(['time', 'timeit', 'prun', 'capture']);

/** Cell magics in whose body no name of the notebook is looked up. */
export const SELF_CONTAINED_CELLS =
  /^(bash|sh|script|perl|ruby|cmd|system|sx|!|python\d?|pypy|html|HTML|javascript|js|latex|markdown|svg|SVG|writefile|file)$/;

/** What IPython runs as a magic without `%`, where it is the one line of a cell. */
export const AUTOMATIC = new Set(
  (
    'alias alias_magic autoawait autocall automagic autosave bookmark cat cd clear code_wrap ' +
    'colors conda config connect_info cp debug dhist dirs doctest_mode ed edit env gui hist ' +
    'history killbgscripts ldir less lf lk ll load load_ext loadpy logoff logon logstart ' +
    'logstate logstop ls lsmagic lx macro magic mamba man matplotlib micromamba mkdir more mv ' +
    'notebook page pastebin pdb pdef pdoc pfile pinfo pinfo2 pip popd pprint precision prun ' +
    'psearch psource pushd pwd pycat pylab qtconsole quickref recall rehashx reload_ext rep ' +
    'rerun reset reset_selective rm rmdir run save sc set_env store subshell sx system tb time ' +
    'timeit unalias unload_ext uv who who_ls whos xdel xmode'
  ).split(' ')
);
/** Those that are Python too and that hardly anybody gives a value. */
export const AUTOMATIC_NAMES =
  /^(ls|ll|pwd|who|whos|who_ls|lsmagic|cd|dhist|pylab|quickref)$/;
