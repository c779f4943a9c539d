import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type { Widget } from '@lumino/widgets';

import type { ClusterStatus } from '../contract/cluster';
import type { Environment } from '../contract/environment';
import type { ApiError } from '../contract/error';
import type { GatewayEvent, Registration } from '../contract/event';
import type { Model, ModelVersion } from '../contract/model';
import type { Notebook } from '../contract/notebook';
import type { Alert, Monitor, Retraining } from '../contract/monitor';
import type { Diagnostic, Pipeline, Split } from '../contract/pipeline';
import type { Promotion } from '../contract/promotion';
import type { RunSummary } from '../contract/run';
import type { IGatewayClient } from './gateway/client';
import type { Connection } from './gateway/connection';
import type { IExecutedNotebook } from './runs/executed-path';

/** The way to the gateway, shared by all panels of this browser tab. */
export interface IGateway {
  readonly client: IGatewayClient;
  readonly connection: Connection;
  readonly isReady: boolean;
  readonly connectionChanged: ISignal<IGateway, Connection>;
  /** What happens in the gateway, as it happens. */
  readonly happened: ISignal<IGateway, GatewayEvent>;
  /** Looks now; starts the gateway unless it runs. */
  check(): Promise<void>;
  restart(): Promise<void>;
}
export const IGateway = new Token<IGateway>(
  'jupyterlab-mlops:IGateway',
  'The connection to the MLOps gateway.'
);

/** The cluster that the project of the notebook in front names. */
export interface IProjectCluster extends IObserved {
  /** Null where it names none, or nobody has looked yet. */
  readonly status: ClusterStatus | null;
  /** Why it could not be told; who cannot reach the gateway learns that elsewhere. */
  readonly error: ApiError | null;
  /** Whether somebody looks: nothing is asked while nobody does. */
  isActive: boolean;
}
export const IProjectCluster = new Token<IProjectCluster>(
  'jupyterlab-mlops:IProjectCluster',
  'The cluster of the project in front.'
);

/** The panel with its sections. */
export interface ISidebar {
  /** Sections stand in the order of their rank. */
  add(section: Widget, rank: number): void;
  reveal(): void;
}
export const ISidebar = new Token<ISidebar>(
  'jupyterlab-mlops:ISidebar',
  'The MLOps panel.'
);

/** What every list that comes from the gateway offers. */
export interface IObserved {
  readonly stateChanged: ISignal<unknown, void>;
  refresh(): Promise<void>;
}

/** The notebook in front, as a pipeline. */
export interface ILivePipeline {
  readonly stateChanged: ISignal<unknown, void>;
  /** Path of the notebook; null where none is in front that could run. */
  readonly path: string | null;
  /** Set where the notebook in front is what a run has left. */
  readonly executed: IExecutedNotebook | null;
  readonly pipeline: Pipeline | null;
  readonly diagnostics: readonly Diagnostic[];
  /** How its cells become steps; undefined lets the notebook decide. */
  readonly split: Split | undefined;
  /** A notebook as it is in the editor; undefined where it is not open. */
  contentOf(path: string): Notebook | undefined;
  /** Fills the parameters' form of a notebook for its next run. */
  setParameters(path: string, values: Readonly<Record<string, unknown>>): void;
}
export const ILivePipeline = new Token<ILivePipeline>(
  'jupyterlab-mlops:ILivePipeline',
  'The notebook in front as a pipeline.'
);

export interface IRuns extends IObserved {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
}
export const IRuns = new Token<IRuns>('jupyterlab-mlops:IRuns', 'Pipeline runs.');

export interface IModels extends IObserved {
  readonly models: readonly Model[];
  /** Those on their way, and those that failed lately and were not sent away. */
  readonly registrations: readonly Registration[];
  version(model: string, version: number): ModelVersion | undefined;
}
export const IModels = new Token<IModels>(
  'jupyterlab-mlops:IModels',
  'Models and their versions.'
);

export interface IEnvironments extends IObserved {
  readonly environments: readonly Environment[];
  /** Newest first. */
  readonly promotions: readonly Promotion[];
}
export const IEnvironments = new Token<IEnvironments>(
  'jupyterlab-mlops:IEnvironments',
  'Environments and promotions.'
);

export interface IMonitoring extends IObserved {
  readonly monitors: readonly Monitor[];
  readonly alerts: readonly Alert[];
  readonly retrainings: readonly Retraining[];
}
export const IMonitoring = new Token<IMonitoring>(
  'jupyterlab-mlops:IMonitoring',
  'Monitors, alerts and retrainings.'
);

export interface ISettings {
  readonly changed: ISignal<ISettings, void>;
  /** Show the notebook's steps while it is edited. */
  readonly liveAnalysis: boolean;
  /** Show each cell's step beside it. */
  readonly stepMargin: boolean;
  /** Say so when an alert begins to fire. */
  readonly alertNotifications: boolean;
  /** Say so when a run, promotion or retraining ends out of sight. */
  readonly runNotifications: boolean;
  /** How cells become steps; null leaves it to the notebook. */
  readonly split: Split | null;
}
export const ISettings = new Token<ISettings>(
  'jupyterlab-mlops:ISettings',
  'The settings of the MLOps extension.'
);
