import {
  changedArguments,
  closes,
  exhausts,
  givesContainer,
  givesFigure,
  givesImmutable,
  isFormula,
  isNetwork,
  isOpaque,
  isVolatile,
  keepsArguments,
  liveReason,
  takesIn
} from '../callables';
import type { LiveReason } from '../callables';
import { alike, words } from './words';

const LIVE: [LiveReason, string][] = [
  ['open-file', 'open io.open codecs.open gzip.open bz2.open lzma.open tarfile.open'],
  [
    'open-file',
    'zipfile.ZipFile h5py.File pandas.ExcelWriter pandas.HDFStore os.popen'
  ],
  ['open-file', 'tempfile.NamedTemporaryFile tempfile.TemporaryDirectory'],
  [
    'open-file',
    'logging.FileHandler logging.StreamHandler logging.handlers.RotatingFileHandler'
  ],
  [
    'open-file',
    'shelve.open dbm.open numpy.memmap numpy.lib.format.open_memmap mmap.mmap'
  ],
  [
    'connection',
    'sqlite3.connect psycopg2.connect psycopg.connect duckdb.connect pymysql.connect'
  ],
  [
    'connection',
    'mysql.connector.connect sqlalchemy.create_engine pymongo.MongoClient redis.Redis'
  ],
  [
    'connection',
    'socket.socket socket.create_connection http.client.HTTPConnection smtplib.SMTP'
  ],
  ['connection', 'urllib.request.urlopen'],
  [
    'lock',
    'threading.Lock multiprocessing.Queue asyncio.Event threading.BoundedSemaphore'
  ],
  ['lock', 'queue.Queue queue.PriorityQueue'],
  ['thread', 'threading.Thread threading.Timer threading.local multiprocessing.Pool'],
  ['thread', 'multiprocessing.pool.ThreadPool concurrent.futures.ThreadPoolExecutor'],
  [
    'thread',
    'concurrent.futures.process.ProcessPoolExecutor subprocess.Popen dask.distributed.Client'
  ],
  [
    'task',
    'asyncio.create_task asyncio.tasks.gather asyncio.get_event_loop asyncio.ensure_future'
  ],
  [
    'iterator',
    'iter zip map filter enumerate reversed csv.reader csv.DictWriter itertools.cycle'
  ],
  ['iterator', 'os.scandir os.walk glob.iglob re.finditer re.compile.finditer'],
  [
    'live-object',
    're.search re.match re.compile.fullmatch memoryview numpy.frompyfunc'
  ],
  [
    'live-object',
    'hashlib.sha256 hmac.new zlib.compressobj zlib.decompressobj bz2.BZ2Compressor'
  ],
  [
    'live-object',
    'id lzma.LZMADecompressor unittest.main weakref.ref contextvars.ContextVar'
  ],
  ['live-object', 'xgboost.DMatrix xgboost.QuantileDMatrix lightgbm.Dataset'],
  ['live-object', 'onnxruntime.InferenceSession tensorflow.compat.v1.Session'],
  ['function-state', 'functools.lru_cache functools.cache']
];

describe.each(LIVE)('what is no value but %s', (reason, names) => {
  it.each(alike(names))('%s', (name, before, behind) => {
    expect([name, before, behind].map(liveReason)).toEqual([reason, null, null]);
  });
});

describe('what is a value', () => {
  it.each(
    words(
      'list dict numpy.array pandas.DataFrame re.compile re.findall functools.partial io.StringIO'
    )
  )('%s', name => {
    expect(liveReason(name)).toBeNull();
  });

  it('is no widget', () => {
    expect(liveReason('ipywidgets.IntSlider')).toBe('live-object');
    expect(liveReason('bokeh.io.push_notebook')).toBe('live-object');
    expect(liveReason('my.ipywidgets.IntSlider')).toBeNull();
    expect(liveReason('ipywidgetsx')).toBeNull();
  });
});

/** Each question about a function, those for which it is true, and some others. */
const QUESTIONS: [string, (path: string) => boolean, string, string][] = [
  ['closes', closes, 'io.StringIO io.BytesIO', 'io.TextIOWrapper StringIO'],
  [
    'exhausts',
    exhausts,
    'list tuple dict set frozenset sorted sum max min any all collections.deque collections.Counter ' +
      'collections.OrderedDict',
    'iter zip map next collections.namedtuple'
  ],
  [
    'keepsArguments',
    keepsArguments,
    'list sorted next getattr super vars iter zip type property copy.copy functools.partial itertools.chain ' +
      'collections.deque operator.itemgetter numpy.asarray numpy.reshape numpy.ravel numpy.broadcast_to ' +
      'numpy.atleast_2d numpy.array_split numpy.hsplit numpy.real numpy.lib.stride_tricks.as_strided ' +
      'numpy.ma.masked_array contextlib.closing dataclasses.replace weakref.ref',
    'len int numpy.array numpy.mean numpy.zeros pandas.read_csv copy.deepcopy str'
  ],
  [
    'givesContainer',
    givesContainer,
    'list tuple dict set sorted copy.copy collections.deque collections.defaultdict collections.Counter',
    'frozenset iter copy.deepcopy collections.namedtuple'
  ],
  [
    'givesFigure',
    givesFigure,
    'matplotlib.pyplot.subplots matplotlib.pyplot.gca matplotlib.pyplot.figure matplotlib.pyplot.twinx ' +
      'matplotlib.pyplot.subplot_mosaic matplotlib.figure.Figure',
    'matplotlib.pyplot.plot matplotlib.pyplot.show'
  ],
  [
    'takesIn',
    takesIn,
    'setattr operator.setitem heapq.heappush bisect.insort',
    'delattr numpy.put random.shuffle'
  ],
  [
    'givesImmutable',
    givesImmutable,
    'len int float str bool complex round isinstance hasattr hash ord chr repr format bin hex range bytes ' +
      'frozenset os.path.join os.getenv os.getcwd math.sqrt time.time datetime.datetime.now datetime.date',
    'list dict sum max sorted os.listdir numpy.sqrt'
  ],
  [
    'isVolatile',
    isVolatile,
    'time.time time.time_ns time.perf_counter time.strftime datetime.datetime.now datetime.date.today ' +
      'datetime.datetime.datetime.utcnow pandas.Timestamp.now datetime.now uuid.uuid1 uuid.uuid4 secrets.token_hex ' +
      'os.urandom os.getpid getpass.getuser',
    'time.sleep datetime.timedelta uuid.uuid5 os.getcwd math.sqrt'
  ],
  [
    'isOpaque',
    isOpaque,
    'os.system os.execvp os.spawnl os.fork os.kill os.popen subprocess.run shutil.rmtree shutil.copy2 exec eval ' +
      'runpy.run_path importlib.reload get_ipython pty.spawn shutil.unpack_archive',
    'os.listdir shutil.which importlib.import_module'
  ]
];

describe.each(QUESTIONS)('%s', (_, asked, yes, no) => {
  it.each(alike(yes))('%s', (name, before, behind) => {
    expect([name, before, behind].map(asked)).toEqual([true, false, false]);
  });

  it.each(words(no))('not %s', name => {
    expect(asked(name)).toBe(false);
  });
});

describe('keepsArguments', () => {
  it.each(
    words(
      'types.SimpleNamespace sklearn.pipeline.Pipeline torch.nn.Sequential sklearn.pipeline.make_pipeline ' +
        'sklearn.compose.make_column_transformer sklearn.metrics.make_scorer sklearn.pipeline.make_union'
    )
  )('classes and makers of packages: %s', name => {
    expect(keepsArguments(name)).toBe(true);
    // A class of the notebook is followed into its body
    expect(keepsArguments(name.split('.').pop() ?? '')).toBe(false);
  });

  it.each(
    words(
      'pandas.DataFrame pandas.Series pandas.Index pandas.Timestamp pathlib.Path decimal.Decimal fractions.Fraction ' +
        'scipy.sparse.csr_matrix pandas.MultiIndex pandas.Categorical sklearn.datasets.make_blobs a.remake_scorer a.make_scorers'
    )
  )('not data: %s', name => {
    expect(keepsArguments(name)).toBe(false);
  });
});

describe('changedArguments', () => {
  it.each<[string, number[]]>([
    ['setattr delattr next anext operator.setitem operator.delitem operator.iadd', [0]],
    [
      'numpy.add.at numpy.put numpy.copyto numpy.fill_diagonal numpy.place numpy.putmask',
      [0]
    ],
    ['random.shuffle numpy.random.shuffle lightgbm.record_evaluation', [0]],
    [
      'heapq.heappush heapq.heapify heapq.heapreplace bisect.insort bisect.insort_left',
      [0]
    ],
    ['pickle.load json.load yaml.load', [0]],
    ['pickle.dump json.dump joblib.dump yaml.dump csv.dump', [1]]
  ])('of %s', (names, positions) => {
    for (const [name, before, behind] of alike(names)) {
      expect([name, changedArguments(name)]).toEqual([name, positions]);
      expect([before, changedArguments(before)]).toEqual([before, []]);
      expect([behind, changedArguments(behind)]).toEqual([behind, []]);
    }
  });

  it.each(
    words('list tuple sum sorted any max zip enumerate json.dumps len numpy.add')
  )('of %s: none', name => {
    expect(changedArguments(name)).toEqual([]);
  });
});

describe('what comes from outside', () => {
  it.each(
    words(
      'requests.get urllib.request.urlopen urllib3.PoolManager httpx.get aiohttp.ClientSession boto3.client ftplib.FTP ' +
        'smtplib.SMTP socket.socket http.client.HTTPConnection wget.download gdown.download kagglehub.load ' +
        'yfinance.download google.cloud.storage s3fs.S3FileSystem gcsfs.GCSFileSystem sklearn.datasets.fetch_openml'
    )
  )('%s', name => {
    expect(isNetwork(name)).toBe(true);
    expect(isVolatile(name)).toBe(true);
    expect(isNetwork(`my.${name}`)).toBe(false);
  });

  it.each(
    words('requestsx.get urllib.parse.quote sklearn.datasets.load_iris socketserver')
  )('not %s', name => {
    expect(isNetwork(name)).toBe(false);
  });

  it.each(words('statsmodels.formula.api.ols patsy.dmatrices linearmodels.PanelOLS'))(
    'a formula that may name variables: %s',
    name => {
      expect(isFormula(name)).toBe(true);
      expect(isFormula(`my.${name}`)).toBe(false);
      expect(isFormula(name.replace(/\.\w+$/, 'x'))).toBe(false);
    }
  );
});
