/** Lets work on the same thing happen one after the other, in the order in which it was asked for. */
export class Turns {
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const turn = (this._last.get(key) ?? Promise.resolve()).then(work);
    const settled = turn.then(
      () => undefined,
      () => undefined
    );
    this._last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this._last.get(key) === settled) {
        this._last.delete(key);
      }
    }
  }

  private readonly _last = new Map<string, Promise<void>>();
}
