import { ARGOCD_NEEDS } from '../../kube/adapter-needs';
import type { IResource } from '../../kube/resource';

export const APPLICATIONS: IResource = {
  group: 'argoproj.io',
  version: 'v1alpha1',
  plural: 'applications',
  namespaced: true
};

export const APPLICATION_SETS: IResource = {
  ...APPLICATIONS,
  plural: 'applicationsets'
};

/** Where Argo CD and OpenShift GitOps keep Applications unless told otherwise. */
export const USUAL_NAMESPACES = ARGOCD_NEEDS.places;

/** Asks for a comparison with what Git holds now; Argo CD takes it away when that is done. */
export const REFRESH = 'argocd.argoproj.io/refresh';
/** `true`: Argo CD leaves the Application alone. */
export const SKIP_RECONCILE = 'argocd.argoproj.io/skip-reconcile';
