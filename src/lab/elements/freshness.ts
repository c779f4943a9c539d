import type { TranslationBundle } from '@jupyterlab/translation';

import type { Resource } from '../gateway/resource';
import { shortTime } from './format';

/** What a section's title says when its content is not what the gateway has now. */
export interface IFreshness {
  remark?: string;
  /** There is nothing to show at all. */
  lacking: boolean;
}

export function freshness(resource: Resource, trans: TranslationBundle): IFreshness {
  if (resource.connection.kind === 'ready') {
    return { lacking: false };
  }
  if (resource.asOf) {
    return { remark: trans.__('as of %1', shortTime(resource.asOf)), lacking: false };
  }
  const waits = ['unknown', 'starting'].includes(resource.connection.kind);
  return {
    remark: waits ? trans.__('waits for the gateway') : trans.__('needs the gateway'),
    lacking: true
  };
}
