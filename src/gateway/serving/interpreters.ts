import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { runProgram } from './child-process';

/** Versions of Python that MLServer 1.7.1 runs on, best first. */
const SERVED = ['3.12', '3.11'];

const Listed = z.array(
  z.object({
    version: z.string(),
    path: z.string().nullable(),
    implementation: z.string()
  })
);

/**
 * Finds an interpreter for a serving environment: of the version that trained the model, where
 * MLServer runs on it; else another one that it runs on.
 *
 * @param wanted Such as `3.11`.
 * @param first An interpreter that is taken before others of its version.
 * @throws MlopsError `serving-environment-failed` where this computer has none
 */
export async function findInterpreter(
  wanted: string,
  first: string,
  uv: { path: string; environment: Record<string, string>; signal?: AbortSignal }
): Promise<string> {
  const asked = await runProgram({
    command: first,
    arguments: ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2])'],
    environment: uv.environment,
    signal: uv.signal
  });
  const own = asked.stdout.trim();
  if (own === wanted && SERVED.includes(own)) {
    return first;
  }
  const listed = await runProgram({
    command: uv.path,
    arguments: ['python', 'list', '--only-installed', '--output-format', 'json'],
    environment: { ...uv.environment, UV_PYTHON_DOWNLOADS: 'never' },
    signal: uv.signal
  });
  const found = [
    { minor: own, path: first },
    ...(listed.code === 0 ? readList(listed.stdout) : [])
  ];
  const order = SERVED.includes(wanted)
    ? [wanted, ...SERVED.filter(minor => minor !== wanted)]
    : SERVED;
  const path = order
    .map(minor => found.find(interpreter => interpreter.minor === minor)?.path)
    .find(candidate => candidate !== undefined);
  if (path === undefined) {
    throw new MlopsError('failed', {
      code: 'serving-environment-failed',
      message: `No Python ${SERVED.join(' or ')} was found on this computer to serve the model with.`,
      cause: `MLServer runs on Python ${[...SERVED].reverse().join(' and ')}; the model was trained with ${wanted}.`,
      action: `Install Python ${order[0]} and try again.`
    });
  }
  return path;
}

function readList(json: string): { minor: string; path: string }[] {
  return Listed.parse(JSON.parse(json)).flatMap(({ version, path, implementation }) =>
    path && implementation === 'cpython'
      ? [{ minor: version.split('.').slice(0, 2).join('.'), path }]
      : []
  );
}
