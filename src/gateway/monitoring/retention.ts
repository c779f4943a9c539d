import { setImmediate as otherWork } from 'node:timers/promises';

import type { ISubject, PayloadStore } from './payload-store';
import type { Retrainings } from './retraining';
import type { RowFiles } from './row-files';
import type { MonitoredVersions } from './subject';

const DAY = 86_400_000;
/** However long `mlops.yaml` asks for. */
const MOST_DAYS = 30;
const GIBIBYTE = 2 ** 30;
/** Requests deleted at a time: then others have their turn. */
const AT_ONCE = 100;

/** Deletes what has been kept for long enough, each model's after its own settings. */
export class Retention {
  constructor(options: Retention.IOptions) {
    this._options = options;
  }

  /** One round; a round that is still going on is given instead. */
  expire(now = Date.now()): Promise<void> {
    this._working ??= this._expire(now).finally(() => (this._working = undefined));
    return this._working;
  }

  async close(): Promise<void> {
    this._closed = true;
    await this._working;
  }

  private async _expire(now: number): Promise<void> {
    const { payloads } = this._options;
    for (const kept of payloads.versions()) {
      const time = new Date(now - this._daysOf(kept) * DAY);
      await this._untilDone(() => payloads.expire(kept, time, AT_ONCE) === AT_ONCE);
    }
    let excess = payloads.bytes() - (this._options.mostBytes ?? GIBIBYTE);
    await this._untilDone(() => {
      const { deleted, bytes } =
        excess > 0 ? payloads.deleteOldest(AT_ONCE) : { deleted: 0, bytes: 0 };
      excess -= bytes;
      return deleted > 0 && excess > 0;
    });
    await this._options.rowFiles.expire(new Date(now - MOST_DAYS * DAY));
    await this._options.retrainings.deleteData((retraining, written) => {
      const days = retraining
        ? this._daysOf({ model: retraining.model, version: retraining.champion })
        : MOST_DAYS;
      return written.getTime() < now - days * DAY;
    });
  }

  private _daysOf(version: Pick<ISubject, 'model' | 'version'>): number {
    try {
      return Math.min(
        MOST_DAYS,
        this._options.monitored.settings(version).retentionDays
      );
    } catch {
      // A version that cannot be read must not keep the requests of others.
      return MOST_DAYS;
    }
  }

  private async _untilDone(work: () => boolean): Promise<void> {
    while (!this._closed && work()) {
      await otherWork();
    }
  }

  private readonly _options: Retention.IOptions;
  private _working: Promise<void> | undefined;
  private _closed = false;
}

export namespace Retention {
  export interface IOptions {
    payloads: PayloadStore;
    monitored: Pick<MonitoredVersions, 'settings'>;
    rowFiles: Pick<RowFiles, 'expire'>;
    retrainings: Pick<Retrainings, 'deleteData'>;
    /** 1 GiB where absent. */
    mostBytes?: number;
  }
}
