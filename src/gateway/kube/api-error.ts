import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { notAllowed } from './not-allowed';
import {
  placeWords,
  resourceWords,
  subjectWords,
  type IRequestSubject
} from './request-subject';
import { withoutSecrets } from './without-secrets';

/** The API's own `Status`, as far as it is used; proxies before the API server send anything. */
const ApiStatus = z.object({
  kind: z.literal('Status'),
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .object({
      name: z.string().optional(),
      kind: z.string().optional(),
      causes: z
        .array(
          z.object({ field: z.string().optional(), message: z.string().optional() })
        )
        .optional(),
      retryAfterSeconds: z.number().optional()
    })
    .optional()
});
type ApiStatus = z.infer<typeof ApiStatus>;

/** Who asked, and where; for the error's words. */
export interface IAsked {
  subject: IRequestSubject;
  /** The cluster's name. */
  cluster: string;
  user?: string;
  /** Whether a service account acts, which nobody logs in. */
  serviceAccount?: boolean;
}

/**
 * The error for a reply that is none of 2xx.
 *
 * @param body The reply's text; only the API's own `Status` is quoted, without credentials.
 */
export function toMlopsError(status: number, body: string, asked: IAsked): MlopsError {
  const told = readStatus(body);
  const { subject, cluster } = asked;
  const cause = told ? withoutSecrets(told.message) || undefined : undefined;
  switch (status) {
    case 401:
      return sessionExpired(asked);
    case 403:
      return forbidden(told, asked, cause);
    case 404:
      return missing(told, asked, cause);
    case 409:
      return told?.reason === 'AlreadyExists'
        ? new MlopsError('conflict', {
            code: 'cluster-object-exists',
            message: `‘${told.details?.name ?? subject.name ?? ''}’ is there already among the ${resourceWords(subject)}${placeWords(subject)}.`,
            cause,
            action: 'Take another name, or remove it first.'
          })
        : new MlopsError('conflict', {
            code: 'cluster-object-changed',
            message: `Somebody else has changed ${subjectWords(subject)} in the meantime.`,
            cause,
            action: 'Look at it and try again.'
          });
    case 410:
      return new MlopsError('conflict', {
        code: 'cluster-list-expired',
        message: `The list of ${subjectWords(subject)} is too old to go on with.`,
        cause,
        action: 'Try again: it is read anew.'
      });
    case 400:
    case 413:
    case 422:
      return invalid(told, asked, cause);
    case 407:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return new MlopsError('unavailable', {
        code: status === 429 ? 'cluster-busy' : 'cluster-unavailable',
        message:
          status === 429
            ? `The cluster ${cluster} has too much to do and turned this request away.`
            : `The cluster ${cluster} could not answer (HTTP ${status}).`,
        cause,
        action: 'Wait a moment and try again.',
        details: { status, retryAfterSeconds: told?.details?.retryAfterSeconds ?? null }
      });
    default:
      return new MlopsError('failed', {
        code: 'cluster-answer-unknown',
        message: `${told ? 'The cluster' : 'Something that is no Kubernetes API'} at ${cluster} answered HTTP ${status}.`,
        cause,
        action: told ? undefined : 'Check the server address in the kubeconfig.',
        details: { status }
      });
  }
}

/** Whether a failing reply is the API's own, and not of a service that it was handed on to. */
export function isApiStatus(body: string): boolean {
  return readStatus(body) !== null;
}

function readStatus(body: string): ApiStatus | null {
  try {
    const parsed = ApiStatus.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    // A proxy's page, not the API's
    return null;
  }
}

/** The token or certificate is not accepted any more, or never was. */
export function sessionExpired({ cluster, serviceAccount }: IAsked): MlopsError {
  return new MlopsError('forbidden', {
    code: 'cluster-session-expired',
    message: `The cluster ${cluster} does not accept your credential: it has expired or was withdrawn.`,
    action: serviceAccount
      ? "Restart the workbench so that its service account's token is mounted anew."
      : 'Log in again, for example with `oc login`, and try again: nothing is lost, and what waits goes on.'
  });
}

function forbidden(
  told: ApiStatus | null,
  { subject, cluster, user }: IAsked,
  cause: string | undefined
): MlopsError {
  const words = told?.message ?? '';
  if (/exceeded quota/.test(words)) {
    return new MlopsError('refused', {
      code: 'cluster-quota-exceeded',
      message: `The quota${placeWords(subject)} does not leave room for more ${resourceWords(subject)}.`,
      cause,
      action: 'Remove what is not needed any more, ask for less, or ask for more quota.'
    });
  }
  if (words === '' || / cannot \w+ resource /.test(words)) {
    return told === null
      ? new MlopsError('forbidden', {
          code: 'cluster-entry-refused',
          message: `Something before the cluster ${cluster} refused the request (HTTP 403).`,
          action: 'Check the server address and the proxy in the kubeconfig.'
        })
      : notAllowed(subject, { user, cause });
  }
  return new MlopsError('refused', {
    code: 'cluster-policy-refused',
    message: `A rule of the cluster ${cluster} refuses to ${subject.verb} ${subjectWords(subject)}.`,
    cause,
    action: 'Change what the cause names, or ask who keeps that rule.'
  });
}

function missing(
  told: ApiStatus | null,
  { subject, cluster }: IAsked,
  cause: string | undefined
): MlopsError {
  if (
    told?.details?.kind === 'namespaces' &&
    subject.resource.plural !== 'namespaces'
  ) {
    return namespaceMissing(told.details.name ?? subject.namespace ?? '', cluster);
  }
  if (subject.resource.plural === 'namespaces' && subject.name !== undefined) {
    return namespaceMissing(subject.name, cluster);
  }
  if (told?.details?.name) {
    return new MlopsError('not-found', {
      code: 'cluster-object-missing',
      message: `There is no ‘${told.details.name}’ among the ${resourceWords(subject)}${placeWords(subject)}.`,
      action: 'It may have been deleted by somebody else.'
    });
  }
  return new MlopsError('unavailable', {
    code: 'cluster-resource-unknown',
    message: `The cluster ${cluster} does not know ${resourceWords(subject)}: ${subject.resource.group || 'this part'} is not installed there.`,
    cause,
    action:
      'Ask who keeps the cluster to install it; `jupyter mlops doctor` shows what is there.'
  });
}

/** Also found by asking for the namespace itself. */
export function namespaceMissing(namespace: string, cluster: string): MlopsError {
  return new MlopsError('not-found', {
    code: 'cluster-namespace-missing',
    message: `There is no namespace ‘${namespace}’ on ${cluster}.`,
    action: 'Name another one under ‘cluster’ in mlops.yaml, or ask for it to be made.'
  });
}

function invalid(
  told: ApiStatus | null,
  { subject, cluster }: IAsked,
  cause: string | undefined
): MlopsError {
  const denied = /admission webhook "([^"]+)" denied the request/.exec(
    told?.message ?? ''
  );
  // The API quotes values: those of a secret are nobody's to see.
  const quotable = subject.resource.plural !== 'secrets';
  const causes = told?.details?.causes ?? [];
  const fields = [...new Set(causes.flatMap(({ field }) => field ?? []))];
  return new MlopsError('refused', {
    code: denied ? 'cluster-webhook-refused' : 'cluster-object-invalid',
    message: denied
      ? `${denied[1]} on ${cluster} refuses to ${subject.verb} ${subjectWords(subject)}.`
      : `The cluster ${cluster} does not accept ${subjectWords(subject)}${fields.length > 0 ? `: ${fields.join(', ')}` : ''}.`,
    cause: quotable ? cause : undefined,
    action: 'Change what the cause names and try again.',
    details: { fields }
  });
}
