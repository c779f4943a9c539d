/** Options of the process: what sets them, and which of them a later step gets by itself. */

const SETTING =
  /^(pandas\.(set_option|reset_option|options\.\w+|plotting\.register_matplotlib_converters)|numpy\.(set_printoptions|seterr)|matplotlib\.(use|rc|rcdefaults|style\.use|rc_file)|matplotlib\.(rcParams|pyplot\.rcParams)\.update|matplotlib\.pyplot\.(rc|style\.use|switch_backend|rcdefaults|ion|ioff|set_cmap)|seaborn\.(set|set_theme|set_style|set_context|set_palette|set_color_codes|reset_defaults|reset_orig)|warnings\.(filterwarnings|simplefilter|resetwarnings)|logging\.(basicConfig|disable|captureWarnings|getLogger\.(addHandler|removeHandler|setLevel|addFilter|removeFilter))|sys\.(setrecursionlimit|path\.\w+)|os\.(chdir|putenv|environ\.(update|setdefault|pop|clear))|locale\.setlocale|decimal\.(setcontext|getcontext)|sklearn\.set_config|sklearn\.utils\.set_config|plotly\.offline\.init_notebook_mode|torch\.(set_printoptions|set_default_dtype|set_num_threads)|pandas\.(pandas\.)?set_eng_float_format|tqdm\.(tqdm|auto\.tqdm|notebook\.tqdm)\.pandas|faulthandler\.enable|shap\.initjs|IPython\.display\.set_matplotlib_formats|matplotlib_inline\.backend_inline\.set_matplotlib_formats|altair\.(data_transformers|renderers)\.\w+)$/;

/** True for functions that set an option of the process. */
export function isSetting(path: string): boolean {
  return SETTING.test(path);
}

const REGISTERS =
  /^(copyreg\.(pickle|constructor|add_extension)|codecs\.register(_error)?|pandas\.(api\.extensions|core\.accessor)\.register_\w+_accessor|(collections\.abc|numbers|os|typing|io|abc|contextlib|importlib\.abc)\.[A-Z]\w*\.register|matplotlib\.(colormaps\.register|scale\.register_scale|projections\.register_projection|cm\.register_cmap|font_manager\.fontManager\.addfont)|matplotlib\.pyplot\.register_cmap|sqlite3\.register_(adapter|converter)|mimetypes\.(add_type|init)|csv\.register_dialect|yaml\.add_\w+|shutil\.(un)?register_\w+|numpy\.set_string_function|gc\.(disable|enable|set_threshold|set_debug)|tracemalloc\.(start|stop)|socket\.setdefaulttimeout|os\.umask|sys\.(setswitchinterval|set_int_max_str_digits|settrace|setprofile)|sympy\.init_printing|random\.Random\.\w+|ast\.NodeVisitor\.\w+)$/;

/** True for functions that register something with a package or the interpreter, process by process. */
export function registers(path: string): boolean {
  return REGISTERS.test(path);
}

const EFFECTS =
  /^(sklearn\.experimental|hvplot|swifter|cufflinks|scienceplots|janitor|pandas_flavor|pint_pandas|pandarallel|mpl_toolkits\.mplot3d|qbstyles|opensafely|cmocean|cmasher)\b/;

/** True for modules that are imported for what their import does to others. */
export function isImportedForEffect(module: string): boolean {
  return EFFECTS.test(module);
}

const CARRIED =
  /^(pandas\.((pandas\.)?set_eng_float_format|set_option|reset_option|options)|numpy\.(set_printoptions|seterr)|matplotlib\.(pyplot\.)?(rc|rcdefaults|rc_file|rcParams|style\.use|set_cmap)|seaborn\.(re)?set(_\w+)?|warnings\.(filterwarnings|simplefilter|resetwarnings|filters)|logging\.(basicConfig|disable|getLogger)|sys\.(setrecursionlimit|path)|os\.(chdir|environ)|locale\.setlocale|decimal\.(setcontext|getcontext)|sklearn\.(utils\.)?set_config|torch\.set_default_dtype)(\.|$)|^%(cd|env|set_env)$/;

/**
 * True for options that the step runner hands on as they are when a step has run: to set them a
 * second time would count twice. Others are set again in each later step.
 */
export function isCarried(path: string): boolean {
  return CARRIED.test(path);
}

/** True for modules whose functions neither set options nor draw, but as `random` says. */
export function mayDrawUnseen(path: string): boolean {
  return /^(seaborn|networkx|statsmodels|gensim|wordcloud|umap|imblearn|scipy\.(optimize|cluster|stats))\./.test(
    path
  );
}
