import { createHash } from 'node:crypto';

import { toName } from '../../contract/name';

/** Names of most objects, and every label's value, have at most this many characters (RFC 1123). */
export const NAME_LIMIT = 63;

/** Enough that two of a million names of one namespace differ. */
const DIGEST_DIGITS = 10;

/**
 * A valid name for an object that is the same for the same parts, and another for others.
 *
 * The parts stand in it as far as they are readable and fit; a digest of them follows where anything
 * of them was changed or cut, or where `always` asks for it.
 *
 * @param parts What tells this object from others, such as notebook, run and step.
 * @param options.limit Shorter where a controller adds something of its own, as Tekton does for pods.
 */
export function objectName(
  parts: string[],
  options: { limit?: number; always?: boolean } = {}
): string {
  const { limit = NAME_LIMIT, always = false } = options;
  const plain = parts.join('-');
  const readable = toName(plain);
  if (
    !always &&
    parts.length === 1 &&
    plain !== '' &&
    plain === readable &&
    plain.length <= limit
  ) {
    return plain;
  }
  // A separator that no part holds: ‘a-b’, ‘c’ and ‘a’, ‘b-c’ are two names.
  const digest = createHash('sha256')
    .update(JSON.stringify(parts))
    .digest('hex')
    .slice(0, DIGEST_DIGITS);
  const room = limit - DIGEST_DIGITS - 1;
  const words = toName(parts.map(toName).filter(Boolean).join('-').slice(0, room));
  // Some objects' names must begin with a letter.
  const begun = words === '' || /^[0-9]/.test(words) ? `x-${words}` : words;
  return `${begun.slice(0, room).replace(/-+$/, '')}-${digest}`;
}

/** A valid label value that is the same for the same text. */
export function labelValue(text: string): string {
  return /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text) &&
    text.length <= NAME_LIMIT
    ? text
    : objectName([text], { always: true });
}
