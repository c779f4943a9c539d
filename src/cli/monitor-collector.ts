import { once } from 'node:events';

import { InvalidArgumentError, type Command } from 'commander';

import { MlopsError } from '../contract/mlops-error';
import { createLog } from '../gateway/log';
import { DATA_VARIABLE } from '../gateway/monitoring/collector/place';
import { withOutput } from './command';

/** The two ends of collecting the requests of KServe's models, in a pod of the cluster. */
export function addCollector(monitor: Command): void {
  monitor
    .command('serve')
    .description(
      "collect the requests that KServe's logger sends; runs in a pod of the cluster"
    )
    .requiredOption('--namespace <name>', 'the namespace whose models it collects from')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', toPort, 8080)
    .option(
      '--data <folder>',
      `where requests are kept; $${DATA_VARIABLE} where absent`
    )
    .action(async (options: IServeOptions, command: Command) =>
      withOutput(command, async () => {
        // Loaded only in the collector's pod.
        const { serveCollector } =
          await import('../gateway/monitoring/collector/serve-collector');
        const log = createLog();
        const folder = folderOf(options.data);
        const serving = await serveCollector({ ...options, folder, log });
        const [signal] = await Promise.race([
          once(process, 'SIGTERM').then(() => ['SIGTERM']),
          once(process, 'SIGINT').then(() => ['SIGINT'])
        ]);
        log.info({ signal }, 'the collector ends');
        await serving.close();
      })
    );

  monitor
    .command('follow')
    .description(
      "print collected requests as JSON lines; the gateway runs it in the collector's pod, and says on standard input what it has"
    )
    .option(
      '--data <folder>',
      `where requests are kept; $${DATA_VARIABLE} where absent`
    )
    .action(async (options: { data?: string }, command: Command) =>
      withOutput(command, async () => {
        const { readCollector } =
          await import('../gateway/monitoring/collector/open-collector');
        const { ExchangePages } =
          await import('../gateway/monitoring/collector/exchange-pages');
        const { follow } = await import('../gateway/monitoring/collector/follow');
        const database = readCollector(folderOf(options.data));
        // Who reads has gone: the loop sees it at its standard input.
        process.stdout.on('error', () => process.stdin.destroy());
        await follow(new ExchangePages(database), {
          answers: process.stdin,
          write: async text => {
            if (!process.stdout.write(text)) {
              await Promise.race([
                once(process.stdout, 'drain'),
                once(process.stdin, 'close')
              ]);
            }
          }
        });
        process.stdin.destroy();
        database.close();
      })
    );
}

interface IServeOptions {
  namespace: string;
  host: string;
  port: number;
  data?: string;
}

function folderOf(given: string | undefined): string {
  const folder = given ?? process.env[DATA_VARIABLE];
  if (!folder) {
    throw new MlopsError('refused', {
      code: 'option-missing',
      message: 'It is not said where requests are kept.',
      action: `Give --data, or set ${DATA_VARIABLE}.`
    });
  }
  return folder;
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new InvalidArgumentError('A port is a number up to 65535.');
  }
  return port;
}
