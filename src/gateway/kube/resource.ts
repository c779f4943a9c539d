/** A kind of object as the API's paths name it. */
export interface IResource {
  /** Empty for the core group. */
  group: string;
  version: string;
  /** Lower-case plural, such as `pipelineruns`. */
  plural: string;
  namespaced: boolean;
}

export const NAMESPACES: IResource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  namespaced: false
};

export const PODS: IResource = {
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true
};

export const SERVICES: IResource = {
  group: '',
  version: 'v1',
  plural: 'services',
  namespaced: true
};

export const CONFIG_MAPS: IResource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespaced: true
};

export const SELF_SUBJECT_REVIEWS: IResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  plural: 'selfsubjectreviews',
  namespaced: false
};

export const SELF_SUBJECT_ACCESS_REVIEWS: IResource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  plural: 'selfsubjectaccessreviews',
  namespaced: false
};

/** `v1` or `group/version`, as manifests write it. */
export function apiVersionOf({ group, version }: IResource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Path of a group and version below the server's address. */
export function groupPath({
  group,
  version
}: Pick<IResource, 'group' | 'version'>): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Path of a collection; of all namespaces where none is given. */
export function collectionPath(resource: IResource, namespace?: string): string {
  const place =
    resource.namespaced && namespace !== undefined
      ? `/namespaces/${encodeURIComponent(namespace)}`
      : '';
  return `${groupPath(resource)}${place}/${resource.plural}`;
}

/** Path of one object, or of a part of it such as `log` or `status`. */
export function objectPath(
  resource: IResource,
  namespace: string | undefined,
  name: string,
  subresource?: string
): string {
  const path = `${collectionPath(resource, namespace)}/${encodeURIComponent(name)}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}
