import { MlopsError } from '../../contract/mlops-error';
import {
  placeWords,
  qualifiedResource,
  resourceWords,
  type IRequestSubject
} from './request-subject';

/** "You may not create pipelineruns in ml-team.", with what an administrator can grant. */
export function notAllowed(
  subject: IRequestSubject,
  options: { user?: string; cause?: string; missing?: IRequestSubject[] } = {}
): MlopsError {
  const { verb, namespace } = subject;
  const where = namespace === undefined ? 'a cluster role' : `a role in ${namespace}`;
  return new MlopsError('forbidden', {
    code: 'cluster-not-allowed',
    message: `You may not ${verb} ${resourceWords(subject)}${placeWords(subject)}.`,
    cause: options.cause,
    action: `Ask for ${where} that allows ‘${verb}’ on ‘${qualifiedResource(subject)}’${options.user === undefined ? '' : ` to ${options.user}`}, or work in another namespace.`,
    details: {
      verb,
      group: subject.resource.group,
      resource: resourceWords(subject),
      namespace: namespace ?? null,
      user: options.user ?? null,
      missing: (options.missing ?? [subject]).map(one => ({
        verb: one.verb,
        resource: qualifiedResource(one),
        namespace: one.namespace ?? null
      }))
    }
  });
}
