/** Small notebooks, a line of cells each: what goes from cell to cell is in `flows.json`. */
export const CASES: readonly (readonly string[])[] = [
  // Magics
  ...[
    '%cd data',
    '%env',
    '%env A=1',
    '%set_env A 1',
    '%matplotlib',
    '%matplotlib inline',
    '%matplotlib widget',
    '%pylab',
    '%pylab inline',
    '%precision 3',
    "%config InlineBackend.figure_format = 'svg'",
    '%config InlineBackend.close_figures = False',
    '%config InlineBackend.close_figures=True',
    '%who',
    '%whos int',
    '%reset -f',
    '%store x',
    '%run other.py',
    '%load_ext autoreload',
    '%pip install a',
    '%conda install a',
    '%pwd',
    '%ls',
    '%history',
    '%unknown x',
    '%%unknown\nx',
    '%time x',
    '%prun f(x)',
    '%alias a ls',
    '%macro m 1',
    '!ls',
    '!pip install a',
    '!git clone a',
    '!echo {x} > a.txt',
    '!!ls',
    '%%bash\ncat a.txt',
    '%%html\n<b>x</b>',
    '%%javascript\nx',
    '%%writefile a.py\nx = 1',
    '%%capture out\nprint(x)',
    '%%timeit\nx',
    'x?',
    'f x'
  ].map(magic => [
    'import matplotlib.pyplot as plt\nx = 1\ndef f(v): return v',
    magic,
    'plt.plot([x])\nprint(open("a.txt").read())',
    'plt.show(); f(x)'
  ]),
  // Options and what sets them
  [
    'import pandas as pd',
    'pd.set_option("a", 1)',
    'pd.DataFrame()',
    'pd.reset_option("a")'
  ],
  [
    'import pandas as pd\nf = lambda v: str(v)',
    'pd.options.display.float_format = f',
    'pd.Series([1])'
  ],
  [
    'import pandas as pd\nk = 1\ndef f(v): return v + k',
    'pd.options.display.float_format = f',
    'pd.Series([1])',
    'k = 2',
    'pd.Series([2])'
  ],
  [
    'import pandas as pd\nn = [0]\ndef f(v):\n    n.append(v)\n    return ""',
    'pd.options.display.float_format = f',
    'pd.Series([1])',
    'print(n)'
  ],
  [
    'import numpy as np',
    'np.set_printoptions(precision=2)',
    'np.seterr(all="raise")',
    'print(np.pi)'
  ],
  [
    'import matplotlib as mpl',
    'mpl.rcParams["a"] = 1',
    'mpl.rcParams.update({"b": 2})',
    'mpl.rc("c", d=1)',
    'mpl.pyplot.plot([1])'
  ],
  [
    'import matplotlib.pyplot as plt\nstyle = "ggplot"',
    'plt.style.use(style)',
    'with plt.rc_context({"a": 1}):\n    plt.plot([1])',
    'plt.plot([2])'
  ],
  ['import seaborn as sns', 'sns.set_theme()', 'sns.histplot([1])'],
  [
    'import warnings',
    'warnings.filterwarnings("ignore")',
    'with warnings.catch_warnings():\n    warnings.simplefilter("error")',
    'warnings.warn("x")'
  ],
  [
    'import logging',
    'logging.basicConfig(level="INFO")',
    'log = logging.getLogger("a")',
    'log.addHandler(logging.StreamHandler())',
    'log.info("x")'
  ],
  [
    'import logging\nlog = logging.getLogger()',
    'class H(logging.Handler):\n    def emit(self, r): seen.append(r)\nseen = []',
    'log.addHandler(H())',
    'log.info("x")',
    'print(seen)'
  ],
  [
    'import sys',
    'sys.path.append("lib")',
    'sys.setrecursionlimit(5000)',
    'print(sys.path)'
  ],
  [
    'import os',
    'os.environ["A"] = "1"',
    'os.environ.setdefault("B", "2")',
    'os.putenv("C", "3")',
    'print(os.environ["A"], os.getenv("D"))'
  ],
  ['import os', 'os.chdir("data")', 'print(os.getcwd())', 'open("a.txt").read()'],
  [
    'import sklearn',
    'sklearn.set_config(display="text")',
    'from sklearn.svm import SVC\nSVC()'
  ],
  [
    'import locale, decimal',
    'locale.setlocale(0, "C")',
    'decimal.getcontext().prec = 5',
    'print(decimal.Decimal(1) / 3)'
  ],
  ['import gc, tracemalloc', 'gc.disable()', 'tracemalloc.start()', 'print(1)'],
  [
    'from tqdm.auto import tqdm',
    'tqdm.pandas()',
    'import pandas as pd\npd.Series([1]).progress_apply(str)'
  ],
  [
    'import sqlite3, copyreg',
    'sqlite3.register_adapter(list, str)',
    'copyreg.pickle(set, list)',
    'print(1)'
  ],
  // Patches
  ['import json', 'json.indent = 2', 'print(json.indent)'],
  ['import json\ndef mine(o): return "x"', 'json.dumps = mine', 'print(json.dumps(1))'],
  [
    'import json\nreal = json.dumps\ndef mine(o): return real(o)',
    'json.dumps = mine',
    'print(json.dumps(1))',
    'json.dumps = real',
    'print(json.dumps(2))'
  ],
  [
    'import pandas as pd\nn = []\ndef mine(self): n.append(1)',
    'pd.DataFrame.mine = mine',
    'pd.DataFrame().mine()',
    'print(n)'
  ],
  [
    'import pandas as pd',
    'pd.DataFrame.shape2 = property(lambda self: self.shape)',
    'pd.DataFrame().shape2'
  ],
  [
    'import pandas as pd, functools',
    'pd.DataFrame.f = functools.partialmethod(pd.DataFrame.head, 1)',
    'pd.DataFrame().f()'
  ],
  ['import pandas as pd\nclass B: pass', 'pd.B = B', 'pd.B()'],
  [
    'import pandas as pd\nclass B: pass\nb = B()',
    'pd.b = b',
    'pd.b.x = 1',
    'print(pd.b.x)'
  ],
  ['import pandas as pd', 'pd.handle = open("a.txt")', 'pd.handle.read()'],
  ['import pandas as pd\nfiles = [open("a.txt")]', 'pd.files = files', 'pd.files'],
  ['import pandas as pd', 'pd.items = [1, (2, {"a": -3})]', 'pd.items'],
  ['import pandas as pd\nx = [1]', 'pd.x = x', 'x.append(2)', 'print(pd.x)'],
  ['import builtins', 'builtins.mine = 1', 'print(mine)'],
  ['import sys, types', 'sys.modules["a"] = types.ModuleType("a")', 'import a'],
  ['import __main__', '__main__.x = 1', 'print(x)'],
  [
    'from unittest import mock',
    'with mock.patch("json.dumps"):\n    pass',
    'p = mock.patch("json.dumps")',
    'p.start()',
    'import json\njson.dumps(1)'
  ],
  // Files that are named, and what may write them
  [
    'import unknown',
    'unknown.run("a.csv")',
    'print(open("a.csv").read())',
    'unknown.run("b")'
  ],
  [
    'import unknown\nm = unknown.Model()',
    'm.save("m.bin")',
    'open("m.bin").read()',
    'm.save(path)',
    'path = 1'
  ],
  [
    'import unknown\np = unknown.path()\nm = unknown.Model()',
    'm.save(p)',
    'open("m.bin").read()',
    'm.export_all(p)',
    'm.flush()',
    'm.saves(p)'
  ],
  [
    'import unknown\nf = open("a", "w")\nm = unknown.Model()',
    'm.dump(1, f)',
    'print(open("a").read())'
  ],
  [
    'import pandas as pd\ndf = pd.DataFrame()',
    'df.to_csv("a.csv")',
    'pd.read_csv("a.csv")',
    'df.to_csv()',
    'pd.read_csv("b.csv")'
  ],
  [
    'from pathlib import Path\nd = Path("data")',
    '(d / "a.txt").write_text("x")',
    'print((d / "a.txt").read_text())',
    'print(list(d.iterdir()))',
    'print(Path("../x.txt").exists())'
  ],
  [
    'import os',
    'os.makedirs("out", exist_ok=True)',
    'open("out/a.txt", "w").close()',
    'print(os.listdir("out"))',
    'os.remove("out/a.txt")',
    'print(os.path.exists("out/a.txt"))'
  ],
  [
    'import glob',
    'files = glob.glob("data/*.csv")',
    'open("data/b.csv", "w").close()',
    'print(glob.glob("data/*.csv"), files)'
  ],
  [
    'name = "a"',
    'open(name + ".txt", "w").close()',
    'print(open(f"{name}.txt").read())'
  ],
  [
    'import shutil, subprocess',
    'shutil.copy("a", "b")',
    'subprocess.run(["ls"])',
    'print(open("b").read())'
  ],
  [
    'with open("a.txt", "a") as f:\n    f.write("x")',
    'print(open("a.txt").read())',
    'with open("a.txt", "r+") as f:\n    f.write("y")',
    'print(open("a.txt").read())'
  ],
  [
    'import sqlite3\nc = sqlite3.connect("a.db")',
    'c.execute("create table t(x)")',
    'd = sqlite3.connect("a.db")'
  ],
  ['import joblib', 'joblib.dump([1], "m.joblib")', 'print(joblib.load("m.joblib"))'],
  ['import requests', 'r = requests.get("http://a")', 'print(r.text)'],
  // Random states
  [
    'import numpy as np',
    'np.random.seed(1)',
    'a = np.random.rand()',
    'b = np.random.rand()',
    'print(a, b)'
  ],
  [
    'import random',
    'random.seed(1)',
    'random.shuffle([1])',
    's = random.getstate()',
    'random.random()',
    'random.setstate(s)',
    'random.random()'
  ],
  [
    'import numpy as np\nrng = np.random.default_rng(1)',
    'a = rng.normal()',
    'b = rng.normal()',
    'print(a, b)'
  ],
  [
    'import numpy as np\nrng = np.random.default_rng(1)\ndef draw(): return rng.normal()',
    'draw()',
    'draw()',
    'print(1)'
  ],
  [
    'from sklearn.ensemble import RandomForestClassifier as F\nf = F()',
    'f.fit([[1]], [1])',
    'f.fit([[2]], [1])',
    'f.predict([[1]])'
  ],
  [
    'from sklearn.ensemble import RandomForestClassifier as F\nf = F(random_state=1)',
    'f.fit([[1]], [1])',
    'f.predict([[1]])'
  ],
  [
    'from sklearn.model_selection import train_test_split as s',
    'a, b = s([1, 2])',
    'c, d = s([1, 2], random_state=1)',
    'print(a, c)'
  ],
  [
    'import pandas as pd\ndf = pd.DataFrame({"a": [1]})',
    'df.sample(1)',
    'df.sample(frac=1, random_state=1)',
    'df.sample(n=1)'
  ],
  [
    'import random, numpy as np',
    'for m in (random, np.random):\n    m.seed(1)',
    'random.random()',
    'np.random.rand()'
  ],
  ['import torch', 'torch.manual_seed(1)', 'x = torch.rand(2)', 'print(x)'],
  // Functions that are handed on, and what they hold
  [
    'rows = []\ndef add(v): rows.append(v)',
    'add(1)',
    'apply = add',
    'apply(2)',
    'print(rows)'
  ],
  [
    'rows = []\ndef make():\n    def add(v): rows.append(v)\n    return add',
    'add = make()',
    'add(1)',
    'print(rows)'
  ],
  [
    'def make(items):\n    return lambda v: items.append(v)\nrows = []',
    'add = make(rows)',
    'add(1)',
    'print(rows)'
  ],
  [
    'def each(f, items):\n    for i in items: f(i)\nseen = []',
    'each(seen.append, [1])',
    'print(seen)'
  ],
  [
    'def each(f, items):\n    return [f(i) for i in items]\nk = 2',
    'print(each(lambda v: v * k, [1]))',
    'k = 3',
    'print(each(lambda v: v * k, [1]))'
  ],
  [
    'seen = []',
    'list(map(seen.append, [1]))',
    'print(seen)',
    'sorted([1], key=lambda v: seen.append(v) or v)',
    'print(seen)'
  ],
  [
    'from functools import partial\nrows = []\nadd = partial(rows.append, 1)',
    'add()',
    'print(rows)'
  ],
  ['list.append(x := [], 1)', 'dict.update(y := {}, a=1)', 'print(x, y)'],
  [
    'def f(a, *rest, b=None, **more):\n    rest[0].append(a); more["m"].append(b)\nx, y = [], []',
    'f(1, x, m=y)',
    'print(x)',
    'print(y)',
    'args = [x]\nf(2, *args, **{"m": y})',
    'print(x, y)'
  ],
  [
    'class A:\n    def __init__(self, items): self.items = items\n    def add(self, v): self.items.append(v)\nrows = []\na = A(rows)',
    'a.add(1)',
    'print(rows)',
    'A.add(a, 2)',
    'print(rows)'
  ],
  [
    'class A:\n    def __enter__(self): log.append(1); return self\n    def __exit__(self, *a): log.append(2)\nlog = []',
    'with A() as a: pass',
    'print(log)'
  ],
  [
    'class A:\n    def __getitem__(self, i): seen.append(i); return i\n    def __len__(self): return n\nseen, n = [], 2\na = A()',
    'a[1]',
    'print(seen)',
    'n = 3',
    'len(a)'
  ],
  [
    'class P:\n    @property\n    def x(self): count.append(1); return 1\ncount = []\np = P()',
    'p.x',
    'print(count)'
  ],
  [
    'def gen():\n    for i in items: yield i\nitems = [1]',
    'g = gen()',
    'items.append(2)',
    'print(list(g))'
  ],
  [
    'import functools\n@functools.lru_cache\ndef f(x): return x',
    'f(1)',
    'print(f.cache_info())'
  ],
  [
    'def deco(f):\n    calls.append(f)\n    return f\ncalls = []',
    '@deco\ndef g(): pass',
    'print(len(calls))'
  ],
  ['def f():\n    global x\n    x = 1', 'f()', 'print(x)'],
  ['def f():\n    exec("y = 1", globals())', 'f()', 'print(y)'],
  [
    'files = {}\ndef get(n):\n    files[n] = open(n)\n    return files[n]',
    'get("a")',
    'print(files)'
  ],
  // Aliases, changes and identity
  ['a = [1]\nb = a', 'b.append(2)', 'print(a)', 'b = b + [3]', 'print(a, b)'],
  ['a = {"k": []}\nb = a["k"]', 'b.append(1)', 'print(a)', 'a["k"] = 1', 'print(b)'],
  ['a = [1]\nb = (a, 2)\nc = {"x": b}', 'a.append(1)', 'print(c)', 'del a', 'print(b)'],
  [
    'import numpy as np\na = np.arange(4)\nb = a[1:]\nc = a.copy()',
    'b[0] = 9',
    'print(a)',
    'c[0] = 1',
    'print(a, c)'
  ],
  [
    'import numpy as np\na = np.zeros(3)',
    'np.copyto(a, 1)',
    'np.add.at(a, [0], 1)',
    'np.add(a, 1, out=a)',
    'print(a)'
  ],
  [
    'import pandas as pd\ndf = pd.DataFrame({"a": [1]})\ns = df["a"]',
    'df["b"] = 1',
    'df.drop(columns="b", inplace=True)',
    'df = df.dropna()',
    'print(s)'
  ],
  ['a = 1\nb = a', 'a += 1', 'print(b)', 's = "x"\nt = s', 's += "y"', 'print(t)'],
  ['a = object()\nb = a', 'print(a is b)', 'c = a', 'print(c is b)'],
  [
    'a = [3, 1]\nb = sorted(a)\nc = list(a)\nd = iter(a)',
    'a.sort()',
    'print(b, c)',
    'print(next(d))'
  ],
  [
    'from collections import defaultdict, deque, ChainMap\nd = defaultdict(list)\nb = {}\nc = ChainMap(d, b)',
    'd["x"].append(1)',
    'b["y"] = 1',
    'print(c)',
    'print(d["new"])',
    'print(d)'
  ],
  [
    'import copy\na = [[1]]\nb = copy.copy(a)\nc = copy.deepcopy(a)',
    'a[0].append(2)',
    'print(b)',
    'print(c)'
  ],
  [
    'x = [1]\ny = [x for _ in range(2)]\nz = [*x]',
    'x.append(1)',
    'print(y)',
    'print(z)'
  ],
  ['a, b = [1], [2]', 'a, b = b, a', 'a.append(3)', 'print(b)'],
  ['x = 1\ndel x', 'x = 2', 'print(x)'],
  ['x = [1]', 'y = x if x else []', 'y.append(1)', 'print(x)'],
  ['h = hash("a")\nm = memoryview(b"a")', 'print(h)', 'print(m)'],
  // What has to stay in its process
  ['f = open("a")', 'x = 1', 'f.read()', 'f.close()'],
  ['with open("a") as f:\n    t = f.read()', 'print(t)'],
  ['import threading\nt = threading.Thread()', 't.start()', 't.join()'],
  [
    'import threading\nlock = threading.Lock()\nx = [1]',
    'with lock:\n    x.append(1)',
    'print(x)'
  ],
  ['import io\nb = io.StringIO()', 'b.write("x")', 'print(b.getvalue())'],
  ['import io\nwith io.StringIO() as b:\n    b.write("x")', 'print(b)'],
  ['z = zip([1], [2])', 'a = list(z)', 'print(a)', 'b = list(z)'],
  ['import itertools\nc = itertools.count()', 'next(c)', 'print(1)', 'next(c)'],
  [
    'import asyncio\nasync def f(): return 1',
    't = asyncio.create_task(f())',
    'await t'
  ],
  [
    'import re\nm = re.match("a", "a")\np = re.compile("a")',
    'print(m.group())',
    'print(p.match("a"))'
  ],
  [
    'from concurrent.futures import ThreadPoolExecutor\np = ThreadPoolExecutor()',
    'r = p.submit(print, 1)',
    'print(r.result())'
  ],
  ['1 + 1', '_ + 1', 'print(Out[1], In[0])', '_i'],
  ['import ipywidgets as w\ns = w.IntSlider()', 'display(s)', 'print(s.value)'],
  [
    'from IPython.display import display\nh = display(1, display_id=True)',
    'h.update(2)'
  ],
  [
    'try:\n    1 / 0\nexcept Exception as e:\n    err = e',
    'print(err)',
    'import traceback\ntraceback.print_exception(err)'
  ],
  // Figures
  ['import matplotlib.pyplot as plt\nfig, ax = plt.subplots()', 'ax.plot([1])', 'fig'],
  ['import matplotlib.pyplot as plt', 'plt.figure()', 'plt.plot([1])', 'plt.show()'],
  [
    'import matplotlib.pyplot as plt\nplt.ion()',
    'plt.plot([1])',
    'plt.title("x")',
    'plt.close("all")'
  ],
  ['import matplotlib.pyplot as plt\ndef draw(): plt.plot([1])', 'draw()', 'plt.gcf()'],
  // Names that are not seen
  ['exec("x = 1")', 'print(x)', 'print(eval("x"))'],
  ['globals()["x"] = 1', 'print(x)', 'globals().update(y=2)', 'print(y)'],
  ['from os.path import *', 'print(join("a", "b"))'],
  ['from unknown import *', 'print(anything)'],
  ['print(nothing)'],
  ['if True:\n    x = 1', 'print(x)'],
  ['def f(): return later', 'f()', 'later = 1', 'f()'],
  ['try:\n    undefined\nexcept NameError:\n    pass', 'print(1)'],
  [
    'import pandas as pd\ndf = pd.DataFrame({"a": [1]})\nlimit = 0',
    'df.query("a > @limit")',
    'df.eval("b = a + @limit", inplace=True)',
    'print(df)'
  ],
  ['input("x")', 'print(1)'],
  ['exit()', 'print(1)'],
  ['import time, uuid', 'print(time.time())', 'x = uuid.uuid4()', 'print(x)']
];
