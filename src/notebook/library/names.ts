/** Names that every notebook has: Python's built-ins and IPython's own. */
const BUILT_IN = new Set(
  (
    'ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError ' +
    'BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ' +
    'ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning ' +
    'EnvironmentError Exception ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError ' +
    'FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError ' +
    'InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError ' +
    'ModuleNotFoundError NameError None NotADirectoryError NotImplemented NotImplementedError OSError ' +
    'OverflowError PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError ' +
    'RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration ' +
    'StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError ' +
    'UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError ' +
    'UnicodeWarning UserWarning ValueError Warning ZeroDivisionError __build_class__ __debug__ __import__ ' +
    'abs aiter all anext any ascii bin bool breakpoint bytearray bytes callable chr classmethod compile ' +
    'complex copyright credits delattr dict dir divmod enumerate eval exec exit filter float format ' +
    'frozenset getattr globals hasattr hash help hex id input int isinstance issubclass iter len license ' +
    'list locals map max memoryview min next object oct open ord pow print property quit range repr ' +
    'reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip ' +
    '__name__ __doc__ __package__ __loader__ __spec__ __builtins__ __builtin__ __annotations__ __class__ ' +
    'get_ipython display __IPYTHON__ __session__'
  ).split(' ')
);

/** What IPython keeps about earlier cells: `_`, `__`, `Out`, `_i3`, `_dh`. */
const HISTORY = /^(_{1,3}|_i{1,3}|_ih|_oh|_dh|In|Out|_i?\d+|_exit_code)$/;

export function isBuiltIn(name: string): boolean {
  return BUILT_IN.has(name);
}

export function isHistory(name: string): boolean {
  return HISTORY.test(name);
}

/** Modules whose functions are known to leave their arguments as they are, but for those in `callables`. */
const KNOWN = new Set(
  (
    'IPython PIL abc altair argparse array ast base64 bisect bokeh bz2 calendar catboost category_encoders ' +
    'cmath codecs collections colorsys concurrent contextlib contextvars copy csv ctypes cv2 dataclasses ' +
    'datetime dateutil decimal difflib enum featuretools fractions functools gc getpass glob gzip hashlib ' +
    'heapq hmac html http imblearn importlib inspect io ipaddress itertools joblib json keras keyword ' +
    'lightgbm locale logging lzma math matplotlib missingno mlflow mpl_toolkits multiprocessing networkx ' +
    'nltk numbers numpy onnx onnxruntime openpyxl operator optuna os pandas pathlib patsy pickle pkgutil ' +
    'platform plotly pprint prophet pyarrow pytz queue random re requests scipy seaborn secrets shap ' +
    'shutil signal skimage skl2onnx sklearn socket sqlalchemy sqlite3 statistics statsmodels string struct ' +
    'subprocess sys tabulate tempfile tensorflow textwrap threading time timeit tokenize torch torchvision ' +
    'tqdm traceback types typing unicodedata unittest urllib uuid warnings wordcloud xgboost xml yaml zipfile ' +
    'zoneinfo polars duckdb asyncio weakref copyreg tracemalloc mimetypes shelve builtins errno stat'
  ).split(' ')
);

export function isKnownModule(path: string): boolean {
  return KNOWN.has(path.split('.')[0] ?? '');
}

/** Modules whose star import hides built-in names. */
export function hidesBuiltIns(module: string): boolean {
  return /^(numpy|pylab|matplotlib\.pylab|math|cmath)$/.test(module);
}
