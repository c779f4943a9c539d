import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion } from '../../../contract/model';
import { SocketFetch } from '../../http/socket-fetch';
import { validateRows } from '../../serving/input-validation';
import type {
  IModelServer,
  IPrediction,
  IServedModel,
  IServeOptions
} from '../../serving/port';

/** Answers each row with the sum of its numbers and an offset, after a pause; ends with its parent. */
const SCRIPT = `
const [socket, offset, pause] = process.argv.slice(1);
require('node:http').createServer((request, response) => {
  let body = '';
  request.on('data', chunk => (body += chunk));
  request.on('end', () => setTimeout(() => {
    response.setHeader('Content-Type', 'application/json');
    if (request.url === '/die') process.exit(1);
    const asked = JSON.parse(body);
    const sum = row => Object.values(row).reduce((a, b) => a + Number(b), Number(offset));
    if (asked.rows) return response.end(JSON.stringify({ predictions: asked.rows.map(sum) }));
    const rows = asked.inputs[0].data.map((_, row) => asked.inputs.map(({ data }) => data[row]));
    response.end(JSON.stringify({ id: asked.id, model_name: 'm', outputs: [
      { name: 'predict', shape: [rows.length, 1], datatype: 'FP64', data: rows.map(sum) }] }));
  }, Number(pause)));
}).listen(socket, () => process.stdout.write('ready'));
process.stdin.on('end', () => process.exit(0)).resume();
`;

/** How a version behaves when it is served: read from its training parameters. */
export const Behaviour = z.object({
  offset: z.number().default(0),
  /** Milliseconds that each answer takes. */
  pause: z.number().default(0),
  /** Why it never becomes ready. */
  broken: z.string().optional()
});

/** Serves versions by real processes on unix sockets. */
export class ProcessModelServer implements IModelServer {
  /** Everything that was started, in order. */
  readonly started: ProcessServedModel[] = [];

  async serve(version: ModelVersion, options: IServeOptions): Promise<IServedModel> {
    const { broken, offset, pause } = Behaviour.parse(version.lineage.parameters);
    if (broken) {
      throw new MlopsError('failed', {
        code: 'model-not-loaded',
        message: `${version.model} v${version.version} cannot be loaded.`,
        cause: broken
      });
    }
    const served = new ProcessServedModel(version, offset, pause);
    this.started.push(served);
    await served.listening;
    if (options.signal?.aborted) {
      await served.stop();
      options.signal.throwIfAborted();
    }
    return served;
  }

  /** Those whose process is alive. */
  get running(): ProcessServedModel[] {
    return this.started.filter(({ alive }) => alive);
  }
}

export class ProcessServedModel implements IServedModel {
  readonly digest: string;
  readonly capturedElsewhere = false;
  readonly listening: Promise<void>;
  readonly ended: Promise<{ reason: string }>;
  alive = true;

  constructor(
    readonly version: ModelVersion,
    offset: number,
    pause: number
  ) {
    this.digest = version.digest;
    this._folder = mkdtempSync(join(tmpdir(), 'double-'));
    const socket = join(this._folder, 's');
    this._client = new SocketFetch(socket);
    const child = spawn(
      process.execPath,
      ['-e', SCRIPT, socket, String(offset), String(pause)],
      { stdio: ['pipe', 'pipe', 'inherit'] }
    );
    this._end = () => child.stdin.end();
    this.listening = new Promise(resolve => child.stdout.once('data', () => resolve()));
    this.ended = new Promise(resolve =>
      child.once('exit', code => {
        this.alive = false;
        rmSync(this._folder, { recursive: true, force: true });
        void this._client.close();
        resolve({ reason: `exit code ${code}` });
      })
    );
  }

  async predict(rows: Record<string, unknown>[]): Promise<IPrediction> {
    validateRows(rows, this.version.signature);
    const reply = await this.infer(JSON.stringify({ rows }));
    return z.object({ predictions: z.array(z.number()) }).parse(await reply.json());
  }

  infer(body: string): Promise<Response> {
    return this._client.fetch('/infer', { method: 'POST', body });
  }

  ready(): Promise<boolean> {
    return Promise.resolve(this.alive);
  }

  async stop(): Promise<void> {
    this._end();
    await this.ended;
  }

  /** Ends as a crash does: without having been asked to. */
  async crash(): Promise<void> {
    await this._client.fetch('/die', { method: 'POST' }).catch(() => undefined);
    await this.ended;
  }

  private readonly _folder: string;
  private readonly _client: SocketFetch;
  private readonly _end: () => void;
}
