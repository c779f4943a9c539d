/** What is known of a function by its full name. Names are those of the defining or usual module. */

/** Why a value cannot leave its process. */
export type LiveReason =
  | 'open-file'
  | 'connection'
  | 'lock'
  | 'thread'
  | 'task'
  | 'iterator'
  | 'generator'
  | 'live-object'
  | 'function-state';

const LIVE: [RegExp, LiveReason][] = [
  [
    /^(open|io\.open|codecs\.open|gzip\.open|bz2\.open|lzma\.open|tarfile\.open|zipfile\.ZipFile|h5py\.File|pandas\.(ExcelWriter|ExcelFile|HDFStore)|os\.popen|tempfile\.\w*(File|Directory))$/,
    'open-file'
  ],
  [
    /^(sqlite3|psycopg2?|pymysql|MySQLdb|duckdb|pyodbc|cx_Oracle|oracledb|mysql\.connector)\.connect$|^sqlalchemy\.create_engine$|^pymongo\.MongoClient$|^redis\.(Redis|StrictRedis)$/,
    'connection'
  ],
  [
    /^socket\.(socket|create_connection)$|^(http\.client|ftplib|smtplib|telnetlib)\.\w+$|^urllib\.request\.urlopen$/,
    'connection'
  ],
  [
    /^(threading|multiprocessing|asyncio)\.(Lock|RLock|Event|Condition|Semaphore|BoundedSemaphore|Barrier|Queue|Manager)$|^queue\.\w*Queue$/,
    'lock'
  ],
  [
    /^threading\.(Thread|Timer|local)$|^(multiprocessing|multiprocessing\.pool)\.(Pool|Process|ThreadPool)$|^concurrent\.futures(\.\w+)*\.\w+Executor$|^subprocess\.Popen$|^dask\.distributed\.Client$/,
    'thread'
  ],
  [
    /^asyncio(\.\w+)*\.(create_task|ensure_future|gather|get_event_loop|get_running_loop|new_event_loop)$/,
    'task'
  ],
  [
    /^(iter|zip|map|filter|enumerate|reversed|csv\.(reader|writer|DictReader|DictWriter)|itertools\.\w+|os\.(scandir|walk)|glob\.iglob)$/,
    'iterator'
  ],
  // It holds its stream or file, and loggers hold it
  [/^logging\.(\w+Handler|handlers\.\w+)$/, 'open-file'],
  [/^re\.(compile\.)?(search|match|fullmatch)$/, 'live-object'],
  [/^re\.(compile\.)?finditer$/, 'iterator'],
  [
    /^memoryview$|^numpy\.frompyfunc$|^(hashlib|hmac)\.\w+$|^(zlib|bz2|lzma)\.(\w+compressobj|compressobj|\w+Compressor|\w+Decompressor)$|^unittest\.(main|TestProgram|TextTestRunner)$/,
    'live-object'
  ],
  // A number that means something only where the object lives
  [/^id$/, 'live-object'],
  [/^weakref\.\w+$|^contextvars\.(ContextVar|copy_context)$/, 'live-object'],
  [/^functools\.(lru_cache|cache)$/, 'function-state'],
  [/^(xgboost|lightgbm)\.(\w*DMatrix|Dataset)$/, 'live-object'],
  [/^onnxruntime\.InferenceSession$|^tensorflow\.compat\.v1\.Session$/, 'live-object'],
  [/^(ipywidgets|bokeh\.io\.push_notebook)\b/, 'live-object'],
  [
    /^(shelve|dbm)\.open$|^numpy\.(memmap|lib\.format\.open_memmap)$|^mmap\.mmap$/,
    'open-file'
  ]
];

/** Why what a function gives cannot leave its process; null where it can. */
export function liveReason(path: string): LiveReason | null {
  return LIVE.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** True for what cannot be stored once `with` has closed it. */
export function closes(path: string): boolean {
  return /^io\.(StringIO|BytesIO)$/.test(path);
}

/** True where the result keeps a formula that may mention the notebook's names. */
export function isFormula(path: string): boolean {
  return /^(statsmodels\.formula\.api|patsy|linearmodels)\./.test(path);
}

/** True for what reads an iterator to its end and keeps the items only. */
export function exhausts(path: string): boolean {
  return /^(list|tuple|dict|set|frozenset|sorted|sum|max|min|any|all|collections\.(deque|Counter|OrderedDict))$/.test(
    path
  );
}

const CONTAINER =
  /^(list|tuple|dict|set|frozenset|sorted|max|min|next|getattr|super|vars|reversed|iter|zip|map|filter|enumerate|type|property|staticmethod|classmethod|copy\.copy|functools\.\w+|itertools\.\w+|collections\.\w+|contextlib\.\w+|dataclasses\.\w+|types\.\w+|weakref\.\w+|operator\.\w+|numpy\.(vectorize|frompyfunc|apply_along_axis))$/;
const DATA =
  /\.(DataFrame|Series|Index|MultiIndex|Categorical|DatetimeIndex|Timestamp|Timedelta|Path|PurePath|Decimal|Fraction|csr_matrix|csc_matrix|coo_matrix)$/;
const SHARING =
  /^numpy\.(asarray|asanyarray|reshape|ravel|squeeze|transpose|broadcast_to|expand_dims|swapaxes|atleast_\dd|split|array_split|moveaxis|rollaxis|diagonal|frombuffer|nditer|flip|fliplr|flipud|rot90|[hvd]split|broadcast_arrays|real|imag|matrix_transpose|permute_dims|trim_zeros|lib\.stride_tricks\.\w+|ma\.\w+)$/;

/** True where the result may hold the arguments themselves: containers, wrappers, most classes. */
export function keepsArguments(path: string): boolean {
  if (CONTAINER.test(path) || SHARING.test(path)) {
    return true;
  }
  const last = path.split('.').pop() ?? '';
  const known = path.includes('.');
  return (
    known &&
    (/^[A-Z]/.test(last) ||
      /^make_(pipeline|union|column_transformer|scorer)$/.test(last)) &&
    !DATA.test(path)
  );
}

/** True where the result is a list, dict, set or the like that holds the arguments' items. */
export function givesContainer(path: string): boolean {
  return /^(list|tuple|dict|set|sorted|copy\.copy|collections\.(deque|OrderedDict|defaultdict|Counter))$/.test(
    path
  );
}

/** True where the result is a figure or axes: all of them belong together. */
export function givesFigure(path: string): boolean {
  return /^matplotlib\.pyplot\.(subplots|subplot|subplot2grid|subplot_mosaic|gca|gcf|figure|axes|twinx|twiny)$|^matplotlib\.figure\.Figure$/.test(
    path
  );
}

const CHANGES: [RegExp, number[]][] = [
  [/^(setattr|delattr|next|anext)$/, [0]],
  [/^operator\.(setitem|delitem|i[a-z]+)$/, [0]],
  [/^numpy\.\w+\.at$/, [0]],
  [/^(random|numpy\.random)\.shuffle$/, [0]],
  [
    /^heapq\.(heappush|heappop|heapify|heapreplace|heappushpop)$|^bisect\.insort(_left|_right)?$/,
    [0]
  ],
  [/^numpy\.(put|copyto|fill_diagonal|place|putmask|put_along_axis)$/, [0]],
  [/^(lightgbm\.record_evaluation)$/, [0]],
  [/^(pickle|json|joblib|yaml|csv)\.dump$/, [1]],
  [/^(pickle|json|yaml)\.load$/, [0]],
  [/^(list|tuple|sum|set|dict|sorted|any|all|max|min|zip|enumerate)$/, []]
];

/** Positions of the arguments that a known function changes. */
export function changedArguments(path: string): readonly number[] {
  return CHANGES.find(([pattern]) => pattern.test(path))?.[1] ?? [];
}

/** True where what is changed holds the other arguments afterwards. */
export function takesIn(path: string): boolean {
  return /^(setattr|operator\.\w+|heapq\.\w+|bisect\.\w+)$/.test(path);
}

const SCALAR =
  /^(len|int|float|str|bool|complex|round|isinstance|issubclass|hasattr|callable|hash|ord|chr|repr|format|bin|hex|oct|range|bytes|frozenset|os\.path\.\w+|os\.getenv|os\.getcwd|math\.\w+|time\.\w+|datetime\.\w+(\.\w+)*)$/;

/** True where the result is a number, a text or another object that nothing changes. */
export function givesImmutable(path: string): boolean {
  return SCALAR.test(path);
}

/** True where a second run may give another result. */
export function isVolatile(path: string): boolean {
  return (
    /^(time\.(time|time_ns|perf_counter|monotonic|process_time|ctime|localtime|gmtime|strftime)|datetime\.(datetime|date)(\.datetime|\.date)?\.(now|today|utcnow)|(pandas\.Timestamp|datetime)\.(now|today|utcnow)|uuid\.uuid[14]|secrets\.\w+|os\.(urandom|getpid)|getpass\.\w+)$/.test(
      path
    ) || isNetwork(path)
  );
}

export function isNetwork(path: string): boolean {
  return (
    /^(requests|urllib\.request|urllib3|httpx|aiohttp|boto3|ftplib|smtplib|socket|http\.client|wget|gdown|kagglehub|yfinance|google\.cloud|s3fs|gcsfs)\b/.test(
      path
    ) || /^sklearn\.datasets\.fetch_/.test(path)
  );
}

/** True for what may do anything to the process, the folder or the machine. */
export function isOpaque(path: string): boolean {
  return /^(os\.(system|exec\w*|spawn\w*|fork|kill|popen)|subprocess\.\w+|shutil\.(rmtree|move|copy\w*|unpack_archive|make_archive)|exec|eval|runpy\.\w+|importlib\.reload|get_ipython|pty\.\w+)$/.test(
    path
  );
}
