import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { Backoff } from '../../kube/backoff';
import type { KubeClient } from '../../kube/kube-client';
import { objectPath, PODS } from '../../kube/resource';
import { codeOf } from '../../thrown';
import { EVENTS, LOG } from '../step-files';
import { POD_FILE } from './run-place';

/** The container that runs the cells. */
export const STEP_CONTAINER = 'step-step';
/** So much of what is no line of ours is kept, for the words of an error. */
const OTHER_LINES = 20;
const FLUSH_EVERY = 50;
/** What cannot get better by waiting. */
const FINAL = new Set(['cluster-object-missing', 'cluster-not-allowed']);

const Printed = z.union([
  z.looseObject({ offset: z.number().int(), text: z.string() }),
  z.looseObject({ event: z.string() })
]);

export interface IPodLogOptions {
  client: KubeClient;
  namespace: string;
  pod: string;
  /** The step's folder: gets log.jsonl and events.jsonl as the local engine leaves them. */
  folder: string;
  /** Told how many cells are done. */
  cells(done: number): void;
  /** Whether the container has ended, so that its log is whole. */
  isOver(): boolean;
  signal: AbortSignal;
}

/**
 * Follows what a step's container prints. Whatever was written already, by this gateway or an earlier
 * one, is not written again.
 */
export class PodLog {
  /** Resolves when the log is whole, cannot be had, or the signal says so; never rejects. */
  readonly done: Promise<void>;

  constructor(private readonly _options: IPodLogOptions) {
    this.done = this._run().catch(() => undefined);
  }

  /** The last lines that are not the step's own: what the container itself had to say. */
  get words(): string {
    return this._other.join('\n').trim();
  }

  private async _run(): Promise<void> {
    const { signal } = this._options;
    await this._begin();
    const backoff = new Backoff(200, 5000);
    while (!signal.aborted) {
      const over = this._options.isOver();
      try {
        await this._once();
        await this._flush();
        if (over) {
          return;
        }
      } catch (error) {
        await this._flush();
        if (error instanceof MlopsError && FINAL.has(error.body.code)) {
          return;
        }
      }
      await sleep(backoff.next(), undefined, { signal }).catch(() => undefined);
    }
  }

  /** Another pod's words are another attempt's. */
  private async _begin(): Promise<void> {
    const { folder, pod } = this._options;
    const known = await textOf(join(folder, POD_FILE));
    if (known !== JSON.stringify({ pod })) {
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, POD_FILE), JSON.stringify({ pod }), { mode: 0o600 });
    }
    const [log, events] = await Promise.all([
      textOf(join(folder, LOG)),
      textOf(join(folder, EVENTS))
    ]);
    this._lines = count(log);
    this._events = count(events);
    this._cells = (events.match(/"cell-done"/g) ?? []).length;
    this._options.cells(this._cells);
  }

  private async _once(): Promise<void> {
    const { client, namespace, pod, signal } = this._options;
    this._other = [];
    let events = 0;
    const lines = await client.lines(
      { verb: 'get', resource: PODS, subresource: 'log', namespace, name: pod },
      {
        method: 'GET',
        path: objectPath(PODS, namespace, pod, 'log'),
        query: { follow: true, container: STEP_CONTAINER },
        // A cell may be silent for hours.
        silence: 0,
        signal
      }
    );
    for await (const line of lines) {
      const printed = parse(line);
      if (!printed) {
        this._other = [...this._other, line].slice(-OTHER_LINES);
      } else if ('event' in printed) {
        events += 1;
        this._takeEvent(line, String(printed.event), events);
      } else if (printed.offset === this._lines) {
        this._lines += 1;
        this._newLog += `${line}\n`;
        this._flushSoon();
      }
    }
  }

  private _takeEvent(line: string, event: string, position: number): void {
    if (position <= this._events) {
      return;
    }
    this._events = position;
    this._newEvents += `${line}\n`;
    if (event === 'cell-done') {
      this._cells += 1;
      this._options.cells(this._cells);
    }
    this._flushSoon();
  }

  private _flushSoon(): void {
    this._timer ??= setTimeout(() => void this._flush(), FLUSH_EVERY);
  }

  private _flush(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    const [log, events] = [this._newLog, this._newEvents];
    this._newLog = this._newEvents = '';
    const { folder } = this._options;
    this._written = this._written.then(async () => {
      await append(join(folder, LOG), log);
      await append(join(folder, EVENTS), events);
    });
    return this._written;
  }

  private _lines = 0;
  private _events = 0;
  private _cells = 0;
  private _other: string[] = [];
  private _newLog = '';
  private _newEvents = '';
  private _timer: NodeJS.Timeout | undefined;
  private _written: Promise<void> = Promise.resolve();
}

/** The last lines of a container's log; empty where it has none. */
export async function lastWords(
  client: KubeClient,
  at: { namespace: string; name: string },
  container: string
): Promise<string> {
  try {
    const text = await client.text(
      { verb: 'get', resource: PODS, subresource: 'log', ...at },
      {
        method: 'GET',
        path: objectPath(PODS, at.namespace, at.name, 'log'),
        query: { container, tailLines: OTHER_LINES, limitBytes: 4000 }
      }
    );
    return text.trim();
  } catch {
    // It never began, or is gone: the state alone must do.
    return '';
  }
}

function parse(line: string): z.infer<typeof Printed> | null {
  if (!line.startsWith('{')) {
    return null;
  }
  try {
    return Printed.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

async function append(path: string, text: string): Promise<void> {
  if (text !== '') {
    await appendFile(path, text, { mode: 0o600 });
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return '';
    }
    throw error;
  }
}

function count(text: string): number {
  return text.split('\n').length - 1;
}
