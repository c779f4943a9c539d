import type { Logger } from 'pino';

import { Collector } from './collector';
import { CollectorListener } from './collector-listener';
import { CollectorStore } from './collector-store';
import { openCollector } from './open-collector';

/** A collector that runs. */
export interface IServing {
  port: number;
  /** Takes no more, and writes down what it has. */
  close(): Promise<void>;
}

/** Opens the database and then the port, so that what is taken is kept. */
export async function serveCollector(options: {
  folder: string;
  namespace: string;
  host: string;
  port: number;
  log: Logger;
  limits?: Partial<Collector.ILimits>;
}): Promise<IServing> {
  const { folder, namespace, host, log, limits } = options;
  const database = openCollector(folder);
  const store = new CollectorStore(database);
  const collector = new Collector({ store, namespace, log, limits });
  const listener = new CollectorListener(collector);
  try {
    const port = await listener.start(host, options.port);
    collector.start();
    log.info({ port, namespace, epoch: store.epoch }, 'the collector takes events');
    return {
      port,
      close: async () => {
        await listener.close();
        await collector.close();
        database.close();
      }
    };
  } catch (error) {
    database.close();
    throw error;
  }
}
