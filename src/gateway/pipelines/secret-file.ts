import { readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { isSecretName, NOT_KEPT } from '../../contract/secret-parameter';
import { codeOf } from '../thrown';

const Secrets = z.record(z.string(), z.unknown());

/**
 * Values of secret parameters, for as long as something is still to start with them: a file that
 * only the user may read. They stand in no database, no reply and no event.
 */
export async function writeSecrets(
  path: string,
  secrets: Record<string, unknown>
): Promise<void> {
  if (Object.keys(secrets).length > 0) {
    await writeFile(path, JSON.stringify(secrets), { mode: 0o600 });
  }
}

export function readSecrets(path: string): Record<string, unknown> {
  try {
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return {};
    }
    throw error;
  }
}

export function removeSecrets(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Stored parameters with their secret values.
 *
 * @throws MlopsError `secret-gone`: the placeholder must never be taken for the value
 */
export function withSecrets(
  parameters: Record<string, unknown>,
  path: string
): Record<string, unknown> {
  const complete = { ...parameters, ...readSecrets(path) };
  const gone = Object.keys(complete).find(
    name => isSecretName(name) && complete[name] === NOT_KEPT
  );
  if (gone !== undefined) {
    throw new MlopsError('refused', {
      code: 'secret-gone',
      message: `The value of the parameter ${gone} was not kept.`,
      action: 'Run the notebook again and give it.'
    });
  }
  return complete;
}
