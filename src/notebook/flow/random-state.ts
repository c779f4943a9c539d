import type { ISpan } from '../python/value';
import type { IActionHost } from './actions';
import type { IAction } from './names';

/** States of random generators that a later step goes on with. */
const CARRIED = /^(numpy|python|torch)$/;

/** Follows global random states: draws from one that was seeded come one after the other. */
export class RandomRules {
  constructor(host: IActionHost, changed: () => void) {
    this._host = host;
    this._changed = changed;
  }

  apply({ what, mode }: IAction, span: ISpan): void {
    const family = what ?? '';
    if (mode === 'seed') {
      this._seeded.set(family, this._host.current.step);
      this._changed();
      return;
    }
    if (mode === 'read') {
      // Who keeps a state may set it again
      this._unknown = true;
    }
    const known = family === '' ? this._seeded.size > 0 : this._seeded.has(family);
    if (!known) {
      this._host.facts.volatile ||= mode !== 'may-draw';
    }
    if (!known && !this._unknown) {
      return;
    }
    this._changed();
    const first = this._seeded.get(family);
    if (first !== undefined && !CARRIED.test(family)) {
      this._host.join(first, 'random-state', span);
      this._seeded.set(family, this._host.current.step);
    }
  }

  /** Something ran of which nobody knows whether it seeds. */
  unknown(): void {
    this._unknown = true;
  }

  /** Networks draw wherever they are used: in a dropout, in a shuffled loader. */
  cellStarts(): void {
    if (this._seeded.has('torch')) {
      this._changed();
    }
  }

  private readonly _host: IActionHost;
  private readonly _changed: () => void;
  private readonly _seeded = new Map<string, number>();
  private _unknown = false;
}
