/** One answer that is asked for again after some time; those who ask at once share the question. */
export class Fresh<T> {
  /** @param within Milliseconds that an answer holds. */
  constructor(within: number, now: () => number = Date.now) {
    this._within = within;
    this._now = now;
  }

  /** A failure is told to who waits for it, and not kept. */
  async get(ask: () => Promise<T>): Promise<T> {
    const kept = this._kept;
    if (kept && this._now() - kept.at < this._within) {
      return kept.answer;
    }
    const asked = { at: this._now(), answer: ask() };
    this._kept = asked;
    asked.answer.catch(() => {
      if (this._kept === asked) {
        this._kept = null;
      }
    });
    return asked.answer;
  }

  forget(): void {
    this._kept = null;
  }

  private readonly _within: number;
  private readonly _now: () => number;
  private _kept: { at: number; answer: Promise<T> } | null = null;
}
