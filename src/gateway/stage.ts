import type { AdapterStatus } from '../contract/status';
import type { Handlers } from './http/handlers';

/** What a stage of the loop offers to the gateway that runs it. */
export interface IStage {
  handlers: Handlers;
  /** Goes on with what the last gateway left behind and starts watching. */
  start(): Promise<void>;
  /** Lets go of everything; the next gateway goes on. */
  close(): Promise<void>;
  /** @param rootDir Folder of whoever asks: its project may name further adapters. */
  status(rootDir: string): Promise<AdapterStatus[]>;
}
