import { PassThrough } from 'node:stream';

import { ExchangePages } from '../../collector/exchange-pages';
import { follow, type Follow } from '../../collector/follow';
import { readCollector } from '../../collector/open-collector';
import type { ICollectorStream } from '../collector-pod';

const FAST: Follow.ITiming = { lookEvery: 5, aliveEvery: 30, silence: 1_000 };

/** Runs `monitor follow` on a collector's folder as exec in its pod would, over pipes that break. */
export class ExecDouble {
  opened = 0;
  /** Why nothing can be opened now; null where it can. */
  failure: Error | null = null;
  /** Bytes after which the next connections break; endless where not set. */
  breaksAfter = Infinity;
  /** Whether what is said still arrives. */
  silent = false;

  constructor(
    private readonly _folder: () => string,
    private readonly _timing: Partial<Follow.ITiming> = {}
  ) {}

  /** Commands that still run. */
  get running(): number {
    return this._running.size;
  }

  readonly open = async (): Promise<ICollectorStream> => {
    if (this.failure) {
      throw this.failure;
    }
    this.opened += 1;
    const database = readCollector(this._folder());
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    let left = this.breaksAfter;
    const work = follow(
      new ExchangePages(database),
      {
        answers: stdin,
        write: async text => {
          if (this.silent) {
            return;
          }
          const bytes = Buffer.from(text);
          stdout.write(bytes.subarray(0, left));
          left -= bytes.length;
          if (left <= 0) {
            this._cut(stdin, stdout);
          }
        }
      },
      { ...FAST, ...this._timing }
    ).finally(() => {
      database.close();
      this._running.delete(work);
      stdout.end();
    });
    this._running.add(work);
    this._cuts.push(() => this._cut(stdin, stdout));
    return {
      stdout,
      write: bytes => void (stdin.destroyed || stdin.write(bytes)),
      close: () => void stdin.end()
    };
  };

  /** Breaks every connection. */
  cut(): void {
    this._cuts.splice(0).forEach(cut => cut());
  }

  private _cut(stdin: PassThrough, stdout: PassThrough): void {
    stdin.end();
    stdout.destroy(new Error('The connection broke off.'));
  }

  private readonly _running = new Set<Promise<void>>();
  private readonly _cuts: (() => void)[] = [];
}
