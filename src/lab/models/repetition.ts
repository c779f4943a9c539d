import type { Registration } from '../../contract/event';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';

/** What does it once more; null where the live kernel's model would have to be written again. */
export function repetitionOf(registration: Registration): Parameters<Act> | null {
  const { run, model, version } = registration;
  if (run !== null) {
    return [CommandIDs.registerModel, { run, name: model }];
  }
  return version === null ? null : [CommandIDs.testVersion, { model, version }];
}
