import type { IResource } from './resource';

/** What a request is about, for its error's words. */
export interface IRequestSubject {
  /** RBAC's verb: get, list, watch, create, update, patch, delete. */
  verb: string;
  resource: Pick<IResource, 'group' | 'plural'>;
  subresource?: string;
  namespace?: string;
  name?: string;
}

/** `pipelineruns`, or `pods/log` for a part of it. */
export function resourceWords({ resource, subresource }: IRequestSubject): string {
  return subresource === undefined
    ? resource.plural
    : `${resource.plural}/${subresource}`;
}

/** `pipelineruns.tekton.dev`, as `kubectl` and roles write it. */
export function qualifiedResource(subject: IRequestSubject): string {
  const { group } = subject.resource;
  return group === '' ? resourceWords(subject) : `${resourceWords(subject)}.${group}`;
}

/** ` in ml-team`, or nothing for what has no namespace. */
export function placeWords({ namespace }: Pick<IRequestSubject, 'namespace'>): string {
  return namespace === undefined ? '' : ` in ${namespace}`;
}

/** `pipelineruns in ml-team` or `pipelineruns ‘a’ in ml-team`. */
export function subjectWords(subject: IRequestSubject): string {
  const name = subject.name === undefined ? '' : ` ‘${subject.name}’`;
  return `${resourceWords(subject)}${name}${placeWords(subject)}`;
}
