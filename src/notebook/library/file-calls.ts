/** Which argument of a call names a file, and what happens to the file. */
export interface IFileCall {
  readonly mode: 'read' | 'write' | 'change';
  /** Position of the path; -1 is the object that the method is called on. */
  readonly at: number;
  readonly keywords: readonly string[];
  /** False where a call without a path touches no file: `df.to_csv()`. */
  readonly always: boolean;
}

const file = (
  mode: IFileCall['mode'],
  at: number,
  keywords: string[] = [],
  always = true
): IFileCall => ({ mode, at, keywords, always });

const BY_PATH: [RegExp, IFileCall][] = [
  [/^pandas\.read_(clipboard|sql\w*|gbq)$/, file('read', 99, [], false)],
  [
    /^(pandas|polars|pyarrow\.\w+|geopandas)\.(read_\w+|scan_\w+|ExcelFile)$/,
    file('read', 0, ['filepath_or_buffer', 'path', 'io', 'path_or_buf', 'source'])
  ],
  [
    /^numpy\.(load|loadtxt|genfromtxt|fromfile)$/,
    file('read', 0, ['file', 'fname', 'filename'])
  ],
  [
    /^numpy\.(save|savez|savez_compressed|savetxt)$/,
    file('write', 0, ['file', 'fname'])
  ],
  [
    /^(joblib|torch|skops\.io|cloudpickle)\.(load)$/,
    file('read', 0, ['filename', 'f', 'file'])
  ],
  [
    /^(joblib|skops\.io)\.dump$|^torch\.save$/,
    file('write', 1, ['filename', 'f', 'file'])
  ],
  [
    /^(matplotlib\.pyplot\.imread|matplotlib\.image\.imread|PIL\.Image\.open|cv2\.imread|skimage\.io\.imread|imageio\.imread)$/,
    file('read', 0, ['fname', 'fp'])
  ],
  [
    /^(logging\.FileHandler|logging\.handlers\.\w+FileHandler|matplotlib\.pyplot\.savefig|matplotlib\.pyplot\.imsave|cv2\.imwrite|skimage\.io\.imsave)$/,
    file('write', 0, ['fname'])
  ],
  [
    /^(sqlite3\.connect|shelve\.open|dbm\.open|numpy\.memmap|numpy\.lib\.format\.open_memmap|h5py\.File|zipfile\.ZipFile|tarfile\.open|pandas\.(ExcelWriter|HDFStore))$/,
    file('change', 0, ['database', 'name', 'path', 'filename'])
  ],
  [/^logging\.basicConfig$/, file('change', 99, ['filename'])],
  [/^os\.(makedirs|mkdir)$/, file('write', 0, ['name', 'path'])],
  [
    /^os\.(remove|unlink|rmdir|rename|replace|truncate)$|^urllib\.request\.urlretrieve$/,
    file('change', 0, ['name', 'path'])
  ],
  [
    /^os\.(listdir|scandir|walk|stat)$|^os\.path\.(exists|isfile|isdir|getsize|getmtime)$|^glob\.i?glob$/,
    file('read', 0, ['path', 'pathname'])
  ],
  [/^onnxruntime\.InferenceSession$/, file('read', 0)],
  [/^(xgboost|lightgbm)\.(DMatrix|Dataset)$/, file('read', 0, ['data'], false)]
];

const BY_METHOD: [RegExp, IFileCall][] = [
  [
    /^to_(csv|json|html|markdown|latex|string|xml)$/,
    file('write', 0, ['path_or_buf', 'buf', 'path_or_buffer'], false)
  ],
  [
    /^to_(parquet|pickle|excel|feather|hdf|stata|orc)$/,
    file('write', 0, ['path', 'excel_writer', 'path_or_buf'], false)
  ],
  [
    /^(savefig|save_model|save_weights|write_html|write_image|write_csv|write_parquet|sink_\w+)$/,
    file('write', 0, ['fname', 'filepath', 'file'])
  ],
  [/^(load_model|load_weights)$/, file('read', 0, ['fname', 'filepath'])],
  [
    /^(read_text|read_bytes|exists|is_file|is_dir|iterdir|r?glob|stat|open)$/,
    file('read', -1)
  ],
  [
    /^(write_text|write_bytes|touch|mkdir|unlink|rmdir|rename|symlink_to)$/,
    file('change', -1)
  ]
];

/** The file that a call names; null where it names none. `open` is told apart by its mode. */
export function fileCall(path: string | null, method: string | null): IFileCall | null {
  if (path !== null) {
    const found = BY_PATH.find(([pattern]) => pattern.test(path));
    if (found) {
      return found[1];
    }
  }
  return method === null
    ? null
    : (BY_METHOD.find(([pattern]) => pattern.test(method))?.[1] ?? null);
}

/** What `open` does with a file in this mode. */
export function openMode(mode: string | null): IFileCall['mode'] {
  if (mode === null || !/[wax+]/.test(mode)) {
    return 'read';
  }
  return /[a+]/.test(mode) ? 'change' : 'write';
}
