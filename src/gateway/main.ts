import { parseArgs } from 'node:util';

import { MlopsError } from '../contract/mlops-error';
import { Gateway } from './gateway';
import { readLaunchContext } from './launch-context';
import { createLog } from './log';

/**
 * `gateway.mjs serve --socket PATH`: a gateway for as long as its standard input stays open, so that
 * it never outlives the Jupyter Server that started it.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { socket: { type: 'string' } }
  });
  if (!values.socket) {
    throw new Error('--socket PATH is needed.');
  }
  const log = createLog();
  const context = readLaunchContext(process.env);
  const gateway = new Gateway({ context, log, socket: values.socket });
  let closing = false;
  const end = (reason: string): void => {
    if (closing) {
      return;
    }
    closing = true;
    log.info({ reason }, 'the gateway ends');
    // Nothing may keep a gateway alive whose server is gone.
    setTimeout(() => process.exit(1), 5000).unref();
    void gateway.close().then(() => process.exit(0));
  };
  process.stdin.resume();
  process.stdin.on('end', () => end('standard input closed'));
  process.stdin.on('error', () => end('standard input failed'));
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  await gateway.start();
  log.info({ pid: process.pid }, 'the gateway is ready');
}

main().catch((error: unknown) => {
  const { message, cause, action } =
    error instanceof MlopsError
      ? error.body
      : { message: String(error), cause: undefined, action: undefined };
  process.stderr.write(`${[message, cause, action].filter(Boolean).join(' ')}\n`);
  process.exit(1);
});
