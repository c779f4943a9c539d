import { randomUUID } from 'node:crypto';

import type { GatewayEvent } from '../contract/event';

/** One event with the id under which a listener can resume. */
export interface INumberedEvent {
  id: string;
  event: GatewayEvent;
}

/** Tells every listener what happened; keeps the newest events so that a listener may resume. */
export class EventBus {
  constructor(kept = 1000) {
    this._kept = kept;
  }

  publish(event: GatewayEvent): void {
    this._last += 1;
    const numbered = { id: `${this._epoch}-${this._last}`, event };
    this._recent.push(numbered);
    if (this._recent.length > this._kept) {
      this._recent.shift();
    }
    for (const listener of [...this._listeners]) {
      listener(numbered);
    }
  }

  /**
   * Listens from now on, or from after `lastId`. Where events between are gone, the first event
   * is `reset`: the listener fetches everything again.
   */
  subscribe(listener: (event: INumberedEvent) => void, lastId?: string): () => void {
    if (lastId) {
      this._replay(listener, lastId);
    }
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }

  private _replay(listener: (event: INumberedEvent) => void, lastId: string): void {
    const [epoch, number] = [lastId.slice(0, 8), Number(lastId.slice(9))];
    const oldest = this._last - this._recent.length;
    if (epoch !== this._epoch || !(number >= oldest && number <= this._last)) {
      listener({
        id: `${this._epoch}-${this._last}`,
        event: { type: 'reset', data: {} }
      });
      return;
    }
    this._recent.slice(number - oldest).forEach(listener);
  }

  private readonly _kept: number;
  private readonly _epoch = randomUUID().slice(0, 8);
  private readonly _recent: INumberedEvent[] = [];
  private readonly _listeners = new Set<(event: INumberedEvent) => void>();
  private _last = 0;
}
