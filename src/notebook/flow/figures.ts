import type { ISpan } from '../python/value';
import type { IActionHost } from './actions';
import type { IAction } from './names';

const INLINE = /inline/;

/**
 * Follows pyplot's current figure. The inline backend shows and closes all figures when a cell
 * ends; with any other, and where it is told not to, later cells draw on.
 */
export class FigureRules {
  /** @param first - Called for the first drawing of a notebook that uses `ioff`. */
  constructor(host: IActionHost, first: () => void) {
    this._host = host;
    this._first = first;
  }

  /**
   * Where the notebook uses `plt.ioff()`: the first drawing loads the backend, which switches
   * interaction on again, so that it counts whether it came before.
   */
  switched = false;

  /** `%matplotlib agg`, `matplotlib.use('agg')`; null is a backend that nobody knows. */
  backend(name: string | null): void {
    this._inline = name !== null && INLINE.test(name);
  }

  /** `plt.ioff()`, `%config InlineBackend.close_figures = False`: figures outlive their cell. */
  stay(stays: boolean): void {
    this._stays = stays;
  }

  apply(action: IAction, span: ISpan): void {
    if (/\.i(on|off)$/.test(action.what ?? '')) {
      this.stay(action.what?.endsWith('off') === true);
      return;
    }
    if (this.switched && !this._drawn) {
      this._drawn = true;
      this._first();
    }
    if (this._inline && !this._stays) {
      return;
    }
    const { step } = this._host.current;
    if (action.mode === 'use' && this._step !== null && this._step !== step) {
      if (!/\.(subplots|figure|rc\w*|style.*|close)$/.test(action.what ?? '')) {
        this._host.join(this._step, 'figure', span);
      }
    }
    this._step = step;
  }

  private readonly _host: IActionHost;
  private readonly _first: () => void;
  private _drawn = false;
  private _inline = true;
  private _stays = false;
  /** The step that has drawn last. */
  private _step: number | null = null;
}
