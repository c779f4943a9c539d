import type { IServedModel } from '../../serving/port';

/** One running model server with the requests that are on their way through it. */
export class ServingSlot {
  constructor(readonly served: IServedModel) {}

  /** Runs one request; the server does not stop before it has been answered. */
  async use<T>(request: (served: IServedModel) => Promise<T>): Promise<T> {
    this._inFlight += 1;
    try {
      return await request(this.served);
    } finally {
      this._inFlight -= 1;
      if (this._inFlight === 0) {
        this._idle();
      }
    }
  }

  /** Stops the server after its last request, or after `patience` milliseconds. */
  async retire(patience = 30_000): Promise<void> {
    this.retired = true;
    if (this._inFlight > 0) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        new Promise<void>(resolve => (this._idle = resolve)),
        new Promise<void>(resolve => (timer = setTimeout(resolve, patience)))
      ]);
      clearTimeout(timer);
    }
    await this.served.stop();
  }

  /** Its end is our own doing. */
  retired = false;
  private _inFlight = 0;
  private _idle: () => void = () => undefined;
}

/** Lets only so many start at once: a model server that starts takes a whole core. */
export class StartingPlaces {
  constructor(private _free: number) {}

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this._free > 0) {
      this._free -= 1;
    } else {
      await new Promise<void>(resolve => this._waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this._waiting.shift();
      if (next) {
        next();
      } else {
        this._free += 1;
      }
    }
  }

  private readonly _waiting: (() => void)[] = [];
}
