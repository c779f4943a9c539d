import { setImmediate as otherWork } from 'node:timers/promises';

import type { Actor } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import type { ICore } from '../core';
import type { Feedback, IEnvironments } from '../environments/port';
import type { Handlers } from '../http/handlers';
import type { IModels } from '../models/port';
import type { IRuns } from '../pipelines/port';
import type { IModelServer } from '../serving/port';
import type { IStage } from '../stage';
import { AlertStore } from './alert-store';
import { Capture, type IPayloadPart } from './capture';
import type { ICollectorPlace } from './collected/collector-place';
import { Collectors } from './collected/collectors';
import { Cursors } from './collected/cursors';
import { WaitingLabels } from './collected/waiting-labels';
import { compareVersions } from './comparison';
import { DriftAlerts } from './drift-alerts';
import { DriftMonitor } from './drift-monitor';
import { PayloadStore } from './payload-store';
import { PayloadWriter } from './payload-writer';
import { monitorOf, reportOf } from './report';
import { Retention } from './retention';
import { Retrainings } from './retraining';
import { RowFiles } from './row-files';
import { ServiceMonitor } from './service-monitor';
import { MonitoredVersions, type IMonitored } from './subject';
import { VersionSettings } from './version-settings';
import { WindowStore } from './window-store';

const LOOK_EVERY = 15_000;
const EXPIRE_EVERY = 3_600_000;
/** Labels written at a time: then requests have their turn. */
const LABELS_AT_ONCE = 1_000;

export interface IMonitoringSources {
  runs: IRuns;
  models: IModels;
  environments: IEnvironments;
  modelServer: IModelServer;
  /** Namespaces of clusters whose collectors are read; none where absent. */
  collectors?(): Promise<ICollectorPlace[]>;
}

/** Captures requests, judges windows, raises alerts, retrains. */
export class MonitoringStage implements IStage {
  /** @param patience Milliseconds that a reply waits for what is being judged. */
  constructor(
    core: ICore,
    sources: IMonitoringSources,
    private readonly _patience = 2_000
  ) {
    const { database, events, log } = core;
    this._core = core;
    this._sources = sources;
    this._monitored = new MonitoredVersions({
      ...sources,
      log,
      settings: new VersionSettings(log)
    });
    const { _monitored: monitored } = this;
    this._payloads = new PayloadStore(database);
    this._windows = new WindowStore(database);
    this._alerts = new AlertStore(database);
    const { _payloads: payloads, _windows: windows, _alerts: alerts } = this;
    this._drift = new DriftMonitor({
      payloads,
      windows,
      monitored,
      events,
      log,
      alerts: new DriftAlerts({ windows, alerts, events })
    });
    this._service = new ServiceMonitor(alerts, events);
    this._writer = new PayloadWriter({
      database,
      payloads,
      monitored,
      drift: this._drift,
      log
    });
    this._waiting = new WaitingLabels(database, payloads);
    this._collectors = new Collectors({
      ...sources,
      places: sources.collectors,
      cursors: new Cursors(database),
      log,
      write: (collected, also) => this._writeCollected(collected, also)
    });
    this._capture = new Capture({
      log,
      write: captured => this._writer.write(captured)
    });
    this._retrainings = new Retrainings({
      ...sources,
      core,
      payloads,
      alerts,
      monitored
    });
    this._rowFiles = new RowFiles(core.home);
    this._retention = new Retention({
      payloads,
      monitored,
      rowFiles: this._rowFiles,
      retrainings: this._retrainings
    });
    sources.environments.addPayloadSink(this._capture.sink);
    sources.environments.setFeedback(this._feedback);
  }

  private readonly _feedback: Feedback = async (environment, model, labels) => {
    // Labels may follow their request within a moment: it must be there by then.
    await this._capture.flush();
    let matched = 0;
    for (let start = 0; start < labels.length; start += LABELS_AT_ONCE) {
      const part = labels.slice(start, start + LABELS_AT_ONCE);
      matched += this._collectors.collects(environment)
        ? // Its request may still be on the way from the cluster.
          this._waiting.add(environment, model, part)
        : this._payloads.addLabels(environment, model, part).matched;
      await otherWork();
    }
    return { matched, unknown: labels.length - matched };
  };

  readonly handlers: Handlers = {
    feedback: ({ params, body }) =>
      this._feedback(params.environment, params.model, body.labels),
    listMonitors: async () => {
      await this._settled();
      const monitored = this._monitored.list();
      return { monitors: monitored.map(one => monitorOf(this._reportSources(), one)) };
    },
    driftReport: async ({ params }) => {
      await this._settled();
      return reportOf(
        this._reportSources(),
        this._find(params.environment, params.model)
      );
    },
    listAlerts: async () => {
      await this._settled();
      return { alerts: this._alerts.list() };
    },
    silenceAlert: ({ params, body, actor }) => {
      const until = new Date(Date.now() + body.hours * 3_600_000).toISOString();
      const alert = this._alerts.silence(params.id, {
        by: actor.name,
        reason: body.reason,
        until
      });
      this._core.audit.add({
        actor,
        action: 'alert.silence',
        object: alert.id,
        result: 'done',
        details: { reason: body.reason, until }
      });
      this._core.events.publish({ type: 'alert', data: alert });
      return alert;
    },
    deletePayloads: ({ params, actor }) => this._deletePayloads(params, actor),
    retrain: ({ body, actor }) => this._retrainings.start(body, actor),
    listRetrainings: () => ({ retrainings: this._retrainings.list() }),
    getRetraining: ({ params }) => this._retrainings.get(params.id),
    compare: async ({ params, body }) => {
      await this._capture.flush();
      return compareVersions(
        { ...this._sources, payloads: this._payloads },
        {
          model: params.model,
          environment: body.environment,
          champion: body.champion,
          challenger: body.challenger,
          after: body.after === undefined ? undefined : Date.parse(body.after)
        }
      );
    }
  };

  async start(): Promise<void> {
    this._retrainings.resume();
    this._timers = [
      setInterval(() => this._guarded(() => this._look()), LOOK_EVERY),
      setInterval(() => this._expire(), EXPIRE_EVERY)
    ];
    this._expire();
    this._collectors.look();
  }

  async close(): Promise<void> {
    this._timers.forEach(timer => clearInterval(timer));
    await this._collectors.close();
    await this._capture.flush();
    await this._drift.close();
    await this._retention.close();
    await this._retrainings.close();
  }

  async status() {
    return [
      {
        stage: 'monitoring' as const,
        adapter: 'embedded',
        state: 'ready' as const,
        detail: 'Requests are captured by the gateway and judged here.'
      },
      ...this._collectors.status()
    ];
  }

  /** What comes from a collector, with what has waited for it. */
  private _writeCollected(collected: IPayloadPart[], also: () => void): void {
    this._writer.writeWhole(collected, () => {
      this._waiting.give(collected);
      also();
    });
  }

  private async _deletePayloads(
    { environment, model }: { environment: string; model: string },
    actor: Actor
  ): Promise<{ deleted: number; files: number }> {
    await this._capture.flush();
    const { models } = this._sources;
    const deleted = this._payloads.deleteAll(environment, model);
    this._waiting.deleteAll(environment, model);
    this._windows.deleteAll(environment, model);
    const copies = await this._retrainings.deleteData(
      retraining =>
        retraining?.environment === environment && retraining.model === model
    );
    const versions = models.list().find(({ name }) => name === model)?.versions ?? [];
    const runs = versions.flatMap(({ lineage: { run } }) =>
      run === null ? [] : [run]
    );
    const rows = await this._rowFiles.deleteOf(runs, models.liveFolders(model));
    const details = { deleted, files: copies + rows };
    this._core.audit.add({
      actor,
      action: 'payloads.delete',
      object: `${environment}/${model}`,
      result: 'done',
      details
    });
    return details;
  }

  private async _settled(): Promise<void> {
    await this._capture.flush();
    await this._drift.settled(this._patience);
  }

  /** What changes by time alone: windows end, endpoints slow down, versions are replaced. */
  private _look(): void {
    for (const monitored of this._monitored.list()) {
      this._guarded(() => this._drift.look(monitored));
    }
    const environments = this._sources.environments.list();
    for (const environment of environments) {
      environment.endpoints.forEach(endpoint =>
        this._service.update(endpoint, environment)
      );
    }
    this._service.retire(environments);
    this._collectors.look();
  }

  private _expire(): void {
    this._guarded(() => this._waiting.expire());
    this._retention.expire().catch((error: unknown) => {
      this._core.log.error({ err: error }, 'what is too old could not be deleted');
    });
  }

  private _guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this._core.log.error({ err: error }, 'monitoring could not look');
    }
  }

  private _find(environment: string, model: string): IMonitored {
    const monitored = this._monitored.find(environment, model);
    if (!monitored) {
      throw new MlopsError('not-found', {
        code: 'not-released',
        message: `No version of ${model} answers in ${environment}.`,
        action: 'Promote a version there first.'
      });
    }
    return monitored;
  }

  private _reportSources() {
    return {
      payloads: this._payloads,
      windows: this._windows,
      alerts: this._alerts,
      environments: this._sources.environments
    };
  }

  private readonly _core: ICore;
  private readonly _sources: IMonitoringSources;
  private readonly _monitored: MonitoredVersions;
  private readonly _payloads: PayloadStore;
  private readonly _windows: WindowStore;
  private readonly _alerts: AlertStore;
  private readonly _drift: DriftMonitor;
  private readonly _service: ServiceMonitor;
  private readonly _rowFiles: RowFiles;
  private readonly _retention: Retention;
  private readonly _capture: Capture;
  private readonly _retrainings: Retrainings;
  private readonly _writer: PayloadWriter;
  private readonly _waiting: WaitingLabels;
  private readonly _collectors: Collectors;
  private _timers: NodeJS.Timeout[] = [];
}
