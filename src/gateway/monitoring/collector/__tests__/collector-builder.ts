import { randomUUID } from 'node:crypto';

import { pino } from 'pino';

import { originAnnotations, type IEventOrigin } from '../annotations';
import type { Collector } from '../collector';
import type { Exchange } from '../exchange';
import { ExchangePages } from '../exchange-pages';
import { openCollector } from '../open-collector';
import { serveCollector, type IServing } from '../serve-collector';

export const DIGEST_1 = `sha256:${'1'.padStart(64, '0')}`;
export const ORIGIN: IEventOrigin = {
  digest: DIGEST_1,
  environment: 'prod',
  sensitive: ['hum']
};
const TYPE = 'org.kubeflow.serving.inference.';

/** What KServe's logger sends for one request and its answer. */
export class Asked {
  constructor(
    readonly request: unknown = body([1, 2]),
    readonly reply: unknown = answerOf([10, 20]),
    readonly headers: Record<string, string> = {}
  ) {}

  readonly id = randomUUID();

  headersOf(half: 'request' | 'response'): Record<string, string> {
    return {
      'ce-specversion': '1.0',
      'ce-type': TYPE + half,
      'ce-id': this.id,
      'ce-source': 'bike-predictor-1',
      'ce-time':
        half === 'request'
          ? '2026-04-01T10:00:00.123456789Z'
          : '2026-04-01T10:00:00.163456789Z',
      'ce-namespace': 'ml-prod',
      'ce-inferenceservicename': 'bike',
      'ce-annotations': JSON.stringify(originAnnotations(ORIGIN)),
      'content-type': 'application/json',
      ...this.headers
    };
  }
}

export function tensor(name: string, data: unknown[], shape?: number[]): object {
  return { name, datatype: 'FP64', shape: shape ?? [data.length, 1], data };
}

/** A request with the columns temp and hum, which is sensitive. */
export function body(temps: unknown[], facts: object = {}): object {
  const hums = temps.map(() => 0.123456);
  return { ...facts, inputs: [tensor('temp', temps), tensor('hum', hums)] };
}

export function answerOf(data: unknown[], facts: object = {}): object {
  return {
    model_name: 'bike',
    ...facts,
    outputs: [
      tensor('predict_proba', [...data, ...data]),
      tensor('predict', data, [data.length])
    ]
  };
}

/** A collector on a port of this computer, and what stands in its database. */
export class TestCollector {
  private constructor(
    readonly folder: string,
    private _serving: IServing,
    private readonly _limits: Partial<Collector.ILimits>
  ) {}

  static async start(
    folder: string,
    limits: Partial<Collector.ILimits> = {}
  ): Promise<TestCollector> {
    return new TestCollector(folder, await serve(folder, limits), limits);
  }

  get address(): string {
    return `http://127.0.0.1:${this._serving.port}/`;
  }

  async send(
    asked: Asked,
    half: 'request' | 'response',
    content?: string | Uint8Array<ArrayBuffer>
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const told = half === 'request' ? asked.request : asked.reply;
    const response = await fetch(this.address, {
      method: 'POST',
      headers: asked.headersOf(half),
      body: content ?? (typeof told === 'string' ? told : JSON.stringify(told))
    });
    const reply: unknown = await response.json();
    return { status: response.status, body: { ...Object(reply) } };
  }

  /** Both halves, as they come where all goes well. */
  async exchange(asked = new Asked()): Promise<Asked> {
    await this.send(asked, 'request');
    await this.send(asked, 'response');
    return asked;
  }

  read<T>(work: (pages: ExchangePages) => T): T {
    const database = openCollector(this.folder);
    try {
      return work(new ExchangePages(database));
    } finally {
      database.close();
    }
  }

  get exchanges(): Exchange[] {
    return this.read(pages =>
      (pages.after(0)?.bodies ?? []).map(text => JSON.parse(text) as Exchange)
    );
  }

  get counts(): Record<string, number> {
    return this.read(pages => pages.counts());
  }

  async restart(): Promise<void> {
    await this.close();
    this._serving = await serve(this.folder, this._limits);
  }

  close(): Promise<void> {
    return this._serving.close();
  }
}

function serve(folder: string, limits: Partial<Collector.ILimits>): Promise<IServing> {
  return serveCollector({
    folder,
    namespace: 'ml-prod',
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    limits
  });
}
