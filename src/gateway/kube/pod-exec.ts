import { PassThrough, type Readable } from 'node:stream';

import { WebSocket } from 'undici';
import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { toMlopsError } from './api-error';
import type { KubeClient } from './kube-client';
import { objectPath, PODS } from './resource';

/** Every frame begins with the number of its channel. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3 };
const PROTOCOL = 'v4.channel.k8s.io';
/** Of what the command says on its error stream, the end is kept. */
const WORDS = 4000;
/** Milliseconds until the command must have begun. */
const OPEN_WITHIN = 30_000;

const Status = z.object({ status: z.string(), message: z.string().default('') });

/** A command that runs in a container. */
export interface IPodExec {
  /** Ends with an error where the command fails or the connection breaks. */
  stdout: Readable;
  /** Bytes for its standard input. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Runs a command in a container of a pod, over the protocol that `kubectl exec` uses.
 *
 * @throws MlopsError `cluster-not-allowed`, `cluster-unreachable`, …
 */
export async function podExec(
  client: KubeClient,
  at: { namespace: string; name: string; container: string },
  command: string[]
): Promise<IPodExec> {
  const { access, identity } = await client.connection();
  const url = new URL(access.server + objectPath(PODS, at.namespace, at.name, 'exec'));
  url.protocol = 'wss:';
  const options = { container: at.container, stdin: 1, stdout: 1, stderr: 1 };
  for (const [key, value] of Object.entries(options)) {
    url.searchParams.set(key, String(value));
  }
  command.forEach(word => url.searchParams.append('command', word));
  const socket = new WebSocket(url, {
    protocols: [PROTOCOL],
    dispatcher: access.dispatcher,
    headers: access.headers
  });
  socket.binaryType = 'arraybuffer';
  const subject = { verb: 'create', resource: PODS, subresource: 'exec', ...at };
  const broken = (): MlopsError =>
    new MlopsError('unavailable', {
      code: 'cluster-exec-broken',
      message: `The connection to the pod ${at.name} in ${at.namespace} broke off.`,
      action: 'Try again.'
    });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.close();
      reject(broken());
    }, OPEN_WITHIN);
    const settle = (then: () => void) => () => {
      clearTimeout(timer);
      then();
    };
    socket.addEventListener('open', settle(resolve), { once: true });
    socket.addEventListener(
      'error',
      settle(() =>
        // The handshake's status is not told to us; a plain request gets it.
        reject(toMlopsError(503, '', { subject, cluster: identity.cluster }))
      ),
      { once: true }
    );
  });
  return follow(socket, broken);
}

function follow(socket: WebSocket, broken: () => MlopsError): IPodExec {
  const stdout = new PassThrough({ highWaterMark: 1024 * 1024 });
  let words = '';
  let ended = false;
  socket.addEventListener('message', ({ data }) => {
    const frame = Buffer.from(data as ArrayBuffer);
    const [channel] = frame;
    const content = frame.subarray(1);
    if (channel === CHANNEL.stdout) {
      stdout.write(content);
    } else if (channel === CHANNEL.stderr) {
      words = (words + content.toString('utf8')).slice(-WORDS);
    } else if (channel === CHANNEL.status) {
      const { status, message } = Status.parse(JSON.parse(content.toString('utf8')));
      ended = true;
      if (status === 'Success') {
        stdout.end();
      } else {
        stdout.destroy(
          new MlopsError('failed', {
            code: 'cluster-exec-failed',
            message: 'A command in a pod has failed.',
            cause: words.trim() || message
          })
        );
      }
    }
  });
  socket.addEventListener('close', () => {
    if (!ended) {
      stdout.destroy(broken());
    }
  });
  return {
    stdout,
    write: bytes => {
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(Buffer.concat([Buffer.from([CHANNEL.stdin]), bytes]));
      }
    },
    close: () => socket.close()
  };
}
