import { fileCall, openMode } from '../file-calls';
import { absolute, join, parent, pathText } from '../path-text';
import { alike } from './words';

/** Functions by what they do with the file at which argument; those of its keywords that name it. */
const FUNCTIONS: [string, 'read' | 'write' | 'change', number, string][] = [
  [
    'pandas.read_csv polars.scan_csv pyarrow.parquet.read_table geopandas.read_file',
    'read',
    0,
    'path'
  ],
  [
    'pandas.ExcelFile pandas.read_html',
    'read',
    0,
    'filepath_or_buffer path io path_or_buf source'
  ],
  [
    'numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile',
    'read',
    0,
    'file fname filename'
  ],
  [
    'numpy.save numpy.savez numpy.savez_compressed numpy.savetxt',
    'write',
    0,
    'file fname'
  ],
  [
    'joblib.load torch.load skops.io.load cloudpickle.load',
    'read',
    0,
    'filename f file'
  ],
  ['joblib.dump skops.io.dump torch.save', 'write', 1, 'filename f file'],
  [
    'matplotlib.pyplot.imread matplotlib.image.imread PIL.Image.open cv2.imread',
    'read',
    0,
    'fname fp'
  ],
  ['skimage.io.imread imageio.imread', 'read', 0, 'fname fp'],
  [
    'logging.FileHandler logging.handlers.RotatingFileHandler cv2.imwrite',
    'write',
    0,
    'fname'
  ],
  [
    'matplotlib.pyplot.savefig matplotlib.pyplot.imsave skimage.io.imsave',
    'write',
    0,
    'fname'
  ],
  [
    'sqlite3.connect shelve.open dbm.open numpy.memmap h5py.File',
    'change',
    0,
    'database name path filename'
  ],
  [
    'zipfile.ZipFile tarfile.open pandas.ExcelWriter pandas.HDFStore',
    'change',
    0,
    'database filename'
  ],
  ['numpy.lib.format.open_memmap', 'change', 0, 'filename'],
  ['logging.basicConfig', 'change', 99, 'filename'],
  ['os.makedirs os.mkdir', 'write', 0, 'name path'],
  [
    'os.remove os.unlink os.rmdir os.rename os.replace os.truncate',
    'change',
    0,
    'name path'
  ],
  ['urllib.request.urlretrieve', 'change', 0, 'path'],
  [
    'os.listdir os.scandir os.walk os.stat os.path.exists os.path.isfile os.path.getsize',
    'read',
    0,
    'path'
  ],
  ['os.path.isdir os.path.getmtime glob.glob glob.iglob', 'read', 0, 'path pathname'],
  ['onnxruntime.InferenceSession', 'read', 0, '']
];

describe.each(FUNCTIONS)('%s', (names, mode, at, keywords) => {
  it.each(alike(names))('%s', (name, before, behind) => {
    const call = fileCall(name, null);
    expect(call).toMatchObject({ mode, at, always: true });
    expect(
      keywords.split(' ').filter(word => word && !call?.keywords.includes(word))
    ).toEqual([]);
    expect([fileCall(before, null), fileCall(behind, null)]).toEqual([null, null]);
  });
});

describe('functions that may do without a file', () => {
  it.each(
    alike('pandas.read_clipboard pandas.read_sql pandas.read_sql_query pandas.read_gbq')
  )('%s', name => {
    expect(fileCall(name, null)).toEqual({
      mode: 'read',
      at: 99,
      keywords: [],
      always: false
    });
  });

  it.each(alike('xgboost.DMatrix lightgbm.Dataset'))('%s', (name, before, behind) => {
    expect(fileCall(name, null)).toEqual({
      mode: 'read',
      at: 0,
      keywords: ['data'],
      always: false
    });
    expect([fileCall(before, null), fileCall(behind, null)]).toEqual([null, null]);
  });
});

describe.each<[string, 'read' | 'write' | 'change', number, boolean, string]>([
  [
    'to_csv to_json to_html to_markdown to_latex to_string to_xml',
    'write',
    0,
    false,
    'path_or_buf'
  ],
  [
    'to_parquet to_pickle to_excel to_feather to_hdf to_stata to_orc',
    'write',
    0,
    false,
    'path'
  ],
  [
    'savefig save_model save_weights write_html write_image write_csv',
    'write',
    0,
    true,
    'fname'
  ],
  ['write_parquet sink_csv', 'write', 0, true, 'file'],
  ['load_model load_weights', 'read', 0, true, 'fname'],
  [
    'read_text read_bytes exists is_file is_dir iterdir glob rglob stat open',
    'read',
    -1,
    true,
    ''
  ],
  [
    'write_text write_bytes touch mkdir unlink rmdir rename symlink_to',
    'change',
    -1,
    true,
    ''
  ]
])('the methods %s', (names, mode, at, always, keyword) => {
  it.each(alike(names))('%s', (name, before, behind) => {
    const call = fileCall(null, name);
    expect(call).toMatchObject({ mode, at, always });
    expect(call?.keywords.includes(keyword)).toBe(keyword !== '');
    expect([fileCall(null, before), fileCall(null, behind)]).toEqual([null, null]);
  });
});

describe('a call', () => {
  it('is told by its function before its method', () => {
    expect(fileCall('os.mkdir', 'exists')).toMatchObject({ mode: 'write', at: 0 });
    expect(fileCall('a.b', 'exists')).toMatchObject({ mode: 'read', at: -1 });
    expect(fileCall('a.b', 'c')).toBeNull();
    expect(fileCall(null, null)).toBeNull();
  });

  it.each<[string | null, string]>([
    [null, 'read'],
    ['r', 'read'],
    ['rb', 'read'],
    ['w', 'write'],
    ['wb', 'write'],
    ['x', 'write'],
    ['a', 'change'],
    ['r+', 'change'],
    ['w+', 'change']
  ])('of open with %p: %s', (mode, expected) => {
    expect(openMode(mode)).toBe(expected);
  });
});

describe('paths as texts', () => {
  it.each([
    ['a', 'b', 'a/b'],
    ['a/', 'b', 'a/b'],
    ['', 'b', 'b'],
    ['.', 'b', 'b'],
    ['..', 'b', '../b'],
    ['a', '/b', '/b'],
    ['a', 'b/', 'a/b/']
  ])('%p and %p are %p', (left, right, joined) => {
    expect(join(left, right)).toBe(joined);
  });

  it.each([
    ['a', './a'],
    ['.', './'],
    ['./a', './a'],
    ['/a', '/a'],
    ['~/a', '~/a'],
    ['a/b', './a/b'],
    ['.a', './.a'],
    ['a./b', './a./b']
  ])('%p is absolute as %p', (path, expected) => {
    expect(absolute(path)).toBe(expected);
  });

  it.each([
    ['a/b', 'a'],
    ['a', '.'],
    ['/a', '/'],
    ['/a/b', '/a'],
    ['../a', '..'],
    ['./a', './'],
    ['./a/b', './a'],
    ['./', './..'],
    ['./..', './../..'],
    ['././a/./b', './a'],
    ['./a//b', './a']
  ])('the parent of %p is %p', (path, expected) => {
    expect(parent(path)).toBe(expected);
  });

  it.each<[string, string | null, string | null]>([
    ['os.getcwd', null, './'],
    ['os.getcwd', 'a', './'],
    ['str', 'a', 'a'],
    ['os.fspath', 'a', 'a'],
    ['str', null, null],
    ['os.path.abspath', 'a', './a'],
    ['os.path.realpath', 'a', './a'],
    ['os.path.dirname', 'a/b', 'a'],
    ['os.path.dirname', 'a', ''],
    ['os.path.dirname', './', './..'],
    ['os.path.basename', 'a/b', null]
  ])('%s(%p) is %p', (name, given, expected) => {
    expect(pathText(name, given)).toBe(expected);
  });
});
