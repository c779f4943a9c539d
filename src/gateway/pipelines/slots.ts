/** Lets at most so many do something at the same time; the others wait in their order. */
export class Slots {
  constructor(count: number) {
    this._free = count;
  }

  /**
   * Resolves with a function that gives the slot back.
   *
   * @throws the signal's reason where it is aborted first.
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this._free > 0) {
      this._free -= 1;
    } else {
      await this._wait(signal);
    }
    let given = false;
    return () => {
      if (!given) {
        given = true;
        this._giveBack();
      }
    };
  }

  private _wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this._waiting = this._waiting.filter(other => other !== enter);
        reject(signal.reason);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this._waiting.push(enter);
    });
  }

  private _giveBack(): void {
    const next = this._waiting.shift();
    if (next) {
      next();
    } else {
      this._free += 1;
    }
  }

  private _free: number;
  private _waiting: (() => void)[] = [];
}
