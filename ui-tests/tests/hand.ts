import type { Locator, Page } from '@playwright/test';

/** What it took a person to get from one state to the next. */
export interface IEffort {
  /** Presses that changed something: counted by what reached the gateway. */
  confirmations: number;
  /** Presses in all, also those that only show something. */
  presses: number;
  /** Fields that were filled in. */
  typed: number;
}

/** Requests that change something; plans, examples and reports do not. */
const EFFECTS = new Set([
  '/runs',
  '/models',
  '/promotions',
  '/promotions/revert',
  '/retrainings'
]);

/** The hand of the person at the screen; counts what it does. */
export class Hand {
  constructor(page: Page) {
    this._page = page;
    page.on('request', request => {
      const [, path] = new URL(request.url()).pathname.split('/mlops/api/v1');
      if (request.method() === 'POST' && EFFECTS.has(path)) {
        this._effort.confirmations++;
      }
    });
  }

  async press(target: Locator): Promise<void> {
    await target.click();
    this._effort.presses++;
  }

  /** The same without a mouse. */
  async pressByKeyboard(target: Locator): Promise<void> {
    await target.focus();
    await this._page.keyboard.press('Enter');
    this._effort.presses++;
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.click();
    await this._page.keyboard.type(text);
    this._effort.typed++;
  }

  /** What was done since this was asked last. */
  effort(): IEffort {
    const effort = this._effort;
    this._effort = { confirmations: 0, presses: 0, typed: 0 };
    return effort;
  }

  private readonly _page: Page;
  private _effort: IEffort = { confirmations: 0, presses: 0, typed: 0 };
}
