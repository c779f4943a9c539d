import type { Logger } from 'pino';

import type { Database } from '../store/database';
import type { IPayloadPart } from './capture';
import type { DriftMonitor } from './drift-monitor';
import type { PayloadStore } from './payload-store';
import type { IMonitored, MonitoredVersions } from './subject';

/** Writes captured requests down, together with what is to be judged because of them. */
export class PayloadWriter {
  constructor(private readonly _options: PayloadWriter.IOptions) {}

  /** What is wrong with one model must not lose the requests of another. */
  write(captured: IPayloadPart[]): void {
    for (const { monitored, parts } of this._groups(captured)) {
      try {
        this._options.database.write(() => this._writeOf(monitored, parts));
      } catch (error) {
        this._lost(monitored, parts, error);
      }
    }
  }

  /**
   * All or nothing, together with what else has to be written then.
   *
   * @throws what kept it from being written
   */
  writeWhole(captured: IPayloadPart[], also: () => void): void {
    const groups = this._groups(captured);
    this._options.database.write(() => {
      groups.forEach(({ monitored, parts }) => this._writeOf(monitored, parts));
      also();
    });
  }

  private _writeOf(monitored: IMonitored, parts: IPayloadPart[]): void {
    const { payloads, drift } = this._options;
    const times = parts.flatMap(({ payload: { outcome, eventTimes }, from, to }) =>
      outcome === 'answered' ? eventTimes.slice(from, to).map(Date.parse) : []
    );
    payloads.addParts(parts, monitored.settings.sensitive);
    drift.note(monitored, times);
  }

  /** By version; those that cannot be read are lost. */
  private _groups(
    captured: IPayloadPart[]
  ): { monitored: IMonitored; parts: IPayloadPart[] }[] {
    const groups = Map.groupBy(
      captured,
      ({ payload: { environment, model, version } }) =>
        JSON.stringify([environment, model, version])
    );
    return [...groups.values()].flatMap(parts => {
      const { environment, model, version } = parts[0].payload;
      try {
        const monitored = this._options.monitored.get({ environment, model, version });
        return [{ monitored, parts }];
      } catch (error) {
        this._lost({ environment, model, version }, parts, error);
        return [];
      }
    });
  }

  private _lost(
    {
      environment,
      model,
      version
    }: Pick<IMonitored, 'environment' | 'model' | 'version'>,
    parts: IPayloadPart[],
    error: unknown
  ): void {
    this._options.log.error(
      { err: error, environment, model, version, lost: parts.length },
      'payloads were not written'
    );
  }
}

export namespace PayloadWriter {
  export interface IOptions {
    database: Database;
    payloads: PayloadStore;
    monitored: MonitoredVersions;
    drift: DriftMonitor;
    log: Logger;
  }
}
