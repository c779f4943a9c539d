import { z } from 'zod';

import { MlopsError } from '../contract/mlops-error';

declare const __VERSION__: string;

/** What the Python side tells a gateway or a command line at its start, in `MLOPS_CONTEXT`. */
export const LaunchContext = z.object({
  version: z.string(),
  /** Data home: everything that is kept lies here. */
  home: z.string().min(1),
  /** Folders that hold kernelspecs, most important first. */
  kernelDirs: z.array(z.string()),
  /** The interpreter of the Jupyter Server's environment. */
  python: z.string(),
  /** Folder of the step runner. */
  runner: z.string(),
  /** Folder of the model server's launcher and runtimes. */
  serving: z.string(),
  uv: z.string().nullable(),
  /** The server's root folder, against which notebooks' paths are resolved. */
  rootDir: z.string().nullable().default(null),
  baseUrl: z.string().nullable().default(null),
  user: z.string()
});
export type LaunchContext = z.infer<typeof LaunchContext>;

/** Reads `MLOPS_CONTEXT`. Throws where it is absent: nothing works without it. */
export function readLaunchContext(environment: NodeJS.ProcessEnv): LaunchContext {
  const text = environment.MLOPS_CONTEXT;
  if (!text) {
    throw new MlopsError('failed', {
      code: 'context-missing',
      message: 'MLOPS_CONTEXT is not set.',
      action: 'Start the gateway through JupyterLab or `jupyter mlops`.'
    });
  }
  return LaunchContext.parse(JSON.parse(text));
}

/** The version that was built in. */
export function gatewayVersion(): string {
  return typeof __VERSION__ === 'undefined' ? '0.0.0' : __VERSION__;
}
