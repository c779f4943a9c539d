import type { Logger } from 'pino';

import type { ModelVersion } from '../../contract/model';
import { MonitoringSettings } from '../../contract/project';
import { readProject } from '../project/read-project';

/** A file that is read for each batch of requests would cost more than it tells. */
const READ_AGAIN_AFTER = 1000;

/**
 * The settings that count for a version: those of its registration, and those of `mlops.yaml` as it
 * stands beside the notebook now. The file may have moved, or be half written: what was registered
 * counts in any case.
 */
export class VersionSettings {
  constructor(log: Logger, readAgainAfter = READ_AGAIN_AFTER) {
    this._log = log;
    this._readAgainAfter = readAgainAfter;
  }

  /** @param registered as they were written down at the registration; null in older versions */
  of(
    { lineage, signature }: ModelVersion,
    registered: MonitoringSettings | null
  ): MonitoringSettings {
    const { settings, broken } = this._current(lineage.notebook);
    if (registered !== null) {
      return settings ? combined(registered, settings) : registered;
    }
    if (settings) {
      return settings;
    }
    // Nothing says what is sensitive, and the file that would say it cannot be read: keep no values.
    const sensitive = broken ? signature.inputs.map(({ name }) => name) : [];
    return MonitoringSettings.parse({ sensitive });
  }

  private _current(notebook: string): ICurrent {
    const known = this._known.get(notebook);
    const now = performance.now();
    if (known && now - known.at < this._readAgainAfter) {
      return known.current;
    }
    const current = this._read(notebook, known?.current ?? null);
    this._known.set(notebook, { at: now, current });
    return current;
  }

  private _read(notebook: string, before: ICurrent | null): ICurrent {
    try {
      const { project, path } = readProject(notebook);
      return { settings: path === null ? null : project.monitoring, broken: false };
    } catch (error) {
      if (!before?.broken) {
        this._log.warn(
          { err: error },
          'mlops.yaml cannot be read: monitoring goes by the settings of the registration'
        );
      }
      return { settings: null, broken: true };
    }
  }

  private readonly _log: Logger;
  private readonly _readAgainAfter: number;
  private readonly _known = new Map<string, { at: number; current: ICurrent }>();
}

interface ICurrent {
  /** Null where there is no file, or none that can be read. */
  settings: MonitoringSettings | null;
  broken: boolean;
}

/** A column is sensitive where either says so; the windows are those that the baseline was cut into. */
function combined(
  registered: MonitoringSettings,
  current: MonitoringSettings
): MonitoringSettings {
  return {
    ...current,
    sensitive: [...new Set([...registered.sensitive, ...current.sensitive])],
    windowHours: registered.windowHours
  };
}
