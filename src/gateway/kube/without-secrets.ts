/**
 * What looks like a credential: JSON web tokens, OpenShift's tokens, bearer headers, credentials in
 * an address, and PEM keys.
 */
const SECRETS: [RegExp, string][] = [
  [/-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?(-----END [^-]*-----|$)/g, '[redacted]'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  [/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, '[redacted]'],
  [/\bsha256~[\w-]+/g, '[redacted]'],
  [/(\w+:\/\/)[^/\s@]+@/g, '$1'],
  [
    /\b((?:access|id|refresh)?_?(?:token|password|secret))(["']?\s*[:=]\s*["']?)[^\s"',&]+/gi,
    '$1$2[redacted]'
  ]
];

/** Text of others for an error message, without what looks like a credential; at most 500 characters. */
export function withoutSecrets(text: string): string {
  const clean = SECRETS.reduce(
    (rest, [pattern, replacement]) => rest.replace(pattern, replacement),
    text
  ).trim();
  return clean.length > 500 ? `${clean.slice(0, 499)}…` : clean;
}
