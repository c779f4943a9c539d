/** What stands in place of a value that is not kept. */
export const NOT_KEPT = '[not kept]';

/** Written as one word or with others: `dbpassword`, `CLIENT_SECRET`. */
const ANYWHERE =
  /passw|passphrase|secret|credential|api_?key|access_?key|private_?key/i;
/** `max_tokens`, `token_count`, `pad_token`: figures and words of language models. */
const NO_SECRET =
  /^(max|min|n|num|number|count|length|len|limit|size|per|budget|window|ids?|pad|eos|bos|unk|mask|sep|cls|special|start|end|stop)$/;
const GUARDED = /^(auth|access|api|bearer|refresh|session)$/;

/** Whether the name of a parameter says that its value is secret. */
export function isSecretName(name: string): boolean {
  if (ANYWHERE.test(name)) {
    return true;
  }
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some(word => word === 'pwd' || word === 'bearer')) {
    return true;
  }
  if (words.some(word => word.endsWith('tokens'))) {
    return words.some(word => GUARDED.test(word));
  }
  return (
    words.some(word => word.endsWith('token')) &&
    !words.some(word => NO_SECRET.test(word))
  );
}

/** The parameters as they are stored and shown: values that are secret by name are not. */
export function withoutSecrets(
  parameters: Record<string, unknown>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      isSecretName(name) ? NOT_KEPT : value
    ])
  );
}

/** The parameters whose values must not be stored and shown. */
export function secretsOf(
  parameters: Record<string, unknown>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).filter(
      ([name, value]) => isSecretName(name) && value !== NOT_KEPT
    )
  );
}

/** Those whose values are known: a value that was not kept is none. */
export function keptParameters(
  parameters: Record<string, unknown>
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).filter(([, value]) => value !== NOT_KEPT)
  );
}
