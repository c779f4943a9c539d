import { setTimeout as sleep } from 'node:timers/promises';

import { ALIVE_EVERY, FollowAnswer, PAGES_AHEAD, type FollowLine } from './exchange';
import type { ExchangePages } from './exchange-pages';
import { linesOf } from './lines';

/** How often is looked for new exchanges while there are none. */
const LOOK_EVERY = 250;
const SILENCE = 3 * ALIVE_EVERY;

/**
 * Tells a reader of all exchanges that it has not stored yet, and of new ones as they come. The reader
 * says what it has: so nothing is lost or told twice, and never more than a few pages are on the way.
 * Ends when the reader's side closes or falls silent: who runs a command in a pod does not end it.
 */
export async function follow(
  pages: ExchangePages,
  reader: Follow.IReader,
  timing: Partial<Follow.ITiming> = {}
): Promise<void> {
  const { lookEvery, aliveEvery, silence } = {
    lookEvery: LOOK_EVERY,
    aliveEvery: ALIVE_EVERY,
    silence: SILENCE,
    ...timing
  };
  const answers = new Answers(reader.answers);
  await tell(reader, { type: 'hello', ...pages.span(), counts: pages.counts() });
  let sent: number | null = null;
  const ahead: number[] = [];
  let told = Date.now();
  while (!answers.ended && Date.now() - answers.heard < silence) {
    const { after } = answers;
    sent ??= after;
    while (after !== null && ahead.length > 0 && ahead[0] <= after) {
      ahead.shift();
    }
    const page: ReturnType<ExchangePages['after']> =
      sent === null || ahead.length >= PAGES_AHEAD ? null : pages.after(sent);
    if (page) {
      await reader.write(
        `{"type":"page","last":${page.last},"exchanges":[${page.bodies.join(',')}]}\n`
      );
      ahead.push(page.last);
      sent = page.last;
      told = Date.now();
      continue;
    }
    if (Date.now() - told >= aliveEvery) {
      told = Date.now();
      await tell(reader, { type: 'alive', counts: pages.counts() });
    }
    await Promise.race([answers.next(), sleep(lookEvery)]);
  }
}

async function tell(reader: Follow.IReader, line: FollowLine): Promise<void> {
  await reader.write(`${JSON.stringify(line)}\n`);
}

/** What the reader has said last. */
class Answers {
  after: number | null = null;
  heard = Date.now();
  ended = false;

  constructor(stream: AsyncIterable<Buffer>) {
    void this._read(stream)
      // A line that is no answer, or a broken connection: the reader comes back.
      .catch(() => undefined)
      .finally(() => {
        this.ended = true;
        this._wake.resolve();
      });
  }

  next(): Promise<void> {
    return this._wake.promise;
  }

  private async _read(stream: AsyncIterable<Buffer>): Promise<void> {
    for await (const line of linesOf(stream)) {
      this.after = FollowAnswer.parse(JSON.parse(line)).after;
      this.heard = Date.now();
      this._wake.resolve();
      this._wake = Promise.withResolvers<void>();
    }
  }

  private _wake = Promise.withResolvers<void>();
}

export namespace Follow {
  /** Who reads, at the other end of a command's standard input and output. */
  export interface IReader {
    /** Resolves when more may be written. */
    write(text: string): Promise<void>;
    answers: AsyncIterable<Buffer>;
  }

  export interface ITiming {
    lookEvery: number;
    aliveEvery: number;
    /** Milliseconds without an answer after which nobody reads any more. */
    silence: number;
  }
}
