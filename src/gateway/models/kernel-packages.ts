import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import type { LaunchContext } from '../launch-context';
import { findKernel, kernelNameOf } from '../notebooks/kernel';
import { readNotebook } from '../notebooks/read-notebook';
import { runProgram } from '../serving/child-process';

/** What is installed where a kernel runs. */
export const PythonEnvironment = z.object({
  python: z.string(),
  /** Distribution → version. */
  packages: z.record(z.string(), z.string())
});
export type PythonEnvironment = z.infer<typeof PythonEnvironment>;

const ASK = `import json, platform
from importlib.metadata import distributions
found = {d.metadata["Name"]: d.version for d in distributions() if d.metadata["Name"]}
print(json.dumps({"python": platform.python_version(), "packages": found}))`;

/**
 * Asks the interpreter of a notebook's kernel what is installed beside it.
 *
 * @throws MlopsError `packages-unknown`, or what keeps the kernel from being found
 */
export async function kernelPackages(
  notebook: string,
  context: LaunchContext
): Promise<PythonEnvironment> {
  const { python } = findKernel(kernelNameOf(readNotebook(notebook)), context);
  const { PATH = '/usr/local/bin:/usr/bin:/bin' } = process.env;
  const answer = await runProgram({
    command: python,
    arguments: ['-I', '-c', ASK],
    environment: { PATH }
  });
  if (answer.code !== 0) {
    throw new MlopsError('failed', {
      code: 'packages-unknown',
      message: "The packages of the notebook's kernel could not be listed.",
      cause: answer.stderr.trim().split('\n').at(-1)
    });
  }
  return PythonEnvironment.parse(JSON.parse(answer.stdout));
}
