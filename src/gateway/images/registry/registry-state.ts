import { MlopsError } from '../../../contract/mlops-error';
import type { AdapterStatus } from '../../../contract/status';
import type { RegistryClient } from './registry-client';
import { refused } from './registry-errors';

/** How a registry is doing, in the words of `doctor`. */
export type RegistryState = Pick<AdapterStatus, 'state' | 'detail'>;

/**
 * Finds out whether one may push, and changes nothing: an upload is begun and given up at once, which
 * is the only question that every registry answers.
 */
export async function registryState(client: RegistryClient): Promise<RegistryState> {
  try {
    await pushable(client);
    return { state: 'ready', detail: `${client.name}: reachable, you may push` };
  } catch (error) {
    if (!(error instanceof MlopsError)) {
      throw error;
    }
    return {
      state: error.kind === 'forbidden' ? 'not-allowed' : 'failed',
      detail: sentence(error)
    };
  }
}

/** An error in one line. */
export function sentence({ body }: MlopsError): string {
  return [body.message, body.cause, body.action].filter(Boolean).join(' ');
}

async function pushable(client: RegistryClient): Promise<void> {
  const ping = await client.ping();
  if (ping.status !== 200) {
    const refusal = await client.refusal(ping);
    throw ping.status >= 500
      ? refused(client.name, 'answer', refusal)
      : new MlopsError('failed', {
          code: 'registry-invalid',
          message: `There is no registry at ${client.name.split('/')[0]}.`,
          cause: `HTTP ${ping.status} for /v2/.`,
          action: 'Correct image.repository in mlops.yaml.'
        });
  }
  await ping.drop();
  const begun = await client.send('blobs/uploads/', {
    method: 'POST',
    right: 'push',
    headers: { 'content-length': '0' }
  });
  if (begun.status !== 202) {
    throw refused(client.name, 'begin an upload', await client.refusal(begun));
  }
  await begun.drop();
  const location = await client.locate(begun.header('location'));
  // Registries remove what is left of it in time, where they do not know this request.
  await (await client.send(location, { method: 'DELETE', right: 'push' })).drop();
}
