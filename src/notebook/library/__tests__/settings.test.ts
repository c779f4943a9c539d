import { hidesBuiltIns, isBuiltIn, isHistory, isKnownModule } from '../names';
import {
  isCarried,
  isImportedForEffect,
  isSetting,
  mayDrawUnseen,
  registers
} from '../settings';
import { alike, words } from './words';

/** What sets an option of the process, and is set again in each later step. */
const SET_AGAIN =
  'pandas.plotting.register_matplotlib_converters matplotlib.use matplotlib.pyplot.switch_backend ' +
  'matplotlib.pyplot.ion matplotlib.pyplot.ioff logging.captureWarnings os.putenv ' +
  'plotly.offline.init_notebook_mode torch.set_printoptions torch.set_num_threads tqdm.tqdm.pandas ' +
  'tqdm.auto.tqdm.pandas tqdm.notebook.tqdm.pandas faulthandler.enable shap.initjs ' +
  'IPython.display.set_matplotlib_formats matplotlib_inline.backend_inline.set_matplotlib_formats ' +
  'altair.data_transformers.enable altair.renderers.enable';

/** What sets an option that the step runner hands on. */
const SET_ONCE =
  'pandas.set_option pandas.reset_option pandas.options.mode pandas.set_eng_float_format ' +
  'numpy.set_printoptions numpy.seterr matplotlib.rc matplotlib.rcdefaults matplotlib.style.use ' +
  'matplotlib.rc_file matplotlib.rcParams.update matplotlib.pyplot.rcParams.update matplotlib.pyplot.rc ' +
  'matplotlib.pyplot.style.use matplotlib.pyplot.rcdefaults matplotlib.pyplot.set_cmap seaborn.set ' +
  'seaborn.set_theme seaborn.set_style seaborn.set_context seaborn.set_palette seaborn.set_color_codes seaborn.reset_defaults seaborn.reset_orig ' +
  'warnings.filterwarnings warnings.simplefilter warnings.resetwarnings logging.basicConfig logging.disable ' +
  'logging.getLogger.addHandler logging.getLogger.removeHandler logging.getLogger.setLevel ' +
  'logging.getLogger.addFilter logging.getLogger.removeFilter sys.setrecursionlimit sys.path.insert ' +
  'sys.path.append os.chdir os.environ.update os.environ.setdefault os.environ.pop os.environ.clear ' +
  'locale.setlocale decimal.setcontext decimal.getcontext sklearn.set_config sklearn.utils.set_config ' +
  'torch.set_default_dtype pandas.pandas.set_eng_float_format';

describe('options of the process', () => {
  it.each(alike(SET_AGAIN))('%s is set again', (name, before, behind) => {
    expect([name, before, behind].map(isSetting)).toEqual([true, false, false]);
    expect(isCarried(name)).toBe(false);
  });

  it.each(alike(SET_ONCE))('%s is handed on', (name, before, behind) => {
    expect([name, before, behind].map(isSetting)).toEqual([true, false, false]);
    expect([name, before].map(isCarried)).toEqual([true, false]);
  });

  it.each(words('%cd %env %set_env warnings.filters os.environ matplotlib.rcParams'))(
    '%s is handed on, though no function',
    name => {
      expect(isCarried(name)).toBe(true);
      expect(isCarried(`x${name}`)).toBe(false);
      expect(isCarried(`${name}x`)).toBe(false);
    }
  );

  it.each(words('pandas.read_csv os.getcwd numpy.array logging.info sys.exit'))(
    '%s is none',
    name => {
      expect(isSetting(name)).toBe(false);
      expect(isCarried(name)).toBe(false);
    }
  );
});

describe('what registers something in its process', () => {
  it.each(
    alike(
      'copyreg.pickle copyreg.constructor copyreg.add_extension codecs.register codecs.register_error ' +
        'pandas.api.extensions.register_dataframe_accessor pandas.core.accessor.register_series_accessor ' +
        'collections.abc.Sized.register numbers.Number.register os.PathLike.register typing.Sized.register ' +
        'io.IOBase.register contextlib.AbstractContextManager.register importlib.abc.Loader.register abc.ABC.register ' +
        'matplotlib.colormaps.register matplotlib.scale.register_scale matplotlib.projections.register_projection ' +
        'matplotlib.cm.register_cmap matplotlib.font_manager.fontManager.addfont matplotlib.pyplot.register_cmap ' +
        'sqlite3.register_adapter sqlite3.register_converter mimetypes.add_type mimetypes.init csv.register_dialect ' +
        'yaml.add_constructor shutil.register_archive_format shutil.unregister_archive_format ' +
        'numpy.set_string_function gc.disable gc.enable gc.set_threshold gc.set_debug tracemalloc.start ' +
        'tracemalloc.stop socket.setdefaulttimeout os.umask sys.setswitchinterval sys.set_int_max_str_digits ' +
        'sys.settrace sys.setprofile sympy.init_printing random.Random.seed ast.NodeVisitor.visit'
    )
  )('%s', (name, before, behind) => {
    expect([name, before, behind].map(registers)).toEqual([true, false, false]);
  });

  it.each(words('gc.collect csv.reader collections.abc.sized.register'))(
    'not %s',
    name => {
      expect(registers(name)).toBe(false);
    }
  );
});

describe('modules', () => {
  it.each(
    words(
      'sklearn.experimental hvplot swifter cufflinks scienceplots janitor pandas_flavor pint_pandas pandarallel ' +
        'mpl_toolkits.mplot3d qbstyles opensafely cmocean cmasher'
    )
  )('that are imported for what it does: %s', name => {
    expect(isImportedForEffect(name)).toBe(true);
    expect(isImportedForEffect(`${name}.part`)).toBe(true);
    expect(isImportedForEffect(`${name}s`)).toBe(false);
    expect(isImportedForEffect(`my.${name}`)).toBe(false);
  });

  it.each(
    words(
      'seaborn networkx statsmodels gensim wordcloud umap imblearn scipy.optimize scipy.cluster scipy.stats'
    )
  )('that may draw random numbers where nobody sees it: %s', name => {
    expect(mayDrawUnseen(`${name}.f`)).toBe(true);
    expect(mayDrawUnseen(`${name}s.f`)).toBe(false);
    expect(mayDrawUnseen(`my.${name}.f`)).toBe(false);
    expect(mayDrawUnseen(name)).toBe(false);
  });

  it.each(
    words(
      'IPython base64 cmath datetime gzip imblearn keras lightgbm nltk plotly platform shutil skimage subprocess sys ' +
        'tqdm traceback uuid zoneinfo polars asyncio numpy pandas sklearn matplotlib stat'
    )
  )('whose functions are known: %s', name => {
    expect(isKnownModule(name)).toBe(true);
    expect(isKnownModule(`${name}.part.f`)).toBe(true);
    expect(isKnownModule(`${name}x`)).toBe(false);
  });

  it.each(alike('numpy pylab matplotlib.pylab math cmath'))(
    'that hide names of Python: %s',
    (name, before, behind) => {
      expect([name, before, behind].map(hidesBuiltIns)).toEqual([true, false, false]);
    }
  );

  it.each(words('mylib helper os.path2 '))('unknown: %s', name => {
    expect(isKnownModule(name)).toBe(name.startsWith('os.'));
    expect(hidesBuiltIns(name)).toBe(false);
  });
});

describe('names that every notebook has', () => {
  it.each(
    words(
      'ArithmeticError BaseException BlockingIOError ChildProcessError ConnectionRefusedError EnvironmentError ' +
        'Exception FutureWarning InterruptedError KeyError ModuleNotFoundError NotImplementedError OverflowError ' +
        'RecursionError RuntimeError StopIteration SyntaxError True UnboundLocalError UserWarning ValueError ' +
        'UnicodeWarning abs print complex frozenset list max reversed zip __name__ get_ipython display'
    )
  )('%s', name => {
    expect(isBuiltIn(name)).toBe(true);
    expect(isBuiltIn(`${name}x`)).toBe(false);
  });

  it.each(words('_ __ ___ _i _ii _iii _ih _oh _dh In Out _3 _12 _i3 _i12 _exit_code'))(
    'what IPython keeps: %s',
    name => {
      expect(isHistory(name)).toBe(true);
      expect(isHistory(`x${name}`)).toBe(false);
      expect(isHistory(`${name}x`)).toBe(false);
    }
  );

  it.each(words('____ _iiii i3 _x in out ih'))('not: %s', name => {
    expect(isHistory(name)).toBe(false);
    expect(isBuiltIn(name)).toBe(false);
  });
});
