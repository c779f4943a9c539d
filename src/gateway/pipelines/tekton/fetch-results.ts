import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { extract } from 'tar-stream';
import { z } from 'zod';

import { enterBundle } from '../../../compile/bootstrap';
import { MlopsError } from '../../../contract/mlops-error';
import type { KubeClient } from '../../kube/kube-client';
import type { RunFolder } from '../run-folder';
import { folderInReader, startReader, stopReader } from './reader-pod';
import type { Submitted, TektonPlan } from './tekton-plan';

/** As `pod_results.py` says: what is sent before the reader has to say that it keeps up. */
const WINDOW = 4 * 1024 * 1024;
const DIGESTS = 'digests.json';
const PARTIAL = 'fetched.partial';

const Digests = z.record(z.string(), z.string());

/**
 * Brings what the steps have left on the claim into the run's folder, as the local engine leaves it:
 * whole or not at all.
 */
export async function fetchResults(
  client: KubeClient,
  plan: TektonPlan,
  submitted: Submitted & { claim: string },
  folder: RunFolder,
  signal: AbortSignal
): Promise<void> {
  const partial = join(folder.path, PARTIAL);
  const reader = await startReader(client, plan, submitted, signal);
  const run = folderInReader(plan);
  // Loaded only where there is a cluster.
  const { podExec } = await import('../../kube/pod-exec');
  const exec = await podExec(client, reader, [
    ...enterBundle,
    `${run}/bundle.zip`,
    'tekton',
    'results',
    '--run',
    run
  ]);
  const abort = (): void => {
    exec.stdout.destroy(new Error('The gateway ends.'));
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true, mode: 0o700 });
    await unpack(exec.stdout, exec.write, partial);
    await takeOver(partial, folder);
  } finally {
    signal.removeEventListener('abort', abort);
    exec.close();
    await rm(partial, { recursive: true, force: true });
  }
  await stopReader(client, plan);
}

async function unpack(
  stream: Readable,
  acknowledge: (bytes: Uint8Array) => void,
  target: string
): Promise<void> {
  const digests = new Map<string, string>();
  const archive = extract();
  const paced = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const before = Math.floor(taken / WINDOW);
      taken += chunk.length;
      for (let window = before; window < Math.floor(taken / WINDOW); window++) {
        acknowledge(Buffer.from('.'));
      }
      done(null, chunk);
    }
  });
  let taken = 0;
  const arriving = pipeline(stream, paced, archive);
  // Told below, where the entries end.
  arriving.catch(() => undefined);
  for await (const entry of archive) {
    const { name, type } = entry.header;
    const path = join(target, checkedName(name));
    if (type !== 'file') {
      throw unexpected(`${name} is a ${String(type)}`);
    }
    await mkdir(dirname(path), { recursive: true });
    const hash = createHash('sha256');
    const hashed = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      }
    });
    await pipeline(entry, hashed, createWriteStream(path, { mode: 0o600 }));
    digests.set(name, `sha256:${hash.digest('hex')}`);
  }
  await arriving;
  const told = Digests.parse(JSON.parse(await readFile(join(target, DIGESTS), 'utf8')));
  digests.delete(DIGESTS);
  for (const [name, digest] of Object.entries(told)) {
    if (digests.get(name) !== digest) {
      throw unexpected(`${name} is not what was sent`);
    }
    digests.delete(name);
  }
  if (digests.size > 0) {
    throw unexpected(`${[...digests.keys()][0]} has no digest`);
  }
}

/** Each step's folder is replaced as a whole; the files that steps wrote lie beside those of others. */
async function takeOver(partial: string, folder: RunFolder): Promise<void> {
  for (const step of await namesIn(join(partial, 'steps'))) {
    const target = folder.step(step);
    await mkdir(dirname(target), { recursive: true });
    await rm(target, { recursive: true, force: true });
    await rename(join(partial, 'steps', step), target);
  }
  if ((await namesIn(join(partial, 'work'))).length > 0) {
    await cp(join(partial, 'work'), folder.work, { recursive: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function checkedName(name: string): string {
  const path = normalize(name);
  if (path !== name || !/^(steps|work)\/[^/]|^digests\.json$/.test(name)) {
    throw unexpected(`${JSON.stringify(name)} leads out of the run's folder`);
  }
  return path;
}

function unexpected(cause: string): MlopsError {
  return new MlopsError('failed', {
    code: 'results-not-whole',
    message: 'What came back from the cluster is not what the steps have left.',
    cause: `${cause}.`,
    action: 'Retry the run.'
  });
}
