import { MlopsError } from '../../contract/mlops-error';
import { causeOf, codeOf, messageOf } from '../thrown';
import { withoutSecrets } from './without-secrets';

/** What cannot be trusted about a certificate, by OpenSSL's and Node's codes. */
const AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE'
]);

/** An error of the way to the cluster: DNS, connection, TLS, proxy, silence. */
export function toNetworkError(
  error: unknown,
  where: { cluster: string; server: string; proxied: boolean }
): MlopsError {
  const { cluster, proxied } = where;
  const host = hostOf(where.server);
  const [code, message] = deepest(error);
  const cause = withoutSecrets(message);
  const unavailable = (name: string, words: string, action: string): MlopsError =>
    new MlopsError('unavailable', { code: name, message: words, cause, action });
  if (AUTHORITY.has(code)) {
    return unavailable(
      'cluster-authority-unknown',
      `The certificate of ${host} is signed by an authority that is not known here.`,
      'Put the right ‘certificate-authority’ into the kubeconfig. Verification is never switched off.'
    );
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return unavailable(
      'cluster-certificate-name',
      `The certificate of ${host} is for another name.`,
      'Use the address that the certificate names, or ‘tls-server-name’ in the kubeconfig.'
    );
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return unavailable(
      'cluster-certificate-expired',
      `The certificate of ${host} is not valid now.`,
      "Check this computer's clock, or ask who keeps the cluster to renew it."
    );
  }
  if (/ALERT|ERR_SSL/.test(code)) {
    return unavailable(
      'cluster-tls-refused',
      `${host} ended the secure connection; it may not accept your client certificate.`,
      'Log in again, or renew the client certificate in the kubeconfig.'
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unavailable(
      'cluster-name-unknown',
      `${proxied ? 'The name of the proxy or of ' : 'The name '}${host} cannot be resolved.`,
      'Check the network or VPN, and the server address in the kubeconfig.'
    );
  }
  if (/proxy response/i.test(message) || /tunnel/i.test(message)) {
    return unavailable(
      'cluster-proxy-refused',
      `The proxy does not let through to ${host}.`,
      'Check ‘proxy-url’ in the kubeconfig, or HTTPS_PROXY and NO_PROXY.'
    );
  }
  if (/TIMEOUT|ETIMEDOUT/.test(code) || /timed? ?out/i.test(message)) {
    return unavailable(
      'cluster-silent',
      `The cluster ${cluster} did not answer in time.`,
      'Check the network or VPN and try again.'
    );
  }
  return unavailable(
    'cluster-unreachable',
    `The cluster ${cluster} cannot be reached at ${host}.`,
    `Check that it is up, and the network${proxied ? ', proxy' : ''} or VPN, then try again.`
  );
}

/** The innermost error that has a code or says something; libraries wrap them. */
function deepest(error: unknown): [code: string, message: string] {
  let [code, message] = ['', ''];
  for (
    let one: unknown = error, depth = 0;
    one !== undefined && one !== null && depth < 5;
    one = innerOf(one), depth += 1
  ) {
    code = codeOf(one) || code;
    message = messageOf(one) || message;
  }
  return [code, message];
}

/** Several addresses of one name fail as an `AggregateError`. */
function innerOf(error: unknown): unknown {
  const errors =
    typeof error === 'object' && error !== null && 'errors' in error
      ? error.errors
      : null;
  return Array.isArray(errors) && errors.length > 0 ? errors[0] : causeOf(error);
}

/** Host and port; never what else an address may hold. */
export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : 'the cluster';
}
