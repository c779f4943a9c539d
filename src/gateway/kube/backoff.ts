/** Waits longer after each failure, and never the same as others who failed at once. */
export class Backoff {
  constructor(
    readonly first: number,
    readonly longest: number,
    random: () => number = Math.random
  ) {
    this._random = random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this._failures;
  }

  /** Milliseconds to wait after one more failure: between half and all of the step. */
  next(): number {
    const step = Math.min(this.first * 2 ** this._failures, this.longest);
    this._failures += 1;
    return step * (0.5 + this._random() / 2);
  }

  reset(): void {
    this._failures = 0;
  }

  private readonly _random: () => number;
  private _failures = 0;
}
