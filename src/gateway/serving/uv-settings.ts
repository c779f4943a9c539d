import { runProgram } from './child-process';

/** What a program needs of this environment; nothing else is handed on. */
const KEPT =
  /^(PATH|HOME|LANG|LC_.*|TMPDIR|USER|XDG_.*|SSL_CERT_FILE|SSL_CERT_DIR|NETRC|LD_LIBRARY_PATH|UV_.*|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY)$/;

/** pip's setting → uv's variable. */
const SETTINGS: Record<string, string> = {
  'index-url': 'UV_INDEX_URL',
  'extra-index-url': 'UV_EXTRA_INDEX_URL',
  'find-links': 'UV_FIND_LINKS',
  'trusted-host': 'UV_INSECURE_HOST',
  'default-timeout': 'UV_HTTP_TIMEOUT',
  timeout: 'UV_HTTP_TIMEOUT',
  cert: 'SSL_CERT_FILE',
  'no-index': 'UV_NO_INDEX'
};
/** Sections of pip's configuration that concern an installation; later ones win. */
const SECTIONS = ['global', 'install', ':env:'];

/**
 * The environment in which uv installs. uv ignores pip's configuration, so indexes and certificates
 * are handed over; they may hold credentials, which is why they never become arguments.
 *
 * @param python An interpreter with pip, whose configuration files count; none is needed.
 */
export async function uvEnvironment(
  python: string,
  environment: NodeJS.ProcessEnv
): Promise<Record<string, string>> {
  const kept = pick(environment, name => KEPT.test(name));
  const asked = await runProgram({
    command: python,
    arguments: ['-m', 'pip', '--disable-pip-version-check', 'config', 'list'],
    environment: { ...kept, ...pick(environment, name => name.startsWith('PIP_')) }
  }).catch(() => null);
  const configured =
    asked?.code === 0 ? readPipConfiguration(asked.stdout) : fromVariables(environment);
  // uv's own settings are the more exact ones.
  return { ...configured, ...kept };
}

/** @param text As `pip config list` prints it: `section.name='value'`, as Python writes strings. */
export function readPipConfiguration(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const section of SECTIONS) {
    for (const line of text.split('\n')) {
      const match = /^([^.]+)\.([\w-]+)=(['"])(.*)\3$/.exec(line.trim());
      const variable = match && match[1] === section ? SETTINGS[match[2]] : undefined;
      if (match && variable) {
        found[variable] = spread(variable, match[4].replaceAll('\\n', ' '));
      }
    }
  }
  return found;
}

function fromVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(SETTINGS).flatMap(([setting, variable]) => {
      const value = environment[`PIP_${setting.toUpperCase().replaceAll('-', '_')}`];
      return value ? [[variable, spread(variable, value)]] : [];
    })
  );
}

/** uv separates several places to find wheels by commas, pip by spaces. */
function spread(variable: string, value: string): string {
  const words = value.trim().split(/\s+/);
  return words.join(variable === 'UV_FIND_LINKS' ? ',' : ' ');
}

function pick(
  environment: NodeJS.ProcessEnv,
  wanted: (name: string) => boolean
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && wanted(name) ? [[name, value]] : []
    )
  );
}
