import type { TranslationBundle } from '@jupyterlab/translation';

import type { ClusterIdentity, ClusterStatus } from '../../contract/cluster';
import type { AdapterStatus } from '../../contract/status';
import type { StateKind } from '../elements/state';

/** `anna · ml-team · dev-cluster`: who acts, in which namespace, where. */
export function identityText(
  { user, namespace, cluster, proven }: ClusterIdentity,
  trans: TranslationBundle
): string {
  return [proven ? user : trans.__('%1 (not proven)', user), namespace, cluster].join(
    ' · '
  );
}

/** `ml-team on dev-cluster`; what is known of it where nobody can act there. */
export function clusterPlaceText(
  { identity }: ClusterStatus,
  trans: TranslationBundle
): string {
  return identity
    ? trans.__('%1 on %2', identity.namespace, identity.cluster)
    : trans.__('no access to the cluster');
}

export function adapterState(
  { state }: AdapterStatus,
  trans: TranslationBundle
): { kind: StateKind; label: string } {
  const states: Record<AdapterStatus['state'], { kind: StateKind; label: string }> = {
    ready: { kind: 'passed', label: trans.__('Ready') },
    'not-installed': { kind: 'nothing', label: trans.__('Not installed') },
    'not-allowed': { kind: 'warning', label: trans.__('A right is missing') },
    failed: { kind: 'failed', label: trans.__('Failed') }
  };
  return states[state];
}
