import type { TranslationBundle } from '@jupyterlab/translation';

import type { Endpoint } from '../../contract/environment';

/** What the contract calls the target that needs no cluster. */
const HERE = 'this computer';

/** Whether what is declared there runs beside the user's own server. */
export function isHere(target: string): boolean {
  return target === HERE;
}

/** `this computer`, or the name of a cluster. */
export function targetText(target: string, trans: TranslationBundle): string {
  return isHere(target) ? trans.__('this computer') : target;
}

/** `on this computer`, `on dev-cluster`. */
export function onTarget(target: string, trans: TranslationBundle): string {
  return isHere(target) ? trans.__('on this computer') : trans.__('on %1', target);
}

/** `2 of 2 pods`; null where the endpoint is served without pods. */
export function podsText(
  { replicas }: Endpoint,
  trans: TranslationBundle
): string | null {
  return (
    replicas &&
    trans._n('%2 of %1 pod', '%2 of %1 pods', replicas.total, replicas.ready)
  );
}
